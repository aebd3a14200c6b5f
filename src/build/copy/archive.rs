//! ADD of an archive: its contents arrive, not the file.
//! <https://docs.docker.com/reference/dockerfile/#add---unpack>

use std::io::Read;

use super::super::error::SolveError;
use super::super::workdir::make_directories;
use crate::fs::{self, Content, FsPath, Metadata, Tree};
use crate::oci::Timestamp;

/// The beginning of what gzip made.
const GZIP: &[u8] = &[0x1f, 0x8b];
/// Beginnings of compressed files that this lab cannot read.
const OTHER_COMPRESSIONS: [(&str, &[u8]); 3] =
    [("bzip2", b"BZh"), ("xz", b"\xfd7zXZ\0"), ("zstd", b"\x28\xb5\x2f\xfd")];

/// Where the header of a tar says that it is one.
const MAGIC_OFFSET: u64 = 257;

/// Whether a look at its beginning leaves it possible that this is an archive.
pub(super) fn may_be_archive(content: &Content) -> bool {
    let mut start = Vec::new();
    let read = content.open().and_then(|reader| reader.take(MAGIC_OFFSET + 5).read_to_end(&mut start));
    let compressed = || start.starts_with(GZIP) || OTHER_COMPRESSIONS.iter().any(|(_, magic)| start.starts_with(magic));
    read.is_ok() && (start.ends_with(b"ustar") || compressed())
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
    if let Some((name, _)) = OTHER_COMPRESSIONS.iter().find(|(_, magic)| content.starts_with(magic)) {
        return Err(SolveError::Compression { name });
    }
    let unzipped;
    let tar = if content.starts_with(GZIP) {
        let Ok(bytes) = fs::gunzip(content) else { return Ok(None) };
        unzipped = bytes;
        &unzipped[..]
    } else {
        content
    };
    if !fs::is_tar(tar) {
        return Ok(None);
    }
    let contents = fs::apply_literally(tar).map_err(|error| SolveError::Archive { reason: error.to_string() })?;
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
