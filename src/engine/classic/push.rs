//! A push from the classic store: layers are compressed again, unless a
//! registry is known to have one, and the manifest is docker's own.

use crate::engine::push::Way;
use crate::engine::{Engine, Image, RegistryError};
use crate::oci::{Descriptor, Digest, Reference};
use crate::transfer::Pushed;
use crate::transfer::classic::{self, KnownBlob, Layer};

impl Engine {
    /// Begins to push what `reference` means here.
    pub(in crate::engine) fn begin_push_classic(&self, reference: &Reference) -> Result<Way, RegistryError> {
        self.tags_of(reference)?;
        let no_such = || RegistryError::NoSuchTag { name: reference.familiar() };
        let root = self.names.get(&reference.to_string()).cloned().ok_or_else(no_such)?;
        let image = Image::load(&self.blobs, &root, &self.platform()).map_err(RegistryError::Image)?;
        let diff_ids = image.config.rootfs.diff_ids.clone();
        let layers = diff_ids.iter().map(|diff_id| self.layer_to_push(diff_id, reference)).collect::<Vec<Layer>>();
        let config = self.blobs.get(&root.digest).unwrap_or_default();
        let push = classic::Push::new(layers, config, reference, self.credentials.get(&reference.domain));
        Ok(Way::Classic { push: Box::new(push), diff_ids })
    }

    /// Notes where the layers are now, and what the image is called there by its digest.
    pub(in crate::engine) fn take_pushed(
        &mut self,
        reference: &Reference,
        diff_ids: &[Digest],
        (document, blobs): (Descriptor, Vec<Descriptor>),
    ) -> Pushed {
        for (diff_id, blob) in diff_ids.iter().zip(&blobs) {
            self.remember_layer(diff_id, blob, Some(reference));
        }
        if let Some(root) = self.names.get(&reference.to_string()).cloned() {
            let by_digest = Reference { tag: None, digest: Some(document.digest), ..reference.clone() };
            self.names.insert(by_digest.to_string(), root);
        }
        Pushed { root: document, instead_of: None }
    }

    fn layer_to_push(&self, diff_id: &Digest, reference: &Reference) -> Layer {
        let places = self.layer_places.get(diff_id);
        let known = places.into_iter().flatten().rev().map(|place| {
            let repository = place.repository.as_ref().and_then(|name| name.parse::<Reference>().ok());
            let path = repository.filter(|known| known.domain == reference.domain).map(|known| known.path);
            KnownBlob { digest: place.digest, size: place.size, path }
        });
        let tar = self.blobs.get(diff_id).unwrap_or_default();
        Layer { diff_id: *diff_id, tar, known: known.collect() }
    }
}
