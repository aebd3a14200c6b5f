//! A state told as what differs from the one told before: of long lists only
//! the new items travel from a worker to its page, however much a lab holds,
//! and rows, paragraphs, images and registries travel once, also if the history leaves them
//! and comes back.

use std::mem;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::told::{Pool, Recent};
use super::{LabView, OperationView};
use crate::course::{Inline, ProcessRow};
use crate::lab::{FileView, ImageView, MachineView, RegistryView, RepositoryView, TagView};
use crate::oci::Blob;

/// How far ahead an item is looked for among those of before; what was taken away in one piece is seldom longer.
const AHEAD: usize = 64;

/// What one side has told, or the other was told: where the lab stands, and what may be named from now on.
#[derive(Debug, Default)]
pub struct Told {
    lab: LabView,
    rows: Pool<ProcessRow>,
    paragraphs: Pool<Vec<Inline>>,
    images: Pool<ImageView>,
    registries: Recent,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct LabChange {
    /// All that is short; the long lists are empty in it.
    lab: LabView,
    rows: Parts<Rc<ProcessRow>>,
    transcript: Parts<Rc<Vec<Inline>>>,
    operations: Parts<Rc<OperationView>>,
    /// Of each machine.
    machines: Vec<(Parts<Rc<ImageView>>, Parts<FileView>)>,
    registries: Vec<Of<RegistryChange>>,
}

/// A list, piece by piece.
pub(super) type Parts<T> = Vec<Part<T>>;

/// One of a few things that seldom change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Of<T> {
    /// It is as the one that has this place: among the registries told lately, or among the repositories before.
    Kept(usize),
    /// What is different.
    Changed(T),
}

/// All that is short of a registry, and its repositories.
type RegistryChange = (RegistryView, Vec<Of<RepositoryChange>>);

/// All that is short of a repository; its tags, manifests and blobs.
type RepositoryChange = (RepositoryView, Parts<TagView>, Parts<Blob>, Parts<Blob>);

/// A piece of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Part<T> {
    /// So many items of the list before, beginning with this one.
    Kept(usize, usize),
    /// Items that were not there.
    New(Vec<T>),
}

impl Told {
    /// Nothing but this state; it was told whole.
    pub fn whole(lab: LabView) -> Self {
        let mut registries = Recent::default();
        registries.add_all(&lab.snapshot.registries);
        Self { lab, registries, ..Self::default() }
    }

    /// Takes the next state and says what makes it of the one before.
    pub fn tell(&mut self, now: LabView) -> LabChange {
        let told = now.clone();
        let change = self.difference(now);
        self.move_to(told);
        change
    }

    /// Takes what the other side says, and is where it is.
    pub fn hear(&mut self, change: LabChange) -> LabView {
        let lab = self.changed(change);
        self.move_to(lab.clone());
        lab
    }

    /// A lab in which nothing was done has left behind what was told of another one.
    fn move_to(&mut self, lab: LabView) {
        if lab.history.operations.is_empty() {
            *self = Self::default();
        }
        self.lab = lab;
    }

    fn difference(&mut self, mut now: LabView) -> LabChange {
        let Self { lab: before, rows, paragraphs, images: pool, registries: recent } = self;
        let machines = now.snapshot.machines.iter_mut().map(|machine| {
            let known = machine_of(before, &machine.name);
            let files = known.map_or(&[][..], |known| &known.files);
            let (images, now) = (mem::take(&mut machine.images), mem::take(&mut machine.files));
            (pool.parts(&images, |_| true), parts(files, &now))
        });
        let machines = machines.collect();
        let registries = mem::take(&mut now.snapshot.registries);
        let registries = registries.iter().map(|now| match recent.find(now) {
            Some(at) => Of::Kept(at),
            None => Of::Changed(registry_change(registry_of(before, &now.name), now)),
        });
        let registries = registries.collect();
        recent.make_room();
        LabChange {
            // What is still to come is said anew each time.
            rows: rows.parts(&mem::take(&mut now.trace.rows), |row| row.position.is_some()),
            transcript: paragraphs.parts(&mem::take(&mut now.trace.transcript), |_| true),
            operations: parts(&before.history.operations, &mem::take(&mut now.history.operations)),
            machines,
            registries,
            lab: now,
        }
    }

    fn changed(&mut self, change: LabChange) -> LabView {
        let Self { lab: before, rows: known_rows, paragraphs, images: pool, registries: recent } = self;
        let LabChange { mut lab, rows, transcript, operations, machines, registries } = change;
        lab.trace.rows = known_rows.joined(rows, |row| row.position.is_some());
        lab.trace.transcript = paragraphs.joined(transcript, |_| true);
        lab.history.operations = joined(&before.history.operations, operations);
        for (machine, (images, files)) in lab.snapshot.machines.iter_mut().zip(machines) {
            let known = machine_of(before, &machine.name);
            machine.images = Rc::new(pool.joined(images, |_| true));
            machine.files = Rc::new(joined(known.map_or(&[], |known| &known.files), files));
        }
        let made = registries.into_iter().filter_map(|of| match of {
            Of::Kept(at) => recent.again(at),
            Of::Changed(change) => Some(recent.add(registry_made(registry_of(before, &change.0.name), change))),
        });
        lab.snapshot.registries = made.collect();
        recent.make_room();
        lab
    }
}

