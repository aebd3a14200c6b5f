//! A layer made in one pass: archived, hashed, compressed, hashed again and
//! written where the host keeps blobs, so that nothing of it need fit in memory.

use std::io::{self, Read, Write};

use super::gzip::Gzip;
use super::tar::{TarError, write_layer};
use super::{Change, ChangeKind, Content, Tree};
use crate::host::{Host, Ingest, Job, Kept};
use crate::oci::{Descriptor, Digest, MediaType, Verifier};

/// A layer, compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The compressed bytes.
    pub blob: Kept,
    /// What names them.
    pub descriptor: Descriptor,
    /// The digest of the tar.
    pub diff_id: Digest,
}

/// How large a layer is when it is not compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The bytes of its tar.
    pub unpacked: u64,
    /// The room its entries take on a disk, in bytes.
    pub room: u64,
}

/// The layer of `changes`, whose added and modified paths are in `after`.
pub fn pack(after: &Tree, changes: &[Change], host: &mut dyn Host) -> Result<(Packed, Extent), TarError> {
    let blob = Hashed { sink: host.ingest()?, digest: Verifier::default(), size: 0 };
    let share = |jobs: Vec<Job<'_>>| host.share(jobs);
    let mut told = Told { sink: Gzip::new(blob, &share)?, host, done: 0, of: files(after, changes) };
    let room = write_layer(after, changes, &mut told)?;
    let (packed, unpacked) = finished(told.sink)?;
    Ok((packed, Extent { unpacked, room }))
}

/// The layer whose tar is read from `tar`.
pub fn repack(tar: &mut dyn Read, host: &mut dyn Host) -> io::Result<Packed> {
    let blob = Hashed { sink: host.ingest()?, digest: Verifier::default(), size: 0 };
    let share = |jobs: Vec<Job<'_>>| host.share(jobs);
    let mut layer = Gzip::new(blob, &share)?;
    io::copy(tar, &mut layer)?;
    finished(layer).map(|(packed, _)| packed)
}

fn finished(layer: Gzip<'_, Hashed>) -> io::Result<(Packed, u64)> {
    let (blob, diff_id, unpacked) = layer.finish()?;
    let (digest, size) = (blob.digest.finish(), blob.size);
    let blob = blob.sink.commit(&digest)?;
    Ok((Packed { blob, descriptor: Descriptor::new(MediaType::LAYER_GZIP, digest, size), diff_id }, unpacked))
}

/// Bytes of the files that `changes` add or modify.
fn files(after: &Tree, changes: &[Change]) -> u64 {
    let present = changes.iter().filter(|change| change.kind != ChangeKind::Deleted);
    present.filter_map(|change| after.get(&change.path)?.content()).map(Content::size).sum()
}

/// Tells the host how much passed through.
struct Told<'a, W> {
    sink: W,
    host: &'a dyn Host,
    done: u64,
    of: u64,
}

impl<W: Write> Write for Told<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(bytes)?;
        self.done += written as u64;
        // Headers are no files.
        self.host.packing(self.done.min(self.of), self.of);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Hashes and counts what passes through.
struct Hashed {
    sink: Box<dyn Ingest>,
    digest: Verifier,
    size: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use bytes::Bytes;

    use super::super::{Link, Metadata, Node, ROOM_BLOCK, diff, room, uncompressed};
    use super::*;
    use crate::host::SendError;
    use crate::oci::Timestamp;

    /// Writes down how far it was told that it is.
    #[derive(Default)]
    struct Hearing(RefCell<Vec<(u64, u64)>>);

    impl Host for Hearing {
        fn now(&self) -> Timestamp {
            Timestamp::default()
        }

        fn random(&mut self, bytes: &mut [u8]) {
            bytes.fill(0);
        }

        fn send(&mut self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, SendError> {
            Err(SendError { reason: "there is nothing outside".to_owned() })
        }

        fn packing(&self, done: u64, of: u64) {
            self.0.borrow_mut().push((done, of));
        }
    }

    #[test]
    fn the_host_hears_how_far_it_is_up_to_the_last_byte() {
        let mut tree = Tree::default();
        let file = |size| Node::file(Metadata::file(Timestamp::default()), vec![b'x'; size]);
        tree.insert(&"/large".into(), file(9 << 20)).expect("root");
        tree.insert(&"/small".into(), file(1)).expect("root");
        let mut host = Hearing::default();
        pack(&tree, &diff(&Tree::default(), &tree), &mut host).expect("memory");
        let (told, all) = (host.0.into_inner(), (9 << 20) + 1);
        assert!(told.is_sorted() && told.iter().all(|(done, of)| done <= of && *of == all));
        assert!(told.iter().any(|(done, _)| *done > 0 && *done < all), "{told:?}");
        assert_eq!(told.last(), Some(&(all, all)));
    }

    #[test]
    fn a_layer_is_measured_while_it_is_made_and_the_same_when_it_is_made_of_its_archive() {
        let metadata = Metadata::file(Timestamp::default());
        let before = {
            let mut tree = Tree::default();
            tree.insert(&"/gone".into(), Node::file(metadata, b"x".to_vec())).expect("root");
            tree
        };
        let mut after = before.clone();
        after.remove(&"/gone".into()).expect("it is there");
        after.insert(&"/folder".into(), Node::directory(Metadata::directory(Timestamp::default()))).expect("root");
        let mut twice = Node::file(metadata, vec![b'x'; 5_000]);
        twice.link = Some(Link::of(&"/folder/one".into(), b""));
        for path in ["/folder/one", "/folder/two"] {
            after.insert(&path.into(), twice.clone()).expect("a folder");
        }
        after.insert(&"/link".into(), Node::symlink(metadata, "folder/one")).expect("root");
        let mut host = Hearing::default();
        let (packed, extent) = pack(&after, &diff(&before, &after), &mut host).expect("memory");
        let tar = || uncompressed(packed.blob.open().expect("memory")).expect("gzip");
        assert_eq!(extent.room, room(tar(), ROOM_BLOCK).expect("an archive"));
        assert_eq!(extent.unpacked, io::copy(&mut tar(), &mut io::sink()).expect("memory"));
        assert_eq!(repack(&mut tar(), &mut host).expect("memory"), packed);
    }
}
