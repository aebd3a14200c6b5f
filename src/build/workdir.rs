//! WORKDIR: `mkdir -p`, as a layer.

use super::checksum::Checksum;
use super::error::SolveError;
use crate::fs::{FsError, FsPath, Metadata, Tree};
use crate::oci::{Digest, Timestamp};

/// The key of the step upon `state`.
pub(super) fn key(state: &Digest, path: &FsPath) -> Digest {
    Checksum::default().field(b"workdir").field(state.bytes()).field(path.as_str().as_bytes()).finish()
}

/// Makes the folder.
pub(super) fn make(tree: &mut Tree, path: &FsPath, now: Timestamp) -> Result<(), SolveError> {
    let path = tree.resolve(path)?;
    Ok(make_directories(tree, &path, now)?)
}

/// Makes `path` and the folders above it that are absent; the folder that got
/// a new entry is as new as the entry.
pub(super) fn make_directories(tree: &mut Tree, path: &FsPath, now: Timestamp) -> Result<(), FsError> {
    let mut present = path.clone();
    while tree.get(&present).is_none()
        && let Some(parent) = present.parent()
    {
        present = parent;
    }
    tree.make_directories(path, Metadata::directory(now))?;
    if present != *path {
        touch(tree, &present, now);
    }
    Ok(())
}

/// Sets the time of a folder; the root's is in no layer.
pub(super) fn touch(tree: &mut Tree, path: &FsPath, now: Timestamp) {
    if let Some(node) = tree.get_mut(path).filter(|_| *path != FsPath::root()) {
        node.metadata.modified = now;
    }
}
