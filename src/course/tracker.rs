//! The status tracker: what each place holds at each moment, drawn from the
//! snapshots and from nothing else.

use std::rc::Rc;

use super::{Lesson, Observed, Tracker, TrackerGroup, TrackerRow, TrackerValue};
use crate::lab::{ImageView, MachineView, RegistryView, Snapshot, Status};

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
    let machine = |name: &str, lines: &dyn Fn(&MachineView) -> Vec<String>| {
        let of = |snapshot: &Snapshot| snapshot.machines.iter().find(|view| view.name == name).map(lines);
        values(moments.iter().map(|snapshot| of(snapshot).unwrap_or_default()), blank)
    };
    let registry = |name: &str| {
        let of =
            |snapshot: &Snapshot| snapshot.registries.iter().find(|view| view.name == name).map(|view| stored_in(view));
        values(moments.iter().map(|snapshot| of(snapshot).unwrap_or_default()), blank)
    };
    let row = |label: &str, values| TrackerRow { label: label.to_owned(), values };
    let machines = last.machines.iter().map(|view| TrackerGroup {
        place: view.name.clone(),
        rows: vec![
            row("image store", machine(&view.name, &images_of)),
            row("containers", machine(&view.name, &containers_of)),
        ],
    });
    let registries = last.registries.iter().map(|view| TrackerGroup {
        place: view.name.clone(),
        rows: vec![row("registry storage", registry(&view.name))],
    });
    machines.chain(registries).collect()
}

fn values(lines: impl Iterator<Item = Vec<String>>, blank: usize) -> Vec<Option<TrackerValue>> {
    let mut before: Option<Vec<String>> = None;
    let known = lines.map(|lines| {
        let changed = before.as_ref().is_some_and(|before| *before != lines);
        before = Some(lines.clone());
        Some(TrackerValue { lines: shown(lines), changed })
    });
    known.collect::<Vec<_>>().into_iter().chain(std::iter::repeat_n(None, blank)).collect()
}

/// As many lines as a cell has room for, and how many more there are.
fn shown(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(LINES);
    if more > 0 {
        lines.truncate(LINES);
        lines.push(format!("and {more} more"));
    }
    lines
}

/// `mlmodel:1.0 (5d20c808ce19)`
pub fn images_of(view: &MachineView) -> Vec<String> {
    let named = |image: &Rc<ImageView>| -> Vec<String> {
        let id = image.id.short();
        if image.references.is_empty() {
            return vec![format!("<untagged> ({id})")];
        }
        image.references.iter().map(|name| format!("{name} ({id})")).collect()
    };
    view.images.iter().flat_map(named).collect()
}

/// `calm_hopper: exited (0)`
pub fn containers_of(view: &MachineView) -> Vec<String> {
    let line = |container: &crate::lab::ContainerView| {
        let status = match container.status {
            Status::Created => "created".to_owned(),
            Status::Running => "running".to_owned(),
            Status::Exited { code, .. } => format!("exited ({code})"),
        };
        format!("{}: {status}", container.name)
    };
    view.containers.iter().map(line).collect()
}

/// `mlproject/mlmodel:1.0 (5d20c808ce19)`
pub fn stored_in(view: &RegistryView) -> Vec<String> {
    let tags = view.repositories.iter().flat_map(|repository| {
        repository.tags.iter().map(|tag| format!("{}:{} ({})", repository.name, tag.tag, tag.digest.short()))
    });
    tags.collect()
}
