//! How many bytes travel from the client to the builder: `BuildKit` shows the
//! size of its protocol's messages, not of the files.
//! <https://github.com/tonistiigi/fsutil/blob/master/types/wire.proto>

use crate::fs::{Kind, Node};

/// What travels at the end, whatever came before.
pub(super) const END: u64 = 2;
/// File contents travel in pieces of this size.
const CHUNK: u64 = 32 << 10;
/// Go's bits for a folder and a link, above the permissions.
const DIRECTORY_BIT: u64 = 1 << 31;
const SYMLINK_BIT: u64 = 1 << 27;

/// The messages that carry `node`, named `path` from the root of the context.
pub(super) fn size_of(path: &str, node: &Node) -> u64 {
    let (type_bit, link, size) = match &node.kind {
        Kind::File(content) => (0, "", content.size()),
        Kind::Directory(_) => (DIRECTORY_BIT, "", 0),
        Kind::Symlink(target) => (SYMLINK_BIT, target.as_str(), 0),
    };
    let mode = 1 + varint(type_bit | u64::from(node.metadata.mode));
    let length = if size == 0 { 0 } else { 1 + varint(size) };
    let modified = if node.metadata.modified.nanos == 0 { 0 } else { 1 + varint(node.metadata.modified.nanos) };
    let stat = text(path) + mode + length + modified + text(link);
    let contents = if matches!(node.kind, Kind::File(_)) { contents(size) } else { 0 };
    1 + varint(stat) + stat + contents
}

/// Pieces of content, and an empty one that ends the file.
fn contents(size: u64) -> u64 {
    let whole = size / CHUNK * (2 + 1 + varint(CHUNK) + CHUNK);
    let rest = size % CHUNK;
    whole + if rest == 0 { 0 } else { 2 + 1 + varint(rest) + rest } + END
}

/// A field of text; an empty one is left out.
fn text(text: &str) -> u64 {
    let length = text.len() as u64;
    if length == 0 { 0 } else { 1 + varint(length) + length }
}

/// Bytes of a number, seven bits each.
fn varint(number: u64) -> u64 {
    u64::from((64 - (number | 1).leading_zeros()).div_ceil(7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::Metadata;
    use crate::oci::Timestamp;

    #[test]
    fn a_dockerfile_costs_about_forty_bytes_more_than_its_text() {
        let metadata = Metadata::file(Timestamp::from_seconds(1_767_600_000));
        let node = Node::file(metadata, vec![b'x'; 156]);
        assert_eq!(size_of("Dockerfile", &node) + END, 195);
    }

    #[test]
    fn numbers_take_a_byte_for_seven_bits() {
        assert_eq!([0, 127, 128, 16_383, 16_384, u64::MAX].map(varint), [1, 1, 2, 2, 3, 10]);
    }
}
