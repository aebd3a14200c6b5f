//! ADD of an archive: its contents arrive, not the file.
//! <https://docs.docker.com/reference/dockerfile/#add---unpack>

use std::io::Read;

use super::super::error::SolveError;
use super::super::workdir::make_directories;
use crate::fs::{self, Compression, Content, FsPath, Metadata, Tree};
use crate::oci::Timestamp;

/// Where the header of a tar says that it is one.
const MAGIC_OFFSET: u64 = 257;

/// Whether a look at its beginning leaves it possible that this is an archive.
pub(super) fn may_be_archive(content: &Content) -> bool {
    let mut start = Vec::new();
    let read = content.open().and_then(|reader| reader.take(MAGIC_OFFSET + 5).read_to_end(&mut start));
    read.is_ok() && (start.ends_with(b"ustar") || Compression::of(&start).is_some())
}

/// `tree` with the contents of the archive at `destination`, which is made `now` if need be; none if `content` is
/// no archive.
pub(super) fn unpacked(
    content: &[u8],
    owner: Option<(u32, u32)>,
    now: Timestamp,
    tree: &Tree,
    destination: &FsPath,
) -> Result<Option<Tree>, SolveError> {
    let Some(tar) = fs::decompressed(content).ok().filter(|tar| fs::is_tar(tar)) else { return Ok(None) };
    let contents = fs::apply_literally(&tar).map_err(|error| SolveError::Archive { reason: error.to_string() })?;
    let mut tree = tree.clone();
    let (uid, gid) = owner.unwrap_or((0, 0));
    make_directories(&mut tree, destination, Metadata { uid, gid, ..Metadata::directory(now) })?;
    for (path, node) in contents.walk() {
        let target = tree.resolve_parent(&destination.join(path.relative()))?;
        let (uid, gid) = owner.unwrap_or((node.metadata.uid, node.metadata.gid));
        let metadata = Metadata { uid, gid, ..node.metadata };
        match (node.entries(), tree.get_mut(&target)) {
            (Some(_), Some(present)) if present.entries().is_some() => present.metadata = metadata,
            (Some(_), _) => tree.insert(&target, fs::Node::directory(metadata))?,
            (None, _) => tree.insert(&target, fs::Node { metadata, ..node.clone() })?,
        }
    }
    Ok(Some(tree))
}