fn registry_change(then: Option<&RegistryView>, now: &RegistryView) -> RegistryChange {
    let before = then.map_or(&[][..], |then| &then.repositories);
    let change = |now: &Rc<RepositoryView>| match before.iter().position(|then| then.name == now.name) {
        Some(at) if Rc::ptr_eq(&before[at], now) => Of::Kept(at),
        at => Of::Changed(repository_change(at.map(|at| &*before[at]), now)),
    };
    let repositories = now.repositories.iter().map(change).collect();
    (RegistryView { repositories: Vec::new(), ..now.clone() }, repositories)
}

fn registry_made(then: Option<&RegistryView>, change: RegistryChange) -> RegistryView {
    let before = then.map_or(&[][..], |then| &then.repositories);
    let (now, repositories) = change;
    let make = |of| match of {
        Of::Kept(at) => before.get(at).cloned(),
        Of::Changed(change) => Some(Rc::new(repository_made(before, change))),
    };
    RegistryView { repositories: repositories.into_iter().filter_map(make).collect(), ..now }
}

fn repository_change(then: Option<&RepositoryView>, now: &RepositoryView) -> RepositoryChange {
    let tags = parts(then.map_or(&[], |then| &then.tags), &now.tags);
    let manifests = parts(then.map_or(&[], |then| &then.manifests), &now.manifests);
    let blobs = parts(then.map_or(&[], |then| &then.blobs), &now.blobs);
    let short = RepositoryView { name: now.name.clone(), read_only: now.read_only, ..RepositoryView::default() };
    (short, tags, manifests, blobs)
}

fn repository_made(before: &[Rc<RepositoryView>], change: RepositoryChange) -> RepositoryView {
    let (now, tags, manifests, blobs) = change;
    let then = before.iter().find(|then| then.name == now.name);
    RepositoryView {
        tags: joined(then.map_or(&[], |then| &then.tags), tags),
        manifests: joined(then.map_or(&[], |then| &then.manifests), manifests),
        blobs: joined(then.map_or(&[], |then| &then.blobs), blobs),
        ..now
    }
}

fn registry_of<'a>(lab: &'a LabView, name: &str) -> Option<&'a RegistryView> {
    lab.snapshot.registries.iter().find(|registry| registry.name == name).map(|registry| &**registry)
}

fn machine_of<'a>(lab: &'a LabView, name: &str) -> Option<&'a MachineView> {
    lab.snapshot.machines.iter().find(|machine| machine.name == name)
}

/// The list `now` in pieces of `before`, where it has any in the same order.
fn parts<T: PartialEq + Clone>(before: &[T], now: &[T]) -> Parts<T> {
    let mut parts: Parts<T> = Vec::new();
    let mut at = 0;
    for item in now {
        let ahead = &before[at..before.len().min(at + AHEAD)];
        let Some(skipped) = ahead.iter().position(|known| known == item) else {
            add(&mut parts, item.clone());
            continue;
        };
        keep(&mut parts, at + skipped);
        at += skipped + 1;
    }
    parts
}

pub(super) fn add<T>(parts: &mut Parts<T>, item: T) {
    match parts.last_mut() {
        Some(Part::New(items)) => items.push(item),
        _ => parts.push(Part::New(vec![item])),
    }
}

pub(super) fn keep<T>(parts: &mut Parts<T>, at: usize) {
    match parts.last_mut() {
        Some(Part::Kept(from, count)) if *from + *count == at => *count += 1,
        _ => parts.push(Part::Kept(at, 1)),
    }
}

fn joined<T: Clone>(before: &[T], parts: Parts<T>) -> Vec<T> {
    let mut now = Vec::new();
    for part in parts {
        match part {
            Part::Kept(from, count) => now.extend(before.iter().skip(from).take(count).cloned()),
            Part::New(items) => now.extend(items),
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_list_is_what_its_parts_make_of_the_one_before(
            before in prop::collection::vec(0..20_u8, 0..60), now in prop::collection::vec(0..20_u8, 0..60)
        ) {
            prop_assert_eq!(joined(&before, parts(&before, &now)), now);
        }

        #[test]
        fn what_is_added_and_taken_away_here_and_there_is_all_that_travels(
            items in prop::collection::btree_set(any::<u16>(), 100..300), added in any::<u16>(), taken in 0..100_usize
        ) {
            let before: Vec<u16> = items.iter().copied().collect();
            let mut now = items;
            now.insert(added);
            now.remove(&before[taken]);
            let parts = parts(&before, &now.into_iter().collect::<Vec<_>>());
            let new: usize = parts.iter().map(|part| if let Part::New(items) = part { items.len() } else { 0 }).sum();
            prop_assert!(new <= 1 && parts.len() <= 4, "{:?}", parts);
        }
    }
}
