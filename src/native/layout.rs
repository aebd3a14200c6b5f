//! An OCI layout as a folder of the real disk.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>

use std::path::Path;

use super::NativeError;
use crate::engine::layout_index;
use crate::oci::{Descriptor, Manifest, Reference};
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

fn put(path: &Path, bytes: &[u8]) -> Result<(), NativeError> {
    std::fs::write(path, bytes).map_err(NativeError::file(path))
}

fn remove(folder: &Path) -> Result<(), NativeError> {
    if folder.exists() { std::fs::remove_dir_all(folder).map_err(NativeError::file(folder)) } else { Ok(()) }
}
