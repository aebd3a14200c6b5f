//! What became different between two moments of a registry, so that a host can
//! write it down and find the registry again: `Registry = restore(changes)`.
//! Of an open upload it says how far it came; its bytes are with the host.

use std::collections::BTreeMap;

use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use serde::{Deserialize, Serialize};

use super::reopened::Opened;
use super::uploads::Upload;
use super::{Registry, Repository, Shown};
use crate::oci::{Descriptor, Digest};
use crate::store::Blobs;

/// What became different in one repository; `null` is what is gone. As JSON it is a line of a journal.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Its name.
    pub repository: String,
    /// What its tags name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, Option<Digest>>,
    /// Manifests and indexes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub manifests: BTreeMap<Digest, Option<Descriptor>>,
    /// Layers and configurations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub blobs: BTreeMap<Digest, Option<Descriptor>>,
    /// Who names a digest as its subject.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub referrers: BTreeMap<Digest, Option<Vec<Digest>>>,
    /// Uploads into it that are open, by their ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub uploads: BTreeMap<String, Option<Opened>>,
}

impl Registry {
    /// What became different since `before`. That an upload ended comes behind what it brought: where the last
    /// of them are cut off, it is not over yet.
    pub fn changes_since(&self, before: &Self) -> Vec<Change> {
        let nothing = Repository::default();
        let changes = before.repositories.diff(&self.repositories).map(|item| match item {
            DiffItem::Add(name, now) => Change::between(name, &nothing, now),
            DiffItem::Update { old: (name, before), new: (_, now) } => Change::between(name, before, now),
            DiffItem::Remove(name, before) => Change::between(name, before, &nothing),
        });
        let uploads = before.uploads.diff(&self.uploads).map(|item| match item {
            DiffItem::Add(id, now) | DiffItem::Update { new: (id, now), .. } => Change::of(id, now, Some(now.opened())),
            DiffItem::Remove(id, before) => Change::of(id, before, None),
        });
        changes.chain(uploads).collect()
    }

    /// Makes the registry that has these bytes and saw these changes; for those of its uploads see
    /// [`Registry::find_pieces`].
    pub fn restore(&mut self, blobs: Blobs, changes: impl IntoIterator<Item = Change>) {
        self.blobs = blobs;
        changes.into_iter().for_each(|change| self.apply(change));
    }

    fn apply(&mut self, change: Change) {
        for (id, opened) in &change.uploads {
            match opened {
                Some(opened) => self.uploads.insert(id.clone(), Upload::found(&change.repository, opened)),
                None => self.uploads.remove(id),
            };
        }
        if change.is_of_uploads_alone() {
            return;
        }
        let repository = self.repositories.entry(change.repository).or_default();
        apply(&mut repository.tags, change.tags);
        apply(&mut repository.manifests, change.manifests);
        apply(&mut repository.blobs, change.blobs);
        apply(&mut repository.referrers, change.referrers);
    }
}

impl Change {
    fn between(name: &str, before: &Repository, now: &Repository) -> Self {
        Self {
            repository: name.to_owned(),
            tags: difference(&before.tags, &now.tags, |_, digest| *digest),
            manifests: difference(&before.manifests, &now.manifests, described),
            blobs: difference(&before.blobs, &now.blobs, described),
            referrers: difference(&before.referrers, &now.referrers, |_, others| others.clone()),
            uploads: BTreeMap::new(),
        }
    }

    fn of(id: &str, upload: &Upload, now: Option<Opened>) -> Self {
        let (repository, uploads) = (upload.repository.clone(), [(id.to_owned(), now)].into());
        Self { repository, uploads, ..Self::default() }
    }

    /// Whether it shows nothing in a repository, which so need not be there yet.
    fn is_of_uploads_alone(&self) -> bool {
        let contents =
            [self.tags.is_empty(), self.manifests.is_empty(), self.blobs.is_empty(), self.referrers.is_empty()];
        !self.uploads.is_empty() && contents == [true; 4]
    }
}

/// What is shown, with the digest that it stands under.
fn described(digest: &Digest, shown: &Shown) -> Descriptor {
    shown.descriptor(*digest)
}

fn difference<K: Ord + Clone, V: PartialEq, W>(
    before: &OrdMap<K, V>,
    now: &OrdMap<K, V>,
    written: impl Fn(&K, &V) -> W,
) -> BTreeMap<K, Option<W>> {
    let entry = |item| match item {
        DiffItem::Add(key, value) | DiffItem::Update { new: (key, value), .. } => {
            (K::clone(key), Some(written(key, value)))
        }
        DiffItem::Remove(key, _) => (K::clone(key), None),
    };
    before.diff(now).map(entry).collect()
}

fn apply<K: Ord + Clone, V: Clone + From<W>, W>(map: &mut OrdMap<K, V>, changes: BTreeMap<K, Option<W>>) {
    for (key, value) in changes {
        match value {
            Some(value) => map.insert(key, value.into()),
            None => map.remove(&key),
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::oci::{MediaType, json};

    /// A repository of a registry and something that happens to it.
    type Step = (u8, u8, u8, bool);

    fn happen(registry: &mut Registry, (repository, kind, key, is_there): Step) {
        let digest = Digest::of(&[key]);
        let repository = registry.repositories.entry(format!("r{}", repository % 3)).or_default();
        let descriptor = Descriptor::new(MediaType::MANIFEST, digest, u64::from(key));
        match (kind % 4, is_there) {
            (0, true) => drop(repository.tags.insert(format!("t{}", key % 4), digest)),
            (0, false) => drop(repository.tags.remove(&format!("t{}", key % 4))),
            (1, true) => drop(repository.manifests.insert(digest, descriptor.into())),
            (1, false) => drop(repository.manifests.remove(&digest)),
            (2, true) => drop(repository.blobs.insert(digest, descriptor.into())),
            (2, false) => drop(repository.blobs.remove(&digest)),
            (_, true) => drop(repository.referrers.insert(digest, vec![digest])),
            (_, false) => drop(repository.referrers.remove(&digest)),
        }
    }

    proptest! {
        #[test]
        fn a_registry_is_what_its_journal_says(steps in proptest::collection::vec(any::<Step>(), 0..40)) {
            let (mut registry, mut restored) = (Registry::default(), Registry::default());
            for step in steps {
                let before = registry.clone();
                happen(&mut registry, step);
                for change in registry.changes_since(&before) {
                    let line = json::compact(&change);
                    restored.apply(json::read(&line).expect("what was written"));
                }
            }
            let shown = |registry: &Registry| -> Vec<(String, Repository)> {
                let all = registry.repositories().filter(|(_, repository)| !repository.is_empty());
                all.map(|(name, repository)| (name.to_owned(), repository.clone())).collect()
            };
            prop_assert_eq!(shown(&registry), shown(&restored));
        }
    }

    #[test]
    fn nothing_happened_is_no_change() {
        let mut registry = Registry::default();
        happen(&mut registry, (0, 0, 1, true));
        assert_eq!(registry.changes_since(&registry.clone()), []);
    }
}
