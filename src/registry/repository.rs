//! One repository of a registry: which of the registry's bytes it shows, and
//! which manifest each of its tags names.

use std::collections::BTreeMap;
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
    pub manifests: OrdMap<Digest, Shown>,
    /// Layers and configurations; what a blob is becomes known with the first
    /// manifest that names it, until then it is `application/octet-stream`.
    pub blobs: OrdMap<Digest, Shown>,
    /// The manifests that name a digest as their subject, in their order; whether it is here does not matter.
    pub referrers: OrdMap<Digest, Vec<Digest>>,
}

/// What is known of a digest that a repository shows: what a [`Descriptor`] says of a blob, and nothing of
/// what only an index says. A registry has very many of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What the bytes are.
    pub media_type: MediaType,
    /// How many there are.
    pub size: u64,
    /// How it is listed among the referrers of its subject, if it has one.
    pub referrer: Option<Arc<Referrer>>,
}

/// What a list of referrers says of one beside the above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referrer {
    /// Its notes.
    pub annotations: BTreeMap<String, String>,
    /// What kind of artifact it is.
    pub artifact_type: Option<String>,
}

impl Shown {
    /// Bytes of which no more is known.
    pub fn new(media_type: MediaType, size: u64) -> Self {
        Self { media_type, size, referrer: None }
    }

    /// The descriptor of what is shown under `digest`.
    pub fn descriptor(&self, digest: Digest) -> Descriptor {
        let bare = Descriptor::new(self.media_type.clone(), digest, self.size);
        let Some(referrer) = self.referrer.as_deref() else { return bare };
        let Referrer { annotations, artifact_type } = referrer.clone();
        Descriptor { annotations, artifact_type, ..bare }
    }
}

impl From<Descriptor> for Shown {
    fn from(descriptor: Descriptor) -> Self {
        let Descriptor { media_type, size, annotations, artifact_type, .. } = descriptor;
        let says_more = artifact_type.is_some() || !annotations.is_empty();
        let referrer = says_more.then(|| Arc::new(Referrer { annotations, artifact_type }));
        Self { media_type, size, referrer }
    }
}

impl Repository {
    /// Whether nothing is left in it.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.manifests.is_empty() && self.blobs.is_empty()
    }

    /// Whether nothing came or went since one of both was copied from the other.
    pub fn is_same(&self, other: &Self) -> bool {
        self.tags.ptr_eq(&other.tags) && self.manifests.ptr_eq(&other.manifests) && self.blobs.ptr_eq(&other.blobs)
    }

    /// Shows a blob of `size` bytes.
    pub(super) fn show_blob(&mut self, digest: Digest, size: u64) {
        if !self.blobs.contains_key(&digest) {
            self.blobs.insert(digest, Shown::new(MediaType::OCTETS, size));
        }
    }

    /// Shows a manifest, under a tag or not; what its blobs are is known with it.
    pub(super) fn show_manifest(&mut self, document: &Document, digest: Digest, shown: Shown) {
        for blob in document.blobs() {
            if let Some(known) = self.blobs.get_mut(&blob.digest) {
                known.media_type = blob.media_type.clone();
            }
        }
        if let Some(subject) = &document.subject {
            let mut others = self.referrers.get(&subject.digest).cloned().unwrap_or_default();
            if let Err(place) = others.binary_search(&digest) {
                others.insert(place, digest);
                self.referrers.insert(subject.digest, others);
            }
        }
        self.manifests.insert(digest, shown);
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
