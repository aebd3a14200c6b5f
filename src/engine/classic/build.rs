//! What a build says in the end when its result goes into the classic store.

use crate::event::Event;

/// What `BuildKit` tells of an export, as it tells it here: an image is written,
/// by the digest of its configuration; nothing else is made.
pub(in crate::engine) fn told(event: Event) -> Option<Event> {
    let Event::BuildStepReported { step, id, current, total, done, millis } = event else { return Some(event) };
    let dropped = ["exporting manifest", "exporting attestation manifest", "unpacking to "];
    if dropped.iter().any(|start| id.starts_with(start)) {
        return None;
    }
    let id = id.strip_prefix("exporting config ").map_or_else(|| id.clone(), |image| format!("writing image {image}"));
    Some(Event::BuildStepReported { step, id, current, total, done, millis })
}
