//! One repository of a registry: which of the registry's bytes it shows, and
//! which manifest each of its tags names.

use std::sync::Arc;

use imbl::OrdMap;

use super::document::Document;
use crate::oci::{Descriptor, Digest, MediaType};

/// What was pushed or mounted under one name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Repository {
    /// The manifest or index each tag names, by tag.
    pub tags: OrdMap<String, Digest>,
    /// Manifests and indexes.
    pub manifests: OrdMap<Digest, Arc<Descriptor>>,
    /// Layers and configurations; what a blob is becomes known with the first
    /// manifest that names it, until then it is `application/octet-stream`.
    pub blobs: OrdMap<Digest, Descriptor>,
    /// The manifests that name a digest as their subject, in their order; whether it is here does not matter.
    pub referrers: OrdMap<Digest, Vec<Digest>>,
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

    /// Shows a manifest, under a tag or not; what its blobs are is known with it.
    pub(super) fn show_manifest(&mut self, document: &Document, descriptor: Descriptor) {
        for blob in document.blobs() {
            if let Some(known) = self.blobs.get_mut(&blob.digest) {
                known.media_type = blob.media_type.clone();
            }
        }
        if let Some(subject) = &document.subject {
            let mut others = self.referrers.get(&subject.digest).cloned().unwrap_or_default();
            if let Err(place) = others.binary_search(&descriptor.digest) {
                others.insert(place, descriptor.digest);
                self.referrers.insert(subject.digest, others);
            }
        }
        self.manifests.insert(descriptor.digest, Arc::new(descriptor));
    }

    /// The tags that name a manifest.
    pub(super) fn tags_of(&self, digest: &Digest) -> Vec<String> {
        self.tags.iter().filter(|(_, named)| *named == digest).map(|(tag, _)| tag.clone()).collect()
    }

    /// Takes a manifest away, and what leads to it: its tags, and its place among the referrers.
    pub(super) fn forget_manifest(&mut self, digest: &Digest) {
        self.manifests.remove(digest);
        for tag in self.tags_of(digest) {
            self.tags.remove(&tag);
        }
        let subject = self.referrers.iter().find(|(_, others)| others.contains(digest));
        if let Some((subject, others)) = subject.map(|(subject, others)| (*subject, others.clone())) {
            let others: Vec<Digest> = others.into_iter().filter(|other| other != digest).collect();
            if others.is_empty() {
                self.referrers.remove(&subject)
            } else {
                self.referrers.insert(subject, others)
            };
        }
    }
}
