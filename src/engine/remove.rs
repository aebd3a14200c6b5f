//! `docker rmi`: names first, then what no name needs any more.
//! <https://github.com/moby/moby/blob/v29.1.3/daemon/containerd/image_delete.go>

use std::sync::Arc;

use super::images::familiar;
use super::{Container, Engine, NoSuchImage, PlatformError, State};
use crate::event::{Event, Events};
use crate::oci::{Descriptor, Digest, Platform, Reference};
use crate::text::sorted;

/// What `docker rmi` did for one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// A name was taken away, familiar form.
    Untagged(String),
    /// The image, or one platform of it, is gone.
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
        /// Familiar form.
        name: String,
        /// 12 digits.
        container: String,
        /// 12 digits.
        image: String,
    },
    /// The same, in the words of the classic store.
    #[error(
        "conflict: unable to remove repository reference {name:?} (must force) - container {container} is using its referenced image {image}"
    )]
    ReferenceInUse {
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
    /// It has several names, and it was asked for by id.
    #[error("conflict: unable to delete {image} (must be forced) - image is referenced in multiple repositories")]
    ManyNames {
        /// 12 digits.
        image: String,
    },
    /// One platform is taken from every image that has it, so docker wants to be sure.
    #[error("Content will be removed from all images referencing this variant. Use —-force to force delete.")]
    PlatformUnforced,
    /// The image has nothing for the platform.
    #[error("failed to delete platform {platform} for image {image}: {source}")]
    Platform {
        /// What was asked for.
        platform: Platform,
        /// Its id.
        image: Digest,
        /// Why.
        source: Box<PlatformError>,
    },
}

impl Engine {
    /// Removes the name `typed`, or the image with that id.
    pub fn remove_image(&mut self, typed: &str, force: bool, events: Events<'_>) -> Result<Vec<Removed>, RemoveError> {
        if self.is_classic() {
            return self.remove_classic(typed, force, events);
        }
        let root = self.find_image(typed)?;
        let named = self.named(typed, &root);
        let names = self.names_of(&root.digest);
        let same = same_names(named.as_ref(), &names);
        if named.is_some() && same.len() < names.len() {
            return Ok(same.iter().map(|name| self.untag(name, &root, events)).collect());
        }
        if let Some(name) = named.as_ref().filter(|name| name.digest.is_none()) {
            let user = self.users(&root.digest).next().map(|user| user.id[..12].to_owned());
            match user {
                Some(container) if !force => {
                    let (name, image) = (name.familiar(), root.digest.short());
                    return Err(RemoveError::NameInUse { name, container, image });
                }
                Some(_) => return Ok(vec![self.untag_all(name, &names, &root, events)]),
                None => {}
            }
        }
        self.check(&root, force, same.len() == names.len())?;
        let mut removed: Vec<Removed> = names.iter().map(|name| self.untag(name, &root, events)).collect();
        removed.push(self.delete(&root, events));
        Ok(removed)
    }

    /// Takes `platforms` out of the image `typed`, if `force` says that it is meant.
    pub fn remove_platforms(
        &mut self,
        typed: &str,
        platforms: &[Platform],
        force: bool,
    ) -> Result<Vec<Removed>, RemoveError> {
        if !force {
            return Err(RemoveError::PlatformUnforced);
        }
        let root = self.find_image(typed)?;
        let named = self.named(typed, &root);
        let mut removed = Vec::new();
        for platform in platforms {
            let manifest = self.manifest_for(&root, platform, named.as_ref(), typed).map_err(|source| {
                RemoveError::Platform { platform: platform.clone(), image: root.digest, source: source.into() }
            })?;
            self.blobs.remove(&manifest.digest);
            Arc::make_mut(&mut self.snapshots).remove(&manifest.digest);
            removed.push(Removed::Deleted(manifest.digest));
        }
        self.collect_garbage();
        Ok(removed)
    }

    /// `typed` as a name of `root`, if it is one and not the beginning of the id.
    pub(super) fn named(&self, typed: &str, root: &Descriptor) -> Option<Reference> {
        let reference = typed.parse::<Reference>().ok().map(Reference::tagged)?;
        self.find_reference(&reference).filter(|found| found.digest == root.digest).map(|_| reference)
    }

    pub(super) fn users(&self, root: &Digest) -> impl Iterator<Item = &Container> {
        let containers = self.containers.values().map(|container| &**container);
        containers.filter(move |container| container.image == *root)
    }

