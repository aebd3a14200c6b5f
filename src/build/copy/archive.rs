//! ADD of an archive: its contents arrive, not the file.
//! <https://docs.docker.com/reference/dockerfile/#add---unpack>

use super::super::error::SolveError;
use super::super::workdir::make_directories;
use crate::fs::{self, Content, FsPath, Metadata, Node, Tree};
use crate::host::{Host, Kept};
use crate::oci::Timestamp;

/// Whether this begins as an archive does, compressed or not; no more of it is read.
pub(super) fn is_archive(content: &Content) -> bool {
    content.open().and_then(fs::uncompressed).is_ok_and(fs::is_tar)
}

/// `tree` with the contents of the archive at `destination`, which is made `now` if need be. What is large of them
/// stays where the archive is, or lies with the host.
pub(super) fn unpacked(
    content: &Content,
    owner: Option<(u32, u32)>,
    now: Timestamp,
    tree: &Tree,
    destination: &FsPath,
    host: &mut dyn Host,
) -> Result<Tree, SolveError> {
    let damaged = |reason: String| SolveError::Archive { reason };
    let tar = fs::undone(&Kept::from(content.clone()), host).map_err(|error| damaged(error.to_string()))?;
    let contents = fs::literally_kept(&tar).map_err(|error| damaged(error.to_string()))?;
    let mut tree = tree.clone();
    let (uid, gid) = owner.unwrap_or((0, 0));
    make_directories(&mut tree, destination, Metadata { uid, gid, ..Metadata::directory(now) })?;
    for (path, node) in contents.walk() {
        let target = tree.resolve_parent(&destination.join(path.relative()))?;
        let (uid, gid) = owner.unwrap_or((node.metadata.uid, node.metadata.gid));
        let metadata = Metadata { uid, gid, ..node.metadata };
        match (node.entries(), tree.get_mut(&target)) {
            (Some(_), Some(present)) if present.entries().is_some() => present.metadata = metadata,
            (Some(_), _) => tree.insert(&target, Node::directory(metadata))?,
            (None, _) => tree.insert(&target, Node { metadata, ..node.clone() })?,
        }
    }
    Ok(tree)
}
