//! What a document names: one step of every walk over an image, be it to copy
//! it, to save it or to find out what must stay.

use serde::Deserialize;

use super::{Descriptor, MediaType, json};
use crate::limits;

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid {kind}: {detail}")]
pub struct DocumentError {
    /// `index` or `manifest`.
    pub kind: &'static str,
    /// What the reader says.
    pub detail: String,
}

/// What the bytes of a document of this type name directly: the manifests of an
/// index; the configuration, then the layers of a manifest. A blob names
/// nothing, and a `subject` is not part of what refers to it.
pub fn children(media_type: &MediaType, bytes: &[u8]) -> Result<Vec<Descriptor>, DocumentError> {
    if media_type.is_index() {
        let Manifests { manifests } = read("index", bytes)?;
        return Ok(manifests);
    }
    if media_type.is_manifest() {
        let Blobs { config, layers } = read("manifest", bytes)?;
        return Ok(std::iter::once(config).chain(layers).collect());
    }
    Ok(Vec::new())
}

#[derive(Deserialize)]
struct Manifests {
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Blobs {
    config: Descriptor,
    #[serde(default)]
    layers: Vec<Descriptor>,
}

fn read<D: serde::de::DeserializeOwned>(kind: &'static str, bytes: &[u8]) -> Result<D, DocumentError> {
    let invalid = |detail: String| DocumentError { kind, detail };
    if bytes.len() as u64 > limits::MANIFEST_BYTES {
        return Err(invalid(format!("larger than {} bytes", limits::MANIFEST_BYTES)));
    }
    json::read(bytes).map_err(|error| invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::{Index, Manifest};
    use super::*;

    #[test]
    fn a_document_names_what_it_is_made_of_and_a_blob_names_nothing() {
        let (config, layer) =
            (Descriptor::of(MediaType::CONFIG, b"{}"), Descriptor::of(MediaType::LAYER_GZIP, b"layer"));
        let manifest = Manifest::of(config.clone(), vec![layer.clone()]).to_bytes();
        let child = Descriptor::of(MediaType::MANIFEST, &manifest);
        let index = Index::of(vec![child.clone()]).to_bytes();
        assert_eq!(children(&MediaType::INDEX, &index), Ok(vec![child]));
        assert_eq!(children(&MediaType::MANIFEST, &manifest), Ok(vec![config, layer]));
        assert_eq!(children(&MediaType::CONFIG, b"no document at all"), Ok(Vec::new()));
        let error = children(&MediaType::INDEX, &manifest).expect_err("a manifest is no index");
        assert_eq!(error.to_string(), "invalid index: missing field `manifests`");
    }
}
