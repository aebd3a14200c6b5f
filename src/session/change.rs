//! A state told as what differs from the one told before: of long lists only
//! the new items travel from a worker to its page, however much a lab holds.

use std::mem;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use super::{LabView, OperationView};
use crate::course::{Inline, ProcessRow};
use crate::lab::{FileView, ImageView, MachineView, RegistryView, RepositoryView, TagView};
use crate::oci::Blob;

/// How far ahead an item is looked for among those of before; what was taken away in one piece is seldom longer.
const AHEAD: usize = 64;

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct LabChange {
    /// All that is short; the long lists are empty in it.
    lab: LabView,
    rows: Parts<Rc<ProcessRow>>,
    transcript: Parts<Vec<Inline>>,
    operations: Parts<OperationView>,
    /// Of each machine.
    machines: Vec<(Parts<Rc<ImageView>>, Parts<FileView>)>,
    /// Of each repository of each registry.
    repositories: Vec<Vec<(Parts<TagView>, Parts<Blob>, Parts<Blob>)>>,
}

/// A list, piece by piece.
type Parts<T> = Vec<Part<T>>;

/// A piece of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Part<T> {
    /// So many items of the list before, beginning with this one.
    Kept(usize, usize),
    /// Items that were not there.
    New(Vec<T>),
}

impl LabChange {
    /// What makes `now` of `before`.
    pub fn between(before: &LabView, mut now: LabView) -> Self {
        let machines = now.snapshot.machines.iter_mut().map(|machine| {
            let known = machine_of(before, &machine.name);
            let (images, files) = known.map_or((&[][..], &[][..]), |known| (&known.images, &known.files));
            (parts(images, mem::take(&mut machine.images)), parts(files, mem::take(&mut machine.files)))
        });
        let machines = machines.collect();
        let repositories = now.snapshot.registries.iter_mut().map(|registry| {
            let known = registry_of(before, &registry.name);
            registry.repositories.iter_mut().map(|repository| part_repository(known, repository)).collect()
        });
        let repositories = repositories.collect();
        Self {
            rows: parts(&before.trace.rows, mem::take(&mut now.trace.rows)),
            transcript: parts(&before.trace.transcript, mem::take(&mut now.trace.transcript)),
            operations: parts(&before.history.operations, mem::take(&mut now.history.operations)),
            machines,
            repositories,
            lab: now,
        }
    }

    /// What `before`, which it was made against, is now.
    pub fn of(self, before: &LabView) -> LabView {
        let Self { mut lab, rows, transcript, operations, machines, repositories } = self;
        lab.trace.rows = joined(&before.trace.rows, rows);
        lab.trace.transcript = joined(&before.trace.transcript, transcript);
        lab.history.operations = joined(&before.history.operations, operations);
        for (machine, (images, files)) in lab.snapshot.machines.iter_mut().zip(machines) {
            let known = machine_of(before, &machine.name);
            machine.images = joined(known.map_or(&[], |known| &known.images), images);
            machine.files = joined(known.map_or(&[], |known| &known.files), files);
        }
        for (registry, parts) in lab.snapshot.registries.iter_mut().zip(repositories) {
            let known = registry_of(before, &registry.name);
            for (repository, (tags, manifests, blobs)) in registry.repositories.iter_mut().zip(parts) {
                let known = repository_of(known, &repository.name);
                repository.tags = joined(known.map_or(&[], |known| &known.tags), tags);
                repository.manifests = joined(known.map_or(&[], |known| &known.manifests), manifests);
                repository.blobs = joined(known.map_or(&[], |known| &known.blobs), blobs);
            }
        }
        lab
    }
}

fn part_repository(
    registry: Option<&RegistryView>,
    repository: &mut RepositoryView,
) -> (Parts<TagView>, Parts<Blob>, Parts<Blob>) {
    let known = repository_of(registry, &repository.name);
    (
        parts(known.map_or(&[], |known| &known.tags), mem::take(&mut repository.tags)),
        parts(known.map_or(&[], |known| &known.manifests), mem::take(&mut repository.manifests)),
        parts(known.map_or(&[], |known| &known.blobs), mem::take(&mut repository.blobs)),
    )
}

fn machine_of<'a>(lab: &'a LabView, name: &str) -> Option<&'a MachineView> {
    lab.snapshot.machines.iter().find(|machine| machine.name == name)
}

fn registry_of<'a>(lab: &'a LabView, name: &str) -> Option<&'a RegistryView> {
    lab.snapshot.registries.iter().find(|registry| registry.name == name)
}

fn repository_of<'a>(registry: Option<&'a RegistryView>, name: &str) -> Option<&'a RepositoryView> {
    registry?.repositories.iter().find(|repository| repository.name == name)
}

/// The list `now` in pieces of `before`, where it has any in the same order.
fn parts<T: PartialEq>(before: &[T], now: Vec<T>) -> Parts<T> {
    let mut parts: Parts<T> = Vec::new();
    let mut at = 0;
    for item in now {
        let ahead = &before[at..before.len().min(at + AHEAD)];
        let Some(skipped) = ahead.iter().position(|known| *known == item) else {
            match parts.last_mut() {
                Some(Part::New(items)) => items.push(item),
                _ => parts.push(Part::New(vec![item])),
            }
            continue;
        };
        match parts.last_mut() {
            Some(Part::Kept(from, count)) if *from + *count == at + skipped => *count += 1,
            _ => parts.push(Part::Kept(at + skipped, 1)),
        }
        at += skipped + 1;
    }
    parts
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
            prop_assert_eq!(joined(&before, parts(&before, now.clone())), now);
        }

        #[test]
        fn what_is_added_and_taken_away_here_and_there_is_all_that_travels(
            items in prop::collection::btree_set(any::<u16>(), 100..300), added in any::<u16>(), taken in 0..100_usize
        ) {
            let before: Vec<u16> = items.iter().copied().collect();
            let mut now = items;
            now.insert(added);
            now.remove(&before[taken]);
            let parts = parts(&before, now.into_iter().collect());
            let new: usize = parts.iter().map(|part| if let Part::New(items) = part { items.len() } else { 0 }).sum();
            prop_assert!(new <= 1 && parts.len() <= 4, "{:?}", parts);
        }
    }
}
