//! `docker build` as the daemon does it: bases come from the image store, or
//! from their registry first; the result gets its names.

use std::time::Duration;

use super::{Engine, Image, ImageError, RegistryError};
use crate::build::{self, BaseError, BaseImage, BuildError, Built};
use crate::event::{Event, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Reference};
use crate::transfer::TransferError;

const DENIED: &str = "pull access denied, repository does not exist or may require authorization: \
                      server message: insufficient_scope: authorization failed";

impl Engine {
    /// Builds an image and names it. The time it took as modelled is told, not passed.
    pub fn build(
        &mut self,
        request: &build::Request,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<(Built, Duration), BuildError> {
        // The build puts its blobs into a store of its own, for the engine's is needed to find bases meanwhile.
        let mut blobs = self.blobs.clone();
        let mut cache = self.cache.clone();
        let mut bases =
            |reference: &Reference, host: &mut dyn Host, events: Events<'_>| self.base(reference, host, events);
        let built = build::build(request, &mut blobs, &mut cache, &mut bases, host, events)?;
        self.cache = cache;
        for blob in built.manifest.blobs().chain([&built.image]) {
            if let Some(kept) = blobs.kept(&blob.digest) {
                self.blobs.keep(blob.digest, kept.clone());
            }
        }
        for layer in &built.manifest.layers {
            self.measure(layer);
        }
        self.snapshots.insert(built.image.digest, built.tree.clone());
        self.name_built(&built);
        let references = built.tags.iter().map(Reference::familiar).collect();
        events(Event::ImageBuilt { image: built.image.clone(), references, layers: built.manifest.layers.clone() });
        let took = Duration::from_millis(built.millis);
        let ended = host.now().after(took);
        built.tags.iter().for_each(|tag| self.note_tagged(tag, ended));
        Ok((built, took))
    }

    /// A rebuilt name takes its old image away with it, as in docker with the containerd store.
    fn name_built(&mut self, built: &Built) {
        if built.tags.is_empty() {
            self.dangling.insert(built.image.digest, built.image.clone());
        }
        for tag in &built.tags {
            let previous: Option<Descriptor> = self.names.get(&tag.to_string()).cloned();
            self.name(tag, &built.image);
            let unused = |root: &Digest| !self.in_use(root) && self.names_of(root).is_empty();
            if let Some(previous) = previous.filter(|root| unused(&root.digest)) {
                self.dangling.remove(&previous.digest);
                self.collect_garbage();
            }
        }
    }

    fn base(&mut self, reference: &Reference, host: &mut dyn Host, events: Events<'_>) -> Result<BaseImage, BaseError> {
        let before = self.blobs.clone();
        let root = match self.find_reference(reference) {
            Some(root) => root,
            None => self.fetch(reference, host, events).map_err(|error| failed(&error))?.root,
        };
        let unreadable = |error: ImageError| BaseError { message: error.to_string() };
        let image = Image::load(&self.blobs, &root, &self.platform()).map_err(unreadable)?;
        let tree = self.unpack(&image).map_err(unreadable)?;
        let fetched = image.document.layers.iter().filter(|layer| !before.has(&layer.digest)).cloned().collect();
        Ok(BaseImage { digest: root.digest, manifest: image.document, config: image.config, tree, fetched })
    }
}

/// As `BuildKit` says it; docker's own `failed to resolve reference` is not part
/// of it, and a refusal is told in the words of the client below it.
fn failed(error: &RegistryError) -> BaseError {
    if let RegistryError::Transfer(TransferError::PullDenied { .. }) = error {
        return BaseError { message: DENIED.to_owned() };
    }
    let message = match error {
        RegistryError::Transfer(error) => error.to_string(),
        error => error.to_string(),
    };
    let inner = message.split_once("\": ").filter(|(head, _)| head.starts_with("failed to resolve reference"));
    BaseError { message: inner.map_or(message.as_str(), |(_, rest)| rest).to_owned() }
}
