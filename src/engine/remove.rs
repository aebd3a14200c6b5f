//! `docker rmi`: names first, then what no name needs any more.

use std::collections::BTreeSet;

use super::images::familiar;
use super::{Engine, Image, NoSuchImage, State};
use crate::event::{Event, Events};
use crate::oci::{Descriptor, Digest, Reference};

/// What `docker rmi` did for one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// A name was taken away, familiar form.
    Untagged(String),
    /// The image is gone.
    Deleted(Digest),
}

/// Why an image stays; docker's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoveError {
    /// There is none.
    #[error(transparent)]
    NotFound(#[from] NoSuchImage),
    /// A container was made from it, and this is its last name.
    #[error(
        "conflict: unable to delete {name} (must be forced) - container {container} is using its referenced image {image}"
    )]
    NameInUse {
        /// As typed.
        name: String,
        /// 12 digits.
        container: String,
        /// 12 digits.
        image: String,
    },
    /// A running container was made from it.
    #[error(
        "conflict: unable to delete {image} (cannot be forced) - image is being used by running container {container}"
    )]
    Running {
        /// 12 digits.
        image: String,
        /// 12 digits.
        container: String,
    },
    /// A stopped container was made from it.
    #[error(
        "conflict: unable to delete {image} (must be forced) - image is being used by stopped container {container}"
    )]
    Stopped {
        /// 12 digits.
        image: String,
        /// 12 digits.
        container: String,
    },
    /// Several repositories name it, and it was asked for by id.
    #[error("conflict: unable to delete {image} (must be forced) - image is referenced in multiple repositories")]
    ManyRepositories {
        /// 12 digits.
        image: String,
    },
}

impl Engine {
    /// Removes the name `typed`, or the image with that id.
    pub fn remove_image(&mut self, typed: &str, force: bool, events: Events<'_>) -> Result<Vec<Removed>, RemoveError> {
        let root = self.find_image(typed)?;
        let reference = typed.parse::<Reference>().ok().map(Reference::tagged).map(|reference| reference.to_string());
        let by_name = reference.filter(|name| self.names.contains_key(name));
        match by_name {
            Some(name) => self.remove_name(typed, &name, &root, force, events),
            None => self.remove_root(&root, force, events),
        }
    }

    fn remove_name(
        &mut self,
        typed: &str,
        name: &str,
        root: &Descriptor,
        force: bool,
        events: Events<'_>,
    ) -> Result<Vec<Removed>, RemoveError> {
        let last = self.names_of(&root.digest).len() == 1;
        let user = self.containers.values().find(|container| container.image == root.digest);
        if let Some(user) = user.filter(|_| last && !force) {
            let (container, image) = (user.id[..12].to_owned(), root.digest.short());
            return Err(RemoveError::NameInUse { name: typed.to_owned(), container, image });
        }
        let needed = user.is_some();
        let mut removed = vec![self.untag(name, root, events)];
        if last && needed {
            self.dangling.insert(root.digest, root.clone());
        } else if last {
            removed.push(self.delete(root, events));
        }
        Ok(removed)
    }

    fn remove_root(&mut self, root: &Descriptor, force: bool, events: Events<'_>) -> Result<Vec<Removed>, RemoveError> {
        let image = root.digest.short();
        let names = self.names_of(&root.digest);
        for user in self.containers.values().filter(|container| container.image == root.digest) {
            let container = user.id[..12].to_owned();
            match user.state {
                State::Running { .. } => return Err(RemoveError::Running { image, container }),
                _ if !force => return Err(RemoveError::Stopped { image, container }),
                _ => {}
            }
        }
        let repositories: BTreeSet<String> =
            names.iter().filter_map(|name| name.parse::<Reference>().ok()).map(|name| name.repository()).collect();
        if repositories.len() > 1 && !force {
            return Err(RemoveError::ManyRepositories { image });
        }
        let mut removed: Vec<Removed> = names.iter().map(|name| self.untag(name, root, events)).collect();
        if self.in_use(&root.digest) {
            self.dangling.insert(root.digest, root.clone());
        } else {
            removed.push(self.delete(root, events));
        }
        Ok(removed)
    }

    fn untag(&mut self, name: &str, root: &Descriptor, events: Events<'_>) -> Removed {
        self.names.remove(name);
        events(Event::ImageUntagged { image: root.digest, reference: familiar(name) });
        Removed::Untagged(familiar(name))
    }

    fn delete(&mut self, root: &Descriptor, events: Events<'_>) -> Removed {
        self.dangling.remove(&root.digest);
        if let Ok(image) = Image::load(&self.blobs, root, &self.platform()) {
            self.forget_snapshot(&image.manifest.digest);
        }
        self.collect_garbage();
        events(Event::ImageDeleted { image: root.digest });
        Removed::Deleted(root.digest)
    }

    /// Forgets every blob that no image needs; the build cache keeps its own.
    pub(super) fn collect_garbage(&mut self) {
        let mut needed: BTreeSet<Digest> = BTreeSet::new();
        for root in self.names.values().chain(self.dangling.values()) {
            needed.insert(root.digest);
            if let Ok(image) = Image::load(&self.blobs, root, &self.platform()) {
                needed.insert(image.manifest.digest);
                needed.extend(image.document.blobs().map(|blob| blob.digest));
            }
        }
        let unneeded: Vec<Digest> =
            self.blobs.iter().map(|(digest, _)| *digest).filter(|digest| !needed.contains(digest)).collect();
        for digest in unneeded {
            self.blobs.remove(&digest);
        }
    }
}
