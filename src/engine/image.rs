//! An image as its documents tell it: root, manifest, configuration.

use crate::oci::{Descriptor, Digest, ImageConfig, Index, Manifest, Platform, json};
use crate::store::Blobs;

/// An image whose manifest and configuration are here.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// What the name points at: a manifest or an index. Its digest is the image's id.
    pub root: Descriptor,
    /// The manifest for the platform asked for.
    pub manifest: Descriptor,
    /// The manifest's layers and configuration.
    pub document: Manifest,
    /// The configuration.
    pub config: ImageConfig,
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
        let manifest = if root.media_type.is_index() { select(blobs, root, platform)? } else { root.clone() };
        let document: Manifest = parse(blobs, &manifest)?;
        let config: ImageConfig = parse(blobs, &document.config)?;
        Ok(Self { root: root.clone(), manifest, document, config })
    }

    /// Compressed layers and JSON, in bytes.
    pub fn content_size(&self) -> u64 {
        let root = if self.root.digest == self.manifest.digest { 0 } else { self.root.size };
        let blobs: u64 = self.document.blobs().map(|blob| blob.size).sum();
        root.saturating_add(self.manifest.size).saturating_add(blobs)
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

fn select(blobs: &Blobs, root: &Descriptor, platform: &Platform) -> Result<Descriptor, ImageError> {
    let index: Index = parse(blobs, root)?;
    let found = index.manifests.into_iter().find(|entry| entry.platform.as_ref() == Some(platform));
    found.ok_or_else(|| ImageError::Platform { platform: platform.clone() })
}

fn parse<T: serde::de::DeserializeOwned>(blobs: &Blobs, descriptor: &Descriptor) -> Result<T, ImageError> {
    let bytes = blobs.get(&descriptor.digest).ok_or(ImageError::Missing { digest: descriptor.digest })?;
    json::read(&bytes).map_err(|error| ImageError::Invalid { digest: descriptor.digest, reason: error.to_string() })
}
