//! The transcript: each operation as a paragraph, told from its events, so
//! that the story cannot drift from what happened.

use super::traffic::Traffic;
use super::{Inline, Observed};
use crate::event::Event;
use crate::text::units;

/// The paragraph of one operation; none if nothing happened that is worth telling.
pub fn paragraph(observed: &Observed<'_>) -> Option<Vec<Inline>> {
    let told: Vec<Vec<Inline>> = observed.events.iter().filter_map(|event| sentence(event, observed.events)).collect();
    if told.is_empty() {
        return None;
    }
    let mut story = vec![text("On "), code(observed.machine), text(", "), code(observed.line), text(": ")];
    for sentence in told {
        story.extend(sentence);
        story.push(text(" "));
    }
    story.pop();
    Some(story)
}

fn sentence(event: &Event, events: &[Event]) -> Option<Vec<Inline>> {
    let traffic = || Traffic::of(events);
    Some(match event {
        Event::ImageBuilt { image, references, layers } => {
            let bytes = layers.iter().map(|layer| layer.size).sum();
            let names = references.join(", ");
            vec![
                text(&format!("{} layers of {} became the image ", layers.len(), units::size(bytes))),
                code(&image.digest.short()),
                text(", named "),
                code(&names),
                text("."),
            ]
        }
        Event::ImageTagged { image, reference } => {
            vec![
                text("the image "),
                code(&image.short()),
                text(" is now also called "),
                code(reference),
                text("; nothing was copied and nothing was sent."),
            ]
        }
        Event::ImageUntagged { reference, .. } => vec![text("the name "), code(reference), text(" was taken away.")],
        Event::ImageDeleted { image } => {
            vec![text("no name needed the image "), code(&image.short()), text(" any more, so it was deleted.")]
        }
        Event::ImagePushed { reference, image } => {
            let traffic = traffic();
            vec![
                text(&format!(
                    "{} blobs travelled ({}), {} were there already; then ",
                    traffic.moved,
                    traffic.sent(),
                    traffic.skipped
                )),
                code(reference),
                text(" was made to name "),
                code(&image.digest.short()),
                text(" in the registry."),
            ]
        }
        Event::ImagePulled { reference, image, up_to_date: true } => {
            vec![
                code(reference),
                text(" names "),
                code(&image.digest.short()),
                text(" there as here, so nothing was downloaded."),
            ]
        }
        Event::ImagePulled { reference, image, up_to_date: false } => {
            let traffic = traffic();
            vec![
                code(reference),
                text(" names "),
                code(&image.digest.short()),
                text(&format!(
                    "; {} blobs came ({}), each checked against its digest.",
                    traffic.moved,
                    traffic.received()
                )),
            ]
        }
        Event::ContainerCreated { name, image, .. } => {
            vec![text("the container "), code(name), text(" was made from "), code(image), text(".")]
        }
        Event::ContainerExited { code: exit, .. } => vec![text(&format!("Its program ended with exit code {exit}."))],
        Event::ContainerRemoved { id } => {
            vec![text("the container "), code(&id[..id.len().min(12)]), text(" was removed.")]
        }
        Event::FileWritten { path, size } => vec![code(path), text(&format!(" now holds {}.", units::size(*size)))],
        Event::LoggedIn { registry, user } => {
            vec![text("the registry "), code(registry), text(" accepted the credential of "), code(user), text(".")]
        }
        _ => return None,
    })
}

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

fn code(text: &str) -> Inline {
    Inline::Code(text.to_owned())
}
