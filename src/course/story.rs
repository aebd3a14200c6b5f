//! The transcript: each operation as a paragraph, told from its events, so
//! that the story cannot drift from what happened.

use super::traffic::Traffic;
use super::{Inline, Observed};
use crate::event::Event;
use crate::text::units;

/// The paragraph of one operation; none if nothing happened that is worth telling.
pub fn paragraph(observed: &Observed<'_>) -> Option<Vec<Inline>> {
    let told: Vec<String> = observed.events.iter().filter_map(|event| sentence(event, observed.events)).collect();
    if told.is_empty() {
        return None;
    }
    let (machine, line) = (observed.machine, observed.line);
    Some(inlines(&format!("On `{machine}`, `{line}`: {}", told.join(" "))))
}

/// Between backticks is code.
fn inlines(text: &str) -> Vec<Inline> {
    let pieces = text.split('`').enumerate().filter(|(_, piece)| !piece.is_empty());
    pieces
        .map(|(at, piece)| if at % 2 == 1 { Inline::Code(piece.to_owned()) } else { Inline::Text(piece.to_owned()) })
        .collect()
}

fn sentence(event: &Event, events: &[Event]) -> Option<String> {
    let traffic = || Traffic::of(events);
    Some(match event {
        Event::ImageBuilt { image, references, layers } => {
            let size = units::size(layers.iter().map(|layer| layer.size).sum());
            let (count, id, names) = (layers.len(), image.digest.short(), references.join(", "));
            let named = if names.is_empty() { "without a name".to_owned() } else { format!("named `{names}`") };
            format!("{count} layers of {size} became the image `{id}`, {named}.")
        }
        Event::ImageTagged { image, reference } => format!(
            "the image `{}` is now also called `{reference}`; nothing was copied and nothing was sent.",
            image.short()
        ),
        Event::ImageUntagged { reference, .. } => format!("the name `{reference}` was taken away."),
        Event::ImageDeleted { image } => {
            format!("no name needed the image `{}` any more, so it was deleted.", image.short())
        }
        Event::ImagePushed { reference, image } => {
            let (traffic, id) = (traffic(), image.digest.short());
            let (moved, sent, skipped) = (traffic.moved, traffic.sent(), traffic.skipped);
            format!(
                "{moved} blobs travelled ({sent}), {skipped} were there already; then `{reference}` was made to name `{id}` in the registry."
            )
        }
        Event::ImagePulled { reference, image, up_to_date: true } => {
            format!("`{reference}` names `{}` there as here, so nothing was downloaded.", image.digest.short())
        }
        Event::ImagePulled { reference, image, .. } => {
            let (traffic, id) = (traffic(), image.digest.short());
            let (moved, received) = (traffic.moved, traffic.received());
            format!("`{reference}` names `{id}`; {moved} blobs came ({received}), each checked against its digest.")
        }
        Event::ContainerCreated { name, image, .. } => format!("the container `{name}` was made from `{image}`."),
        Event::ContainerExited { code, .. } => format!("Its program ended with exit code {code}."),
        Event::ContainerRemoved { id } => format!("the container `{}` was removed.", &id[..id.len().min(12)]),
        Event::FileWritten { path, size } => format!("`{path}` now holds {}.", units::size(*size)),
        Event::LoggedIn { registry, user } => format!("the registry `{registry}` accepted the credential of `{user}`."),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Snapshot;
    use crate::oci::Digest;

    #[test]
    fn a_tag_is_told_as_a_name_that_costs_nothing() {
        let event = Event::ImageTagged { image: Digest::of(b""), reference: "a:1".into() };
        let after = Snapshot::default();
        let events = [event];
        let observed = Observed {
            id: 0,
            position: 1,
            machine: "laptop",
            line: "docker tag x a:1",
            step: None,
            code: 0,
            events: &events,
            after: &after,
        };
        let story = paragraph(&observed).expect("something happened");
        assert_eq!(story[1], Inline::Code("laptop".into()));
        assert!(story.contains(&Inline::Text("; nothing was copied and nothing was sent.".into())));
        assert_eq!(paragraph(&Observed { events: &[], ..observed }), None);
    }
}
