//! What can be asked of a tar archive, and done to one, entry by entry,
//! without unpacking it.

use std::io::{self, Read};

use ::tar::{Archive, Header};

use super::TarError;
use crate::oci::Timestamp;

/// Headers and contents begin at multiples of this many bytes.
const BLOCK: usize = 512;

/// Whether the bytes begin with an entry of a tar archive.
pub fn is_tar(bytes: impl Read) -> bool {
    let mut archive = Archive::new(bytes);
    archive.entries().is_ok_and(|mut entries| matches!(entries.next(), Some(Ok(_))))
}

/// The archive with no entry younger than `time`; nothing else changes.
pub fn not_after(mut archive: Vec<u8>, time: Timestamp) -> Result<Vec<u8>, TarError> {
    let mut at = 0;
    while let Some(block) = archive.get_mut(at..at + BLOCK) {
        if block.iter().all(|byte| *byte == 0) {
            break;
        }
        let mut header = Header::new_old();
        header.as_mut_bytes().copy_from_slice(block);
        if header.mtime()? > time.seconds() {
            header.set_mtime(time.seconds());
            header.set_cksum();
            block.copy_from_slice(header.as_bytes());
        }
        let size = usize::try_from(header.entry_size()?).map_err(io::Error::other)?;
        at += BLOCK + size.next_multiple_of(BLOCK);
    }
    Ok(archive)
}

#[cfg(test)]
mod tests {
    use super::super::{FsPath, Metadata, Node, Tree, apply, diff, layer_tar};
    use super::*;

    #[test]
    fn only_what_is_younger_is_made_older() {
        let file = |seconds| Metadata::file(Timestamp::from_seconds(seconds));
        let mut tree = Tree::default();
        let long = format!("/{}", "x".repeat(200));
        for (path, seconds) in [("/old", 5), ("/young", 50), (long.as_str(), 60)] {
            tree.insert(&path.into(), Node::file(file(seconds), b"content".to_vec())).expect("root");
        }
        let tar = layer_tar(&tree, &diff(&Tree::default(), &tree)).expect("written");
        assert!(is_tar(&*tar) && !is_tar(b"FROM scratch".as_slice()));
        let after =
            apply(&Tree::default(), &not_after(tar, Timestamp::from_seconds(10)).expect("read")).expect("applied");
        let seconds = |path: &str| after.get(&FsPath::from(path)).map(|node| node.metadata.modified.seconds());
        assert_eq!([seconds("/old"), seconds("/young"), seconds(&long)], [Some(5), Some(10), Some(10)]);
    }
}
