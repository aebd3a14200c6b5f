//! One repository of a registry: which of the registry's bytes it shows, and
//! which manifest each of its tags names.

use imbl::OrdMap;

use crate::oci::{Descriptor, Digest, Manifest, MediaType};

/// What was pushed or mounted under one name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Repository {
    /// The manifest or index each tag names, by tag.
    pub tags: OrdMap<String, Digest>,
    /// Manifests and indexes.
    pub manifests: OrdMap<Digest, Descriptor>,
    /// Layers and configurations; what a blob is becomes known with the first
    /// manifest that names it, until then it is `application/octet-stream`.
    pub blobs: OrdMap<Digest, Descriptor>,
}

impl Repository {
    /// Whether nothing is left in it.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.manifests.is_empty() && self.blobs.is_empty()
    }

    /// Shows a blob of `size` bytes.
    pub(super) fn show_blob(&mut self, digest: Digest, size: u64) {
        if !self.blobs.contains_key(&digest) {
            let descriptor = Descriptor { digest, size, ..Descriptor::of(MediaType::OCTETS, b"") };
            self.blobs.insert(digest, descriptor);
        }
    }

    /// Learns from a manifest what its blobs are.
    pub(super) fn learn_media_types(&mut self, manifest: &Manifest) {
        for blob in manifest.blobs() {
            if let Some(known) = self.blobs.get_mut(&blob.digest) {
                known.media_type = blob.media_type.clone();
            }
        }
    }
}
