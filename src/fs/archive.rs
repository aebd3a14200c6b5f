//! What can be asked of a tar archive, and done to one, entry by entry,
//! without unpacking it.

use std::io::{self, Cursor, ErrorKind, Read};

use ::tar::{Archive, Header};

use crate::oci::Timestamp;

/// Headers and contents begin at multiples of this many bytes.
const BLOCK: usize = 512;

/// Whether the bytes begin with an entry of a tar archive.
pub fn is_tar(bytes: impl Read) -> bool {
    let mut archive = Archive::new(bytes);
    archive.entries().is_ok_and(|mut entries| matches!(entries.next(), Some(Ok(_))))
}

/// The archive with no entry younger than `time`, read as it is; nothing else changes.
pub fn not_after<R: Read>(archive: R, time: Timestamp) -> NotAfter<R> {
    NotAfter { archive, time, header: Cursor::default(), left: 0 }
}

/// Reads an archive whose entries are older than they were.
pub struct NotAfter<R> {
    archive: R,
    time: Timestamp,
    /// A header on its way out.
    header: Cursor<Vec<u8>>,
    /// Bytes before the next header.
    left: u64,
}

impl<R: Read> NotAfter<R> {
    /// Goes on to the next header; behind the last one everything is as it was.
    fn next_header(&mut self) -> io::Result<()> {
        let mut block = Vec::with_capacity(BLOCK);
        self.archive.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        self.left = u64::MAX;
        if block.len() == BLOCK && block.iter().any(|byte| *byte != 0) {
            let mut header = Header::new_old();
            header.as_mut_bytes().copy_from_slice(&block);
            if header.mtime()? > self.time.seconds() {
                header.set_mtime(self.time.seconds());
                header.set_cksum();
                block.copy_from_slice(header.as_bytes());
            }
            let size = header.entry_size()?.checked_next_multiple_of(BLOCK as u64);
            self.left = size.ok_or(ErrorKind::InvalidData)?;
        }
        self.header = Cursor::new(block);
        Ok(())
    }
}

impl<R: Read> Read for NotAfter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let written = self.header.read(buffer)?;
        if written > 0 || buffer.is_empty() {
            return Ok(written);
        }
        if self.left == 0 {
            self.next_header()?;
            return self.read(buffer);
        }
        let read = self.archive.by_ref().take(self.left).read(buffer)?;
        self.left -= read as u64;
        Ok(read)
    }
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
        let mut older = Vec::new();
        not_after(tar.as_slice(), Timestamp::from_seconds(10)).read_to_end(&mut older).expect("read");
        assert_eq!(older.len(), tar.len());
        let after = apply(&Tree::default(), &older).expect("applied");
        let seconds = |path: &str| after.get(&FsPath::from(path)).map(|node| node.metadata.modified.seconds());
        assert_eq!([seconds("/old"), seconds("/young"), seconds(&long)], [Some(5), Some(10), Some(10)]);
    }
}
