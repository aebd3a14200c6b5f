//! What a daemon remembers of what happened, for `docker events`.

use std::sync::Arc;

use crate::limits;
use crate::oci::Timestamp;

use super::Engine;

/// Something that happened on a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: Timestamp,
    /// To what kind of thing: `container`, `network`, `volume`, `image`.
    pub kind: &'static str,
    /// What: `start`, `die`…
    pub action: String,
    /// The thing's id, or its name if it has none.
    pub actor: String,
    /// More about it, by name.
    pub attributes: Vec<(String, String)>,
}

impl Engine {
    /// Remembers something; the oldest is forgotten if there is too much.
    pub fn note(
        &mut self,
        at: Timestamp,
        kind: &'static str,
        action: &str,
        actor: &str,
        attributes: Vec<(String, String)>,
    ) {
        let happened = Happened { at, kind, action: action.to_owned(), actor: actor.to_owned(), attributes };
        self.happened.push_back(Arc::new(happened));
        while self.happened.len() > limits::EVENTS {
            self.happened.pop_front();
        }
        self.happened_in_all += 1;
    }

    /// The same of an image: `actor` is its id, or the name that travelled; with its labels, if it is here.
    pub fn note_image(&mut self, at: Timestamp, action: &str, actor: &str, name: &str) {
        let image = self.find_image(actor).ok().and_then(|root| self.image(&root).ok());
        let labels = image.map(|image| image.config.config.labels).unwrap_or_default();
        let attributes = labels.into_iter().chain([("name".to_owned(), name.to_owned())]);
        self.note(at, "image", action, actor, crate::text::sorted::<(String, String)>(attributes));
    }

    /// The same of a container, with its image, its name and its labels.
    pub fn note_container(&mut self, at: Timestamp, action: &str, id: &str, more: &[(&str, &str)]) {
        let Some(container) = self.containers.get(id) else { return };
        let named = [("image", container.image_name.as_str()), ("name", container.name.as_str())];
        let labels = container.settings.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all = named.into_iter().chain(labels).chain(more.iter().copied());
        let attributes = all.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let attributes = crate::text::sorted(attributes);
        // As docker writes it, what was run stands behind the action.
        let detail = more.iter().find(|(name, _)| ["command", "status"].contains(name)).map(|(_, value)| *value);
        let action = detail.map_or_else(|| action.to_owned(), |detail| format!("{action}: {detail}"));
        self.note(at, "container", &action, id, attributes);
    }
}
