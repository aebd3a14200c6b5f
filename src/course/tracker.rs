//! The status tracker: what each place holds at each moment, drawn from the
//! snapshots and from nothing else.

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
    let row = |label: &str, values| TrackerRow { label: label.to_owned(), values };
    let machines = last.machines.iter().map(|view| {
        let then = moments.iter().map(|snapshot| snapshot.machines.iter().find(|then| then.name == view.name));
        let then: Vec<Option<&MachineView>> = then.collect();
        TrackerGroup {
            place: view.name.clone(),
            rows: vec![
                row("image store", values(&then, images, image_line, blank)),
                row("containers", values(&then, containers, container_line, blank)),
            ],
        }
    });
    let registries = last.registries.iter().map(|view| {
        let then = moments.iter().map(|snapshot| snapshot.registries.iter().find(|then| then.name == view.name));
        let then: Vec<Option<&RegistryView>> = then.map(|found| found.map(|view| &**view)).collect();
        TrackerGroup {
            place: view.name.clone(),
            rows: vec![row("registry storage", values(&then, tags, tag_line, blank))],
        }
    });
    machines.chain(registries).collect()
}

/// What of a place a row is about, moment by moment: of many items only as many are written as a cell has room for.
fn values<'a, P, I: PartialEq>(
    moments: &[Option<&'a P>],
    items: fn(&'a P) -> Vec<I>,
    line: fn(&I) -> String,
    blank: usize,
) -> Vec<Option<TrackerValue>> {
    let mut before: Option<Vec<I>> = None;
    let known = moments.iter().map(|place| {
        let items = place.map(items).unwrap_or_default();
        let mut lines: Vec<String> = items.iter().take(LINES).map(line).collect();
        if items.len() > LINES {
            lines.push(format!("and {} more", items.len() - LINES));
        }
        let changed = before.as_ref().is_some_and(|before| *before != items);
        before = Some(items);
        Some(TrackerValue { lines, changed })
    });
    known.collect::<Vec<_>>().into_iter().chain(std::iter::repeat_n(None, blank)).collect()
}

/// A name of an image, if it has any, and the image.
type Name<'a> = (Option<&'a str>, Digest);

fn images(view: &MachineView) -> Vec<Name<'_>> {
    let mut names = Vec::new();
    for image in view.images.iter() {
        let unnamed = image.references.is_empty().then_some((None, image.id));
        names.extend(image.references.iter().map(|name| (Some(name.as_str()), image.id)).chain(unnamed));
    }
    names
}

/// `mlmodel:1.0 (5d20c808ce19)`
fn image_line((name, id): &Name<'_>) -> String {
    format!("{} ({})", name.unwrap_or("<untagged>"), id.short())
}

fn containers(view: &MachineView) -> Vec<(&str, &Status)> {
    view.containers.iter().map(|container| (container.name.as_str(), &container.status)).collect()
}

/// `calm_hopper: exited (0)`
fn container_line((name, status): &(&str, &Status)) -> String {
    let status = match status {
        Status::Created => "created".to_owned(),
        Status::Running => "running".to_owned(),
        Status::Exited { code, .. } => format!("exited ({code})"),
    };
    format!("{name}: {status}")
}

/// A repository, a tag of it, and what that names.
type Tag<'a> = (&'a str, &'a str, Digest);

fn tags(view: &RegistryView) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    for repository in &view.repositories {
        tags.extend(repository.tags.iter().map(|tag| (repository.name.as_str(), tag.tag.as_str(), tag.digest)));
    }
    tags
}

/// `mlproject/mlmodel:1.0 (5d20c808ce19)`
fn tag_line((repository, tag, digest): &Tag<'_>) -> String {
    format!("{repository}:{tag} ({})", digest.short())
}

/// The names of a machine's images, a line each.
pub fn images_of(view: &MachineView) -> Vec<String> {
    images(view).iter().map(image_line).collect()
}

/// A machine's containers, a line each.
pub fn containers_of(view: &MachineView) -> Vec<String> {
    containers(view).iter().map(container_line).collect()
}

/// The tags of a registry, a line each.
pub fn stored_in(view: &RegistryView) -> Vec<String> {
    tags(view).iter().map(tag_line).collect()
}
