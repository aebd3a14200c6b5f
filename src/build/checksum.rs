//! Checksums for cache keys: of what a step reads, times left out, so that
//! `touch` changes nothing and `chmod` does.

use std::io;

use crate::fs::{FsPath, Kind, Node, Tree};
use crate::oci::{Digest, Verifier};

/// Hashes fields so that no two lists of fields look alike.
#[derive(Default)]
pub(super) struct Checksum(Verifier);

impl Checksum {
    /// Takes one more field.
    #[must_use]
    pub(super) fn field(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    pub(super) fn finish(self) -> Digest {
        self.0.finish()
    }
}

/// The checksum of what is at `path`: of a folder only what it holds, for
/// that is what COPY takes of it.
pub(super) fn of_path(tree: &Tree, path: &FsPath) -> io::Result<Digest> {
    let mut sum = Checksum::default();
    match tree.get(path) {
        Some(node) if node.entries().is_some() => {
            for (below, node) in tree.walk_from(path) {
                sum = of_node(sum.field(below.below(path).unwrap_or_default().as_bytes()), node)?;
            }
        }
        Some(node) => sum = of_node(sum, node)?,
        None => {}
    }
    Ok(sum.finish())
}

/// Mode, kind and content; owners are root's after the journey.
fn of_node(sum: Checksum, node: &Node) -> io::Result<Checksum> {
    let sum = sum.field(&node.metadata.mode.to_be_bytes());
    Ok(match &node.kind {
        Kind::File(content) => sum.field(b"file").field(content.digest()?.bytes()),
        Kind::Directory(_) => sum.field(b"directory"),
        Kind::Symlink(target) => sum.field(b"symlink").field(target.as_bytes()),
    })
}
