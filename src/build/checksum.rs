//! Checksums for cache keys: of what a step reads, times left out, so that
//! `touch` changes nothing and `chmod` does.

use std::io;

use crate::fs::{Kind, Metadata, Node};
use crate::oci::{Algorithm, Digest, Verifier};

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

/// The checksum of what is at and below `node`: of a folder only what it
/// holds, for that is what COPY takes of it.
pub(super) fn of_node(node: &Node) -> io::Result<Digest> {
    let sum = Checksum::default();
    let sum = if node.entries().is_some() { of_entries(sum, "", node)? } else { of_metadata(sum, node)? };
    Ok(sum.finish())
}

fn of_entries(mut sum: Checksum, path: &str, folder: &Node) -> io::Result<Checksum> {
    for (name, node) in folder.entries().into_iter().flatten() {
        let below = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        sum = of_metadata(sum.field(below.as_bytes()), node)?;
        sum = of_entries(sum, &below, node)?;
    }
    Ok(sum)
}

/// Mode, owner, kind and content.
fn of_metadata(sum: Checksum, node: &Node) -> io::Result<Checksum> {
    let Metadata { mode, uid, gid, .. } = node.metadata;
    let sum = [mode, uid, gid].iter().fold(sum, |sum, number| sum.field(&number.to_be_bytes()));
    Ok(match &node.kind {
        Kind::File(content) => sum.field(b"file").field(content.digest(Algorithm::Sha256)?.bytes()),
        Kind::Directory(_) => sum.field(b"directory"),
        Kind::Symlink(target) => sum.field(b"symlink").field(target.as_bytes()),
    })
}
