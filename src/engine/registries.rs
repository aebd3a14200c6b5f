//! Push, pull and login: what the daemon adds to `transfer` is memory: what
//! the name means here, which credentials it has, and where a blob was seen.

use std::sync::Arc;

use super::{Engine, NoSuchImage};
use crate::event::{Event, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Reference};
use crate::transfer::{self, Credentials, TransferError};

/// What a pull found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullResult {
    /// What the name means now.
    pub root: Descriptor,
    /// Whether it meant that before.
    pub up_to_date: bool,
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
    /// The registry or the way there.
    #[error(transparent)]
    Transfer(#[from] TransferError),
}

impl From<NoSuchImage> for RegistryError {
    fn from(error: NoSuchImage) -> Self {
        Self::NoSuchTag { name: error.name }
    }
}

impl Engine {
    /// Pushes what `reference` means here to the registry its name says.
    pub fn push(
        &mut self,
        reference: &Reference,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Descriptor, RegistryError> {
        let no_such = || NoSuchImage { name: reference.familiar() };
        let root = self.find_reference(reference).ok_or_else(no_such)?;
        let credentials = self.credentials.get(&reference.domain);
        let mounts = self.mounts(&reference.domain);
        transfer::push(&self.blobs, &root, reference, credentials, &mounts, host, events)?;
        self.remember_origin(&root, reference);
        events(Event::ImagePushed { reference: reference.familiar(), image: root.clone() });
        Ok(root)
    }

    /// Pulls what `reference` means at its registry and gives it that name here.
    pub fn pull(
        &mut self,
        reference: &Reference,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<PullResult, RegistryError> {
        let result = self.fetch(reference, host, events)?;
        let name = Reference { digest: None, ..reference.clone() };
        if name.tag.is_some() {
            self.name(&name, &result.root);
        } else {
            self.names.insert(reference.to_string(), result.root.clone());
        }
        let (reference, image, up_to_date) = (reference.familiar(), result.root.clone(), result.up_to_date);
        events(Event::ImagePulled { reference, image, up_to_date });
        Ok(result)
    }

    /// Brings the content of `reference` here without giving it a name, as a build does for its base.
    pub(super) fn fetch(
        &mut self,
        reference: &Reference,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<PullResult, RegistryError> {
        let known = self.find_reference(reference).map(|root| root.digest);
        let credentials = self.credentials.get(&reference.domain).cloned();
        let platform = self.platform();
        let pulled = transfer::pull(&mut self.blobs, known, reference, &platform, credentials.as_ref(), host, events)?;
        self.remember_origin(&pulled.root, reference);
        Ok(PullResult { root: pulled.root, up_to_date: pulled.up_to_date })
    }

    /// Proves `credentials` to `registry` and keeps them.
    pub fn login(
        &mut self,
        registry: &str,
        credentials: Credentials,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<(), RegistryError> {
        transfer::login(registry, &credentials, host, events)?;
        events(Event::LoggedIn { registry: registry.to_owned(), user: credentials.user.clone() });
        self.credentials.insert(registry.to_owned(), credentials);
        Ok(())
    }

    /// Blobs known to be in some repository of `registry`, for mounting.
    fn mounts(&self, registry: &str) -> Vec<(Digest, String)> {
        let here = self.origins.iter().filter(|((domain, _), _)| domain == registry);
        here.flat_map(|((_, path), blobs)| blobs.iter().map(|digest| (*digest, path.clone()))).collect()
    }

    fn remember_origin(&mut self, root: &Descriptor, reference: &Reference) {
        let Ok(image) = super::Image::load(&self.blobs, root, &self.platform()) else { return };
        let place = (reference.domain.clone(), reference.path.clone());
        let known = Arc::make_mut(self.origins.entry(place).or_default());
        known.extend(image.document.blobs().map(|blob| blob.digest));
    }
}
