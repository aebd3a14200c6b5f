//! An OCI layout as a folder of the real disk.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>

use std::path::Path;

use super::NativeError;
use crate::engine::layout_index;
use crate::oci::{Descriptor, Index, Manifest, Reference, json};
use crate::store::Blobs;

/// Writes the image `root` under the name `reference` to `folder`, in place of all that was there.
pub fn write(
    folder: &Path,
    root: &Descriptor,
    manifest: &Manifest,
    reference: &Reference,
    blobs: &Blobs,
) -> Result<(), NativeError> {
    // Whoever reads meanwhile sees the old layout or the new one, never half of one.
    let fresh = folder.with_extension("new");
    remove(&fresh)?;
    let names = fresh.join("blobs/sha256");
    std::fs::create_dir_all(&names).map_err(NativeError::file(&names))?;
    for descriptor in std::iter::once(root).chain(manifest.blobs()) {
        let bytes = blobs.get(&descriptor.digest).expect("the builder put every blob it names");
        put(&names.join(descriptor.digest.hex()), &bytes)?;
    }
    put(&fresh.join("oci-layout"), br#"{"imageLayoutVersion":"1.0.0"}"#)?;
    put(&fresh.join("index.json"), &layout_index(root, Some(reference)))?;
    remove(folder)?;
    std::fs::rename(&fresh, folder).map_err(NativeError::file(folder))
}

/// Adds an image to those in `folder`, in place of one that has its name.
pub fn add(
    folder: &Path,
    root: &Descriptor,
    manifest: &Manifest,
    reference: &Reference,
    blobs: &Blobs,
) -> Result<(), NativeError> {
    let path = folder.join("index.json");
    let bytes = std::fs::read(&path).map_err(NativeError::file(&path))?;
    let damaged = |error: serde_json::Error| NativeError::file(&path)(error.into());
    let mut index: Index = json::read(&bytes).map_err(damaged)?;
    let own: Index = json::read(&layout_index(root, Some(reference))).expect("it was just written");
    let is_other = |other: &Descriptor| own.manifests.iter().all(|own| own.annotations != other.annotations);
    index.manifests.retain(is_other);
    index.manifests.extend(own.manifests);
    for descriptor in std::iter::once(root).chain(manifest.blobs()) {
        let bytes = blobs.get(&descriptor.digest).expect("the builder put every blob it names");
        put(&folder.join("blobs/sha256").join(descriptor.digest.hex()), &bytes)?;
    }
    // The index comes last, and at once: whoever reads meanwhile finds all it names.
    let fresh = folder.join("index.json.new");
    put(&fresh, &json::compact(&index))?;
    std::fs::rename(&fresh, &path).map_err(NativeError::file(&path))
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), NativeError> {
    std::fs::write(path, bytes).map_err(NativeError::file(path))
}

fn remove(folder: &Path) -> Result<(), NativeError> {
    if folder.exists() { std::fs::remove_dir_all(folder).map_err(NativeError::file(folder)) } else { Ok(()) }
}
