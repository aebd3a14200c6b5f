//! An index lists manifests, one a platform.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Descriptor, MediaType, json};

/// The annotation of an entry of an OCI layout's index that names it.
/// <https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md>
pub const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// An image index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// Always 2.
    pub schema_version: u32,
    /// Itself.
    #[serde(default = "index_type")]
    pub media_type: MediaType,
    /// The manifests.
    pub manifests: Vec<Descriptor>,
    /// Free notes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Index {
    /// An index of `manifests`.
    pub fn of(manifests: Vec<Descriptor>) -> Self {
        Self { schema_version: 2, media_type: MediaType::INDEX, manifests, annotations: BTreeMap::new() }
    }

    /// The bytes to store, indented by two spaces.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::indented(self)
    }
}

fn index_type() -> MediaType {
    MediaType::INDEX
}
