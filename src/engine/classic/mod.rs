//! The store of docker 28: an image is its configuration, whose digest is its
//! id, and its layers unpacked, each known by its diff id. Compressed blobs,
//! manifests, other platforms and attestations do not stay; what layers were
//! called in registries is remembered, so that a push need not send them again.
//! <https://github.com/moby/moby/tree/v28.5.2/distribution>

mod build;
mod pull;
mod push;
mod remove;
mod save;

pub(super) use build::told;
pub(super) use pull::Arriving;

use std::sync::Arc;

use super::{Engine, Image, ImageError};
use crate::fs;
use crate::oci::{Descriptor, Digest, MediaType, Reference};
use crate::store::Blobs;

/// Where a layer is in registries, newest last.
pub(super) type LayerPlaces = Vec<LayerPlace>;

/// One blob that holds a layer, compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LayerPlace {
    /// The compressed blob.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// The repository that has it, with its registry; none of a blob that was only built or loaded.
    pub repository: Option<String>,
}

impl Engine {
    /// Takes an image whose parts are in `blobs` into the classic store; its root
    /// there. `from` is the repository it was pulled from, if it was.
    pub(super) fn adopt(
        &mut self,
        image: &Image,
        blobs: &Blobs,
        from: Option<&Reference>,
    ) -> Result<Descriptor, ImageError> {
        let config = &image.document.config;
        for (layer, diff_id) in image.document.layers.iter().zip(&image.config.rootfs.diff_ids) {
            if !self.blobs.has(diff_id) {
                let invalid = |reason: String| ImageError::Invalid { digest: layer.digest, reason };
                let bytes = blobs.get(&layer.digest).ok_or(ImageError::Missing { digest: layer.digest })?;
                let tar = fs::decompressed(&bytes).map_err(|error| invalid(error.to_string()))?.into_owned();
                let verified = self.blobs.put_verified(*diff_id, tar);
                verified.map_err(|error| invalid(format!("filesystem layer verification failed: {error}")))?;
            }
            if *layer.media_type.as_str() != *MediaType::DOCKER_LAYER.as_str() {
                self.remember_layer(diff_id, layer, from);
            }
            self.measure_files(diff_id);
        }
        let bytes = blobs.get(&config.digest).ok_or(ImageError::Missing { digest: config.digest })?;
        let digest = self.blobs.put(bytes.clone());
        Ok(Descriptor::new(MediaType::DOCKER_CONFIG, digest, bytes.len() as u64))
    }

    /// Notes that `layer`, compressed, is at `from`.
    fn remember_layer(&mut self, diff_id: &Digest, layer: &Descriptor, from: Option<&Reference>) {
        let place = LayerPlace { digest: layer.digest, size: layer.size, repository: from.map(Reference::repository) };
        let places = Arc::make_mut(&mut self.layer_places).entry(*diff_id).or_default();
        places.retain(|known| *known != place);
        places.push(place);
    }

    /// The digests of what the image `root` needs: its configuration and its layers.
    pub(super) fn parts(&self, root: &Descriptor) -> Vec<Digest> {
        if !root.media_type.is_config() {
            return self.blobs.reachable(root).into_iter().map(|part| part.digest).collect();
        }
        let image = Image::load(&self.blobs, root, &self.platform());
        let layers = image.map(|image| image.config.rootfs.diff_ids).unwrap_or_default();
        std::iter::once(root.digest).chain(layers).collect()
    }

    /// Chain ids of an image's layers, highest first: what `docker rmi` says it deletes.
    pub(super) fn chain(diff_ids: &[Digest]) -> Vec<Digest> {
        let mut chain: Vec<Digest> = Vec::new();
        for diff_id in diff_ids {
            let next = chain.last().map_or(*diff_id, |below| Digest::of(format!("{below} {diff_id}").as_bytes()));
            chain.push(next);
        }
        chain.reverse();
        chain
    }
}
