//! The status tracker: what each place holds at each moment, drawn from the
//! snapshots and from nothing else.

use std::fmt;

use super::{Lesson, Observed, Tracker, TrackerGroup, TrackerRow, TrackerValue};
use crate::lab::{MachineView, RegistryView, Snapshot, Status};
use crate::oci::Digest;

/// Moments shown at most; older ones are in the history.
const MOMENTS: usize = 12;
/// Lines of one of its cells.
const LINES: usize = 20;

/// A table with a column a moment: the start, each operation, the steps still to come, the end.
pub fn tracker(lesson: &Lesson, start: &Snapshot, happened: &[Observed<'_>], next: usize) -> Tracker {
    let shown = &happened[happened.len().saturating_sub(MOMENTS)..];
    let moments: Vec<&Snapshot> = std::iter::once(start).chain(shown.iter().map(|observed| observed.after)).collect();
    let to_come = lesson.steps.len().saturating_sub(next);
    let mut columns = vec!["start".to_owned()];
    columns.extend(shown.iter().map(|observed| heading(observed)));
    columns.extend((next..lesson.steps.len()).map(|step| format!("after step {}", step + 1)));
    columns.push("final".to_owned());
    let last = moments.last().copied().unwrap_or(start);
    // The end is known once nothing is still to come.
    let blank = if to_come == 0 { 0 } else { to_come + 1 };
    let moments: Vec<&Snapshot> = moments.into_iter().chain((to_come == 0).then_some(last)).collect();
    Tracker { columns, current: shown.len(), groups: groups(&moments, last, blank) }
}

fn heading(observed: &Observed<'_>) -> String {
    match observed.step {
        Some(step) => format!("after step {}", step + 1),
        None => format!("after {}", observed.line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")),
    }
}

fn groups(moments: &[&Snapshot], last: &Snapshot, blank: usize) -> Vec<TrackerGroup> {
    let row =
        |label: &str, items: Vec<Vec<Item<'_>>>| TrackerRow { label: label.to_owned(), values: values(items, blank) };
    let machines = last.machines.iter().map(|view| {
        let of = |items: fn(&MachineView) -> Vec<Item<'_>>| {
            let found = moments.iter().map(|moment| moment.machines.iter().find(|then| then.name == view.name));
            found.map(|then| then.map(items).unwrap_or_default()).collect()
        };
        TrackerGroup {
            place: view.name.clone(),
            rows: vec![row("image store", of(images)), row("containers", of(containers))],
        }
    });
    let registries = last.registries.iter().map(|view| {
        let found = moments.iter().map(|moment| moment.registries.iter().find(|then| then.name == view.name));
        let items = found.map(|then| then.map(|then| tags(then)).unwrap_or_default()).collect();
        TrackerGroup { place: view.name.clone(), rows: vec![row("registry storage", items)] }
    });
    machines.chain(registries).collect()
}

/// What of a place a row is about, moment by moment: of many items only as many are written as a cell has room for.
fn values(moments: Vec<Vec<Item<'_>>>, blank: usize) -> Vec<Option<TrackerValue>> {
    let mut values = Vec::with_capacity(moments.len() + blank);
    let mut before: Option<Vec<Item<'_>>> = None;
    for items in moments {
        let mut lines: Vec<String> = items.iter().take(LINES).map(Item::to_string).collect();
        if items.len() > LINES {
            lines.push(format!("and {} more", items.len() - LINES));
        }
        let changed = before.is_some_and(|before| before != items);
        before = Some(items);
        values.push(Some(TrackerValue { lines, changed }));
    }
    values.extend(std::iter::repeat_n(None, blank));
    values
}

/// What a line of a cell is about.
#[derive(PartialEq)]
enum Item<'a> {
    /// An image by a name, if it has any: `mlmodel:1.0 (5d20c808ce19)`.
    Image(Option<&'a str>, Digest),
    /// A container: `calm_hopper: exited (0)`.
    Container(&'a str, &'a Status),
    /// A tag of a repository, and what it names: `mlproject/mlmodel:1.0 (5d20c808ce19)`.
    Tag(&'a str, &'a str, Digest),
}

impl fmt::Display for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image(name, id) => write!(f, "{} ({})", name.unwrap_or("<untagged>"), id.short()),
            Self::Container(name, Status::Created) => write!(f, "{name}: created"),
            Self::Container(name, Status::Running) => write!(f, "{name}: running"),
            Self::Container(name, Status::Exited { code, .. }) => write!(f, "{name}: exited ({code})"),
            Self::Tag(repository, tag, digest) => write!(f, "{repository}:{tag} ({})", digest.short()),
        }
    }
}

fn images(view: &MachineView) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    for image in view.images.iter() {
        let unnamed = image.references.is_empty().then_some(Item::Image(None, image.id));
        items.extend(image.references.iter().map(|name| Item::Image(Some(name), image.id)).chain(unnamed));
    }
    items
}

fn containers(view: &MachineView) -> Vec<Item<'_>> {
    view.containers.iter().map(|container| Item::Container(&container.name, &container.status)).collect()
}

fn tags(view: &RegistryView) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    for repository in &view.repositories {
        items.extend(repository.tags.iter().map(|tag| Item::Tag(&repository.name, &tag.tag, tag.digest)));
    }
    items
}

/// The names of a machine's images, a line each.
pub fn images_of(view: &MachineView) -> Vec<String> {
    images(view).iter().map(Item::to_string).collect()
}

/// A machine's containers, a line each.
pub fn containers_of(view: &MachineView) -> Vec<String> {
    containers(view).iter().map(Item::to_string).collect()
}

/// The tags of a registry, a line each.
pub fn stored_in(view: &RegistryView) -> Vec<String> {
    tags(view).iter().map(Item::to_string).collect()
}
