//! Push, pull and login: what the daemon adds to `transfer` is memory: what
//! the name means here, which credentials it has, and where a blob was seen.

use std::sync::Arc;

use super::{Engine, ImageError, PlatformError};
use crate::event::{Event, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Platform, Reference};
use crate::transfer::classic::ClassicError;
use crate::transfer::{self, Credentials, Pushed, TransferError};

/// What a pull found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullResult {
    /// What the name means now.
    pub root: Descriptor,
    /// Whether it meant that before.
    pub up_to_date: bool,
    /// What the registry has under the name: the same, but for the classic store.
    pub digest: Digest,
}

/// Why a push, a pull or a login did not happen.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The name to push is not here; docker's words, from the stream.
    #[error("tag does not exist: {name}")]
    NoSuchTag {
        /// Familiar form.
        name: String,
    },
    /// No image of the repository whose tags are all to be pushed is here.
    #[error("An image does not exist locally with the tag: {name}")]
    NoSuchRepository {
        /// Familiar form.
        name: String,
    },
    /// The image has nothing for the platform to push.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// What is here of an image cannot be read.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The same as below, in the words of the classic store.
    #[error(transparent)]
    Classic(#[from] ClassicError),
    /// The registry or the way there.
    #[error("{}", .0.translated())]
    Transfer(#[from] TransferError),
}

impl Engine {
    /// Pushes what `reference` means here to the registry its name says; of
    /// several platforms only `platform`, if one is asked for.
    pub fn push(
        &mut self,
        reference: &Reference,
        platform: Option<&Platform>,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Pushed, RegistryError> {
        if self.is_classic() {
            return self.push_classic(reference, host, events);
        }
        let no_such = || RegistryError::NoSuchTag { name: reference.familiar() };
        let mut root = self.names.get(&reference.to_string()).cloned().ok_or_else(no_such)?;
        if let Some(platform) = platform {
            root = self.manifest_for(&root, platform, Some(reference), "")?;
        }
        let credentials = self.credentials.get(&reference.domain);
        let mounts = self.mounts(&reference.domain);
        let pushed = transfer::present(&self.blobs, &root, reference, &self.platform())?;
        transfer::push(&self.blobs, &pushed.root, reference, credentials, &mounts, host, events)?;
        self.remember_origin(&pushed.root, reference);
        events(Event::ImagePushed { reference: reference.familiar(), image: pushed.root.clone() });
        Ok(pushed)
    }

    /// The names of the repository of `reference`, by tag: what a push of all tags pushes.
    pub fn tags_of(&self, reference: &Reference) -> Result<Vec<Reference>, RegistryError> {
        let names: Vec<Reference> = self.repository(reference).into_iter().filter_map(|(_, name)| name).collect();
        if names.is_empty() {
            return Err(RegistryError::NoSuchRepository { name: reference.familiar_name() });
        }
        Ok(names)
    }

    /// Pulls what `reference` means at its registry and gives it that name here.
    pub fn pull(
        &mut self,
        reference: &Reference,
        platform: &Platform,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<PullResult, RegistryError> {
        if self.is_classic() {
            return self.pull_classic(reference, platform, host, events);
        }
        let result = self.fetch_for(reference, platform, host, events)?;
        // By digest the name is without a tag, even if one was typed.
        let tag = reference.tag.clone().filter(|_| reference.digest.is_none());
        let name = Reference { tag, ..reference.clone() };
        self.name(&name, &result.root);
        self.note_tagged(&name, host.now());
        let (reference, image, up_to_date) = (reference.familiar(), result.root.clone(), result.up_to_date);
        events(Event::ImagePulled { reference, image, up_to_date });
        Ok(result)
    }

    /// The tags that the repository of `reference` has at its registry.
    pub fn remote_tags(
        &self,
        reference: &Reference,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Vec<String>, RegistryError> {
        let credentials = self.credentials.get(&reference.domain);
        Ok(transfer::tags(reference, credentials, host, events)?)
    }

    /// Brings the content of `reference` here without giving it a name, as a build does for its base.
    pub(super) fn fetch(
        &mut self,
        reference: &Reference,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<PullResult, RegistryError> {
        let platform = self.platform();
        if self.is_classic() {
            let (root, digest) = self.fetch_classic(reference, &platform, host, events)?;
            return Ok(PullResult { root, up_to_date: false, digest });
        }
        self.fetch_for(reference, &platform, host, events)
    }

    fn fetch_for(
        &mut self,
        reference: &Reference,
        platform: &Platform,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<PullResult, RegistryError> {
        let known = self.find_reference(reference).map(|root| root.digest);
        let credentials = self.credentials.get(&reference.domain).cloned();
        let pulled = transfer::pull(&mut self.blobs, known, reference, platform, credentials.as_ref(), host, events)?;
        self.remember_origin(&pulled.root, reference);
        let digest = pulled.root.digest;
        Ok(PullResult { root: pulled.root, up_to_date: pulled.up_to_date, digest })
    }

    /// Proves `credentials` to `registry`; it is the command line that keeps them.
    pub fn login(
        &self,
        registry: &str,
        credentials: &Credentials,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<(), RegistryError> {
        transfer::login(registry, credentials, host, events)?;
        events(Event::LoggedIn { registry: registry.to_owned(), user: credentials.user.clone() });
        Ok(())
    }

    /// Blobs known to be in some repository of `registry`, for mounting.
    fn mounts(&self, registry: &str) -> Vec<(Digest, String)> {
        let here = self.origins.iter().filter(|((domain, _), _)| domain == registry);
        here.flat_map(|((_, path), blobs)| blobs.iter().map(|digest| (*digest, path.clone()))).collect()
    }

    /// What is at `reference` now: its blobs can be mounted into other repositories there.
    fn remember_origin(&mut self, root: &Descriptor, reference: &Reference) {
        let here = self.blobs.reachable(root);
        let place = (reference.domain.clone(), reference.path.clone());
        let known = Arc::make_mut(self.origins.entry(place).or_default());
        known.extend(here.iter().map(|found| found.digest));
    }
}
