//! Names and what they mean: `docker tag`, `docker images`, and how a word on
//! the command line finds its image.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Engine, Image, ImageError};
use crate::event::{Event, Events};
use crate::oci::{Descriptor, Digest, Reference};
use crate::text::sorted_by;

/// No image has this name or id; docker's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("No such image: {name}")]
pub struct NoSuchImage {
    /// The name, familiar form with its tag, or the id as typed.
    pub name: String,
}

impl Engine {
    /// What `typed` means: a name, or the first digits of an id.
    pub fn find_image(&self, typed: &str) -> Result<Descriptor, NoSuchImage> {
        let reference = typed.parse::<Reference>().ok().map(Reference::tagged);
        let by_name = reference.as_ref().and_then(|reference| self.find_reference(reference));
        if let Some(root) = by_name.or_else(|| self.find_id(typed)) {
            return Ok(root);
        }
        Err(NoSuchImage { name: reference.map_or_else(|| typed.to_owned(), |reference| reference.familiar()) })
    }

    /// What a parsed reference means here; a digest beats a tag.
    pub fn find_reference(&self, reference: &Reference) -> Option<Descriptor> {
        if let Some(digest) = reference.digest {
            let same_repository = |(name, root): &(&String, &Arc<Descriptor>)| {
                root.digest == digest && repository_of(name) == reference.repository()
            };
            return self.names.iter().find(same_repository).map(|(_, root)| (**root).clone());
        }
        self.names.get(&reference.to_string()).map(|root| (**root).clone())
    }

    /// What the names and the dangling images point at; what has two names comes twice.
    pub fn named_or_not(&self) -> impl Iterator<Item = &Descriptor> {
        self.names.values().chain(self.dangling.values()).map(|root| &**root)
    }

    /// The image whose id begins with `typed`, if there is just one.
    fn find_id(&self, typed: &str) -> Option<Descriptor> {
        let digits = typed.strip_prefix("sha256:").unwrap_or(typed);
        if digits.len() < 4 {
            return None;
        }
        let roots = self.named_or_not();
        let mut matching = roots.filter(|root| root.digest.hex().starts_with(digits));
        let first = matching.next()?;
        matching.all(|other| other.digest == first.digest).then(|| first.clone())
    }

    /// Gives the image `source` the name `target` too, taking it from whichever had it.
    pub fn tag(&mut self, source: &str, target: &Reference, events: Events<'_>) -> Result<(), NoSuchImage> {
        let root = self.find_image(source)?;
        self.name(target, &root);
        events(Event::ImageTagged { image: root.digest, reference: target.familiar() });
        Ok(())
    }

    /// Lets `reference` mean `root`; what it meant before stays as dangling if it has no other name.
    pub(super) fn name(&mut self, reference: &Reference, root: &Descriptor) {
        let previous = self.names.insert(reference.to_string(), Arc::new(root.clone()));
        self.dangling.remove(&root.digest);
        if let Some(previous) = previous.filter(|previous| self.names_of(&previous.digest).is_empty()) {
            self.dangling.insert(previous.digest, previous);
        }
    }

    /// The canonical names of an image, sorted.
    pub fn names_of(&self, root: &Digest) -> Vec<String> {
        self.names.iter().filter(|(_, named)| named.digest == *root).map(|(name, _)| name.clone()).collect()
    }

    /// Every image once, with its familiar names; named ones by first name, then the dangling.
    pub fn images(&self) -> Vec<(Vec<String>, Image)> {
        let roots = self.roots().into_iter();
        roots.filter_map(|(names, root)| Some((names, self.image(root).ok()?))).collect()
    }

    /// What the names and the dangling images point at, each once with its familiar names, in that order;
    /// nothing is read.
    pub fn roots(&self) -> Vec<(Vec<String>, &Descriptor)> {
        let mut roots: BTreeMap<Digest, (Vec<String>, &Descriptor)> = BTreeMap::new();
        for (name, root) in &self.names {
            roots.entry(root.digest).or_insert_with(|| (Vec::new(), root)).0.push(familiar(name));
        }
        for root in self.dangling.values() {
            roots.entry(root.digest).or_insert_with(|| (Vec::new(), root));
        }
        sorted_by(roots.into_values(), |(a, _), (b, _)| (a.is_empty(), a).cmp(&(b.is_empty(), b)))
    }

    /// Whether what can be read of images is the same as in `before`, though they may have other names.
    pub fn keeps_images_of(&self, before: &Self) -> bool {
        self.blobs.is_same(&before.blobs)
            && Arc::ptr_eq(&self.room, &before.room)
            && self.image_store == before.image_store
    }

    /// Whether all that there is to see of images is the same as in `before`.
    pub fn shows_images_of(&self, before: &Self) -> bool {
        self.keeps_images_of(before)
            && self.names.ptr_eq(&before.names)
            && self.dangling.ptr_eq(&before.dangling)
            && Arc::ptr_eq(&self.containers, &before.containers)
    }

    /// What `root` is on this machine: of several platforms its own, or else the first that is here.
    pub fn image(&self, root: &Descriptor) -> Result<Image, ImageError> {
        Image::best(&self.blobs, root, &self.platform())
    }

    /// Whether a container, running or not, was made from this image.
    pub fn in_use(&self, root: &Digest) -> bool {
        self.containers.values().any(|container| container.image == *root)
    }
}

fn repository_of(name: &str) -> String {
    name.parse::<Reference>().map(|reference| reference.repository()).unwrap_or_default()
}

/// A canonical name as docker shows it.
pub(super) fn familiar(name: &str) -> String {
    name.parse::<Reference>().map_or_else(|_| name.to_owned(), |reference| reference.familiar())
}
