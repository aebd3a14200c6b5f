//! WORKDIR: `mkdir -p`, as a layer.

use super::checksum::Checksum;
use super::copy::Owner;
use super::error::SolveError;
use crate::fs::{FsError, FsPath, Metadata, Tree};
use crate::oci::{Digest, Timestamp};

/// A WORKDIR whose words are resolved.
#[derive(Debug, Clone)]
pub(super) struct Workdir {
    pub path: FsPath,
    /// The USER in force, whose the new folders are.
    pub owner: Option<String>,
    /// The time of everything, if it is set.
    pub time: Option<Timestamp>,
}

impl Workdir {
    /// The key of the step upon `state`.
    pub(super) fn key(&self, state: &Digest) -> Digest {
        let sum = Checksum::default().field(b"workdir").field(state.bytes()).field(self.path.as_str().as_bytes());
        sum.field(self.owner.as_deref().unwrap_or_default().as_bytes()).finish()
    }

    /// Makes the folder in `tree`, and those above it.
    pub(super) fn make(&self, tree: &mut Tree, now: Timestamp) -> Result<(), SolveError> {
        let path = tree.resolve(&self.path)?;
        let (uid, gid) = self.owner.as_deref().map_or((0, 0), |owner| Owner::parse(owner).look_up(tree));
        let made = Metadata { uid, gid, ..Metadata::directory(self.time.unwrap_or(now)) };
        Ok(make_directories(tree, &path, made)?)
    }
}

/// Makes the folders that are missing on the way to `path`; the one they are made in changes with them.
pub(super) fn make_directories(tree: &mut Tree, path: &FsPath, made: Metadata) -> Result<(), FsError> {
    let mut present = path.clone();
    while tree.get(&present).is_none()
        && let Some(parent) = present.parent()
    {
        present = parent;
    }
    tree.make_directories(path, made)?;
    if present != *path {
        touch(tree, &present, made.modified);
    }
    Ok(())
}

/// A folder changes when something in it does. The root itself is no entry of any layer.
pub(super) fn touch(tree: &mut Tree, path: &FsPath, now: Timestamp) {
    if let Some(node) = tree.get_mut(path).filter(|_| *path != FsPath::root()) {
        node.metadata.modified = now;
    }
}
