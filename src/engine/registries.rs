//! What the daemon adds to `transfer` is memory: which credentials it has, and
//! where a blob was seen.

use std::sync::Arc;

use super::{Engine, ImageError, PlatformError};
use crate::event::{Event, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Reference};
use crate::transfer::classic::ClassicError;
use crate::transfer::{self, Credentials, TransferError};

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
    /// The names of the repository of `reference`, by tag: what a push of all tags pushes.
    pub fn tags_of(&self, reference: &Reference) -> Result<Vec<Reference>, RegistryError> {
        let names: Vec<Reference> = self.repository(reference).into_iter().filter_map(|(_, name)| name).collect();
        if names.is_empty() {
            return Err(RegistryError::NoSuchRepository { name: reference.familiar_name() });
        }
        Ok(names)
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
    pub(super) fn mounts(&self, registry: &str) -> Vec<(Digest, String)> {
        let here = self.origins.iter().filter(|((domain, _), _)| domain == registry);
        here.flat_map(|((_, path), blobs)| blobs.iter().map(|digest| (*digest, path.clone()))).collect()
    }

    /// The repositories, with their registries, that are known to hold this blob.
    pub fn repositories_of(&self, blob: &Digest) -> Vec<String> {
        let holding = self.origins.iter().filter(|(_, blobs)| blobs.contains(blob));
        holding.map(|((domain, path), _)| format!("{domain}/{path}")).collect()
    }

    /// What is at `reference` now: its blobs can be mounted into other repositories there.
    pub(super) fn remember_origin(&mut self, root: &Descriptor, reference: &Reference) {
        let here = self.blobs.reachable(root);
        let place = (reference.domain.clone(), reference.path.clone());
        let known = Arc::make_mut(Arc::make_mut(&mut self.origins).entry(place).or_default());
        known.extend(here.iter().map(|found| found.digest));
    }
}
