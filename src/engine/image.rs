//! An image as its documents tell it: root, manifest, configuration.

use crate::limits;
use crate::oci::{Descriptor, Digest, ImageConfig, Manifest, MediaType, Platform, json};
use crate::store::Blobs;

/// An image whose manifest and configuration are here.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// What the name points at: a manifest or an index, in the classic store the
    /// configuration. Its digest is the image's id.
    pub root: Descriptor,
    /// The manifest for the platform asked for.
    pub manifest: Descriptor,
    /// The manifest's layers and configuration.
    pub document: Manifest,
    /// The configuration.
    pub config: ImageConfig,
    /// What of the root is here, of every platform, in bytes.
    content: u64,
}

/// Why a stored image cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// A blob is missing.
    #[error("content digest {digest}: not found")]
    Missing {
        /// Which.
        digest: Digest,
    },
    /// A blob is not what its media type says.
    #[error("content digest {digest}: {reason}")]
    Invalid {
        /// Which.
        digest: Digest,
        /// What the reader says.
        reason: String,
    },
    /// The index has nothing for the platform.
    #[error(
        "no matching manifest for {platform} in the manifest list entries: no match for platform in manifest: not found"
    )]
    Platform {
        /// What was asked for.
        platform: Platform,
    },
}

impl Image {
    /// Reads the image `root` for `platform` out of `blobs`.
    pub fn load(blobs: &Blobs, root: &Descriptor, platform: &Platform) -> Result<Self, ImageError> {
        if root.media_type.is_config() {
            return Self::classic(blobs, root);
        }
        if !root.media_type.is_index() {
            return Self::read(blobs, root, root.clone());
        }
        if !blobs.has(&root.digest) {
            return Err(ImageError::Missing { digest: root.digest });
        }
        let manifests: Vec<Descriptor> = images_of(blobs, root).collect();
        let exactly = |manifest: &&Descriptor| manifest.platform.as_ref() == Some(platform);
        let fits = |manifest: &&Descriptor| manifest.platform.as_ref().is_some_and(|offered| platform.accepts(offered));
        let best = manifests.iter().find(exactly).or_else(|| manifests.iter().find(fits));
        let missing = || ImageError::Platform { platform: platform.clone() };
        Self::read(blobs, root, best.cloned().ok_or_else(missing)?)
    }

    /// The same, but of an image that has nothing for `platform` the first one that is here.
    pub fn best(blobs: &Blobs, root: &Descriptor, platform: &Platform) -> Result<Self, ImageError> {
        let error = match Self::load(blobs, root, platform) {
            Err(error) if root.media_type.is_index() => error,
            loaded => return loaded,
        };
        images_of(blobs, root).find_map(|manifest| Self::read(blobs, root, manifest).ok()).ok_or(error)
    }

    /// An image of the classic store: its configuration names the layers, which lie there unpacked.
    fn classic(blobs: &Blobs, root: &Descriptor) -> Result<Self, ImageError> {
        let config: ImageConfig = parse(blobs, root)?;
        let layer = |diff_id: &Digest| {
            Descriptor::new(MediaType::DOCKER_LAYER, *diff_id, blobs.size(diff_id).unwrap_or_default())
        };
        let layers = config.rootfs.diff_ids.iter().map(layer).collect();
        let document = Manifest { media_type: MediaType::DOCKER_MANIFEST, ..Manifest::of(root.clone(), layers) };
        Ok(Self { root: root.clone(), manifest: root.clone(), document, config, content: 0 })
    }

    fn read(blobs: &Blobs, root: &Descriptor, manifest: Descriptor) -> Result<Self, ImageError> {
        let document: Manifest = parse(blobs, &manifest)?;
        let config: ImageConfig = parse(blobs, &document.config)?;
        let parts = blobs.manifests(root).into_iter().flat_map(|manifest| blobs.reachable(&manifest));
        let content = parts.map(|part| part.size).sum();
        Ok(Self { root: root.clone(), manifest, document, config, content })
    }

    /// What of the image is here, compressed layers and JSON, in bytes: of each
    /// manifest everything, of an index not the few bytes of itself, as docker
    /// counts.
    pub fn content_size(&self) -> u64 {
        self.content
    }

    /// Entrypoint, then command: what runs.
    pub fn command(&self) -> Vec<String> {
        let config = &self.config.config;
        config.entrypoint.iter().chain(&config.cmd).flatten().cloned().collect()
    }

    /// For each layer, lowest first, the instruction that made it.
    pub fn layer_instructions(&self) -> Vec<String> {
        let made = self.config.history.iter().filter(|entry| !entry.empty_layer);
        made.map(|entry| entry.created_by.clone()).collect()
    }
}

/// The manifests of `root` that are of images, present or not.
fn images_of(blobs: &Blobs, root: &Descriptor) -> impl Iterator<Item = Descriptor> {
    blobs.manifests(root).into_iter().filter(|manifest| !manifest.is_pseudo_image())
}

fn parse<T: serde::de::DeserializeOwned>(blobs: &Blobs, descriptor: &Descriptor) -> Result<T, ImageError> {
    let digest = descriptor.digest;
    let bytes = blobs.get(&digest).ok_or(ImageError::Missing { digest })?;
    if bytes.len() as u64 > limits::MANIFEST_BYTES {
        let reason = format!("larger than {} bytes", limits::MANIFEST_BYTES);
        return Err(ImageError::Invalid { digest, reason });
    }
    json::read(&bytes).map_err(|error| ImageError::Invalid { digest, reason: error.to_string() })
}