    /// What stands against removing the image with all its names.
    pub(super) fn check(&self, root: &Descriptor, force: bool, is_one_name: bool) -> Result<(), RemoveError> {
        let image = root.digest.short();
        let is_running = |user: &&Container| matches!(user.state, State::Running { .. });
        if let Some(user) = self.users(&root.digest).find(is_running) {
            return Err(RemoveError::Running { image, container: user.id[..12].to_owned() });
        }
        if force {
            return Ok(());
        }
        if let Some(user) = self.users(&root.digest).next() {
            return Err(RemoveError::Stopped { image, container: user.id[..12].to_owned() });
        }
        if is_one_name { Ok(()) } else { Err(RemoveError::ManyNames { image }) }
    }

    /// Forced, while a container needs it: the image stays without a name.
    fn untag_all(&mut self, asked: &Reference, names: &[String], root: &Descriptor, events: Events<'_>) -> Removed {
        for name in names {
            self.untag(name, root, events);
        }
        self.dangling.insert(root.digest, Arc::new(root.clone()));
        Removed::Untagged(asked.familiar())
    }

    pub(super) fn untag(&mut self, name: &str, root: &Descriptor, events: Events<'_>) -> Removed {
        self.names.remove(name);
        events(Event::ImageUntagged { image: root.digest, reference: familiar(name) });
        Removed::Untagged(familiar(name))
    }

    pub(super) fn delete(&mut self, root: &Descriptor, events: Events<'_>) -> Removed {
        self.dangling.remove(&root.digest);
        self.collect_garbage();
        events(Event::ImageDeleted { image: root.digest });
        Removed::Deleted(root.digest)
    }

    /// Forgets every blob that no image needs, and what was unpacked of it; the build cache keeps its own.
    pub(super) fn collect_garbage(&mut self) {
        let roots = self.named_or_not();
        let needed = sorted(roots.flat_map(|root| self.parts(root)));
        let unneeded: Vec<Digest> = self
            .blobs
            .iter()
            .map(|(digest, _)| *digest)
            .filter(|digest| needed.binary_search(digest).is_err())
            .collect();
        for digest in unneeded {
            self.blobs.remove(&digest);
            Arc::make_mut(&mut self.snapshots).remove(&digest);
            Arc::make_mut(&mut self.builds).remove(&digest);
        }
    }
}

/// Those of an image's names that go with the one asked for, or with the first
/// one if it was asked for by id: of the same repository those without a tag
/// too, as long as no other tag is there. By digest all tags of a repository.
fn same_names(asked: Option<&Reference>, names: &[String]) -> Vec<String> {
    let parsed: Vec<(&String, Reference)> =
        names.iter().filter_map(|name| Some((name, name.parse::<Reference>().ok()?))).collect();
    let first = parsed.iter().map(|(_, reference)| reference).find(|reference| reference.tag.is_some());
    let Some(like) = asked.or(first).or(parsed.first().map(|(_, reference)| reference)) else { return Vec::new() };
    let of_repository = parsed.iter().filter(|(_, name)| name.repository() == like.repository());
    let (tagged, digests): (Vec<_>, Vec<_>) = of_repository.partition(|(_, name)| name.tag.is_some());
    let by_digest = asked.is_some_and(|asked| asked.digest.is_some());
    let (same, other): (Vec<_>, Vec<_>) = tagged.into_iter().partition(|(_, name)| by_digest || name.tag == like.tag);
    let digests = digests.into_iter().filter(|_| other.is_empty());
    same.into_iter().chain(digests).map(|(name, _)| (*name).clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_the_digest_names_of_its_repository_along_unless_another_tag_is_there() {
        let digest = Digest::of(b"image");
        let by_digest = format!("r.test/a@{digest}");
        let table: [(Option<&str>, &[&str], &[&str]); 5] = [
            (Some("r.test/a:1"), &["r.test/a:1", &by_digest], &["r.test/a:1", &by_digest]),
            (Some("r.test/a:1"), &["r.test/a:1", "r.test/a:2", &by_digest], &["r.test/a:1"]),
            (Some("r.test/a:1"), &["r.test/a:1", "r.test/b:1"], &["r.test/a:1"]),
            (Some(&by_digest), &["r.test/a:1", "r.test/a:2", "r.test/b:1"], &["r.test/a:1", "r.test/a:2"]),
            (None, &["r.test/a:1", "r.test/b:1"], &["r.test/a:1"]),
        ];
        for (asked, names, same) in table {
            let asked = asked.map(|asked| asked.parse().expect("a reference"));
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(same_names(asked.as_ref(), &names), same, "{asked:?} of {names:?}");
        }
    }
}
