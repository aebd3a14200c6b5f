//! A descriptor points at a blob: what it is, its digest, its size.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Digest, MediaType, Platform};

/// Whose attestation a manifest of an index is.
pub const REFERENCE_DIGEST: &str = "vnd.docker.reference.digest";
/// What a manifest of an index is, if it is no image.
pub const REFERENCE_TYPE: &str = "vnd.docker.reference.type";
/// The one type there is.
pub const ATTESTATION: &str = "attestation-manifest";

/// What a manifest or an index says of one blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What the bytes are.
    pub media_type: MediaType,
    /// Their digest.
    pub digest: Digest,
    /// How many there are, in bytes.
    pub size: u64,
    /// Where else the bytes may be had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<String>,
    /// Free notes, such as those of an attestation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// The bytes themselves in base64, where they are few.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// In an index: where the image runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// In an index or a referrers list: what kind of artifact it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
}

impl Descriptor {
    /// The descriptor of `bytes`, computed.
    pub fn of(media_type: MediaType, bytes: &[u8]) -> Self {
        Self::new(media_type, Digest::of(bytes), bytes.len() as u64)
    }

    /// The descriptor of bytes whose digest and size are known.
    pub fn new(media_type: MediaType, digest: Digest, size: u64) -> Self {
        Self {
            media_type,
            digest,
            size,
            urls: Vec::new(),
            annotations: BTreeMap::new(),
            data: None,
            platform: None,
            artifact_type: None,
        }
    }

    /// The manifest that this one attests something of, if its index says so as `BuildKit` does.
    /// <https://github.com/moby/buildkit/blob/v0.32.2/docs/attestations/attestation-storage.md>
    pub fn attested(&self) -> Option<Digest> {
        let attests = self.annotations.get(REFERENCE_TYPE).is_some_and(|kind| kind == ATTESTATION);
        self.annotations.get(REFERENCE_DIGEST).filter(|_| attests)?.parse().ok()
    }

    /// Whether it is the manifest of no image, such as an attestation in an index.
    pub fn is_pseudo_image(&self) -> bool {
        self.annotations.contains_key(REFERENCE_TYPE) || self.platform.as_ref().is_some_and(Platform::is_unknown)
    }
}

/// A blob as it is seen: the three facts of a descriptor that every blob has.
/// Snapshots and the page use it, so that they need not carry the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Blob {
    /// What the bytes are.
    pub media_type: MediaType,
    /// Their digest.
    pub digest: Digest,
    /// How many there are, in bytes.
    pub size: u64,
}

impl Blob {
    /// What `bytes` are, computed.
    pub fn of(media_type: MediaType, bytes: &[u8]) -> Self {
        Self::from(&Descriptor::of(media_type, bytes))
    }
}

impl From<&Descriptor> for Blob {
    fn from(descriptor: &Descriptor) -> Self {
        Self { media_type: descriptor.media_type.clone(), digest: descriptor.digest, size: descriptor.size }
    }
}
