//! What both sides of a conversation know, because one has told it the other:
//! it is named by its place from then on.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::change::{Part, Parts, add, keep};
use crate::lab::RegistryView;
use crate::limits;

/// Items that were told, in the order in which both sides came to know them.
#[derive(Debug)]
pub(super) struct Pool<T> {
    items: Vec<Rc<T>>,
    /// Where each is, by its address: it stays where it is as long as it is kept here.
    places: BTreeMap<*const T, usize>,
}

/// Registries that were told lately, in that order: a registry is large, and each push makes another of it.
#[derive(Debug, Default)]
pub(super) struct Recent {
    told: VecDeque<Rc<RegistryView>>,
    /// What they hold together.
    items: usize,
}

impl<T> Pool<T> {
    /// The list in pieces of what is known here, which from now on is also what `stays` of it.
    pub(super) fn parts(&mut self, now: &[Rc<T>], stays: impl Fn(&T) -> bool) -> Parts<Rc<T>> {
        let mut parts = Parts::new();
        for item in now {
            if let Some(at) = self.places.get(&Rc::as_ptr(item)) {
                keep(&mut parts, *at);
                continue;
            }
            if stays(item) {
                self.add(item);
            }
            add(&mut parts, Rc::clone(item));
        }
        parts
    }

    pub(super) fn joined(&mut self, parts: Parts<Rc<T>>, stays: impl Fn(&T) -> bool) -> Vec<Rc<T>> {
        let mut now = Vec::new();
        for part in parts {
            match part {
                Part::Kept(from, count) => now.extend(self.items.iter().skip(from).take(count).cloned()),
                Part::New(items) => {
                    self.items.extend(items.iter().filter(|item| stays(item)).cloned());
                    now.extend(items);
                }
            }
        }
        now
    }

    fn add(&mut self, item: &Rc<T>) {
        self.places.insert(Rc::as_ptr(item), self.items.len());
        self.items.push(Rc::clone(item));
    }
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { items: Vec::new(), places: BTreeMap::new() }
    }
}

impl Recent {
    /// Where a registry is, if it was told; now it is the one told last in any case.
    pub(super) fn find(&mut self, registry: &Rc<RegistryView>) -> Option<usize> {
        let at = self.told.iter().position(|told| Rc::ptr_eq(told, registry));
        match at {
            Some(at) => drop(self.again(at)),
            None => self.push(Rc::clone(registry)),
        }
        at
    }

    /// The registry that is there, told once more.
    pub(super) fn again(&mut self, at: usize) -> Option<Rc<RegistryView>> {
        let registry = self.told.remove(at)?;
        self.told.push_back(Rc::clone(&registry));
        Some(registry)
    }

    /// Takes one that is told for the first time.
    pub(super) fn add(&mut self, registry: RegistryView) -> Rc<RegistryView> {
        let registry = Rc::new(registry);
        self.push(Rc::clone(&registry));
        registry
    }

    /// The same of several.
    pub(super) fn add_all(&mut self, registries: &[Rc<RegistryView>]) {
        for registry in registries {
            self.push(Rc::clone(registry));
        }
    }

    /// Forgets those that were told longest ago until the others hold no more than both sides keep.
    pub(super) fn make_room(&mut self) {
        while self.items > limits::TOLD_ITEMS {
            let Some(first) = self.told.pop_front() else { return };
            self.items -= weight(&first);
        }
    }

    fn push(&mut self, registry: Rc<RegistryView>) {
        self.items += weight(&registry);
        self.told.push_back(registry);
    }
}

/// How much a registry holds, and itself.
fn weight(registry: &RegistryView) -> usize {
    let repositories = registry.repositories.iter();
    1 + repositories.map(|held| 1 + held.tags.len() + held.manifests.len() + held.blobs.len()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{RepositoryView, TagView};
    use crate::oci::Digest;

    fn registry(tags: usize) -> Rc<RegistryView> {
        let tag = TagView { tag: "t".into(), digest: Digest::of(b""), immutable: false };
        let repository = RepositoryView { tags: vec![tag; tags], ..RepositoryView::default() };
        Rc::new(RegistryView { repositories: vec![Rc::new(repository)], ..RegistryView::default() })
    }

    #[test]
    fn what_was_told_has_a_place_until_too_much_was_told_after_it() {
        let mut recent = Recent::default();
        let [small, large, other] = [1, limits::TOLD_ITEMS - 10, 20].map(registry);
        assert_eq!([&small, &large].map(|registry| recent.find(registry)), [None, None]);
        recent.make_room();
        assert_eq!(recent.find(&small), Some(0));
        assert_eq!(recent.find(&other), None);
        recent.make_room();
        assert_eq!([&small, &other].map(|registry| recent.find(registry)), [Some(0), Some(0)]);
        assert_eq!(recent.find(&large), None, "it was told longest ago");
    }

    #[test]
    fn what_is_larger_than_all_that_is_kept_is_told_each_time() {
        let mut recent = Recent::default();
        let large = registry(limits::TOLD_ITEMS);
        for _ in 0..2 {
            assert_eq!(recent.find(&large), None);
            recent.make_room();
        }
        assert_eq!((recent.told.len(), recent.items), (0, 0));
    }
}
