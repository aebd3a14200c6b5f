//! Bytes that are kept for later: in memory, or by the host, who lends them
//! piece by piece. What is larger than memory is only ever read through
//! [`Lent::open`].

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use crate::oci::{Algorithm, Digest, Timestamp, Verifier};

/// Bytes in the host's keeping, such as a file on its disk.
pub trait Lent: fmt::Debug + Send + Sync {
    /// How many there are.
    fn size(&self) -> u64;

    /// Reads them from this offset on.
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>>;

    /// The file they are in, if they are alone in one.
    fn path(&self) -> Option<&Path> {
        None
    }

    /// Where they lie, if the host finds them there by their digest alone.
    fn shelf(&self) -> Option<Arc<dyn Shelf>> {
        None
    }

    /// When they came last, if the host remembers it.
    fn arrival(&self) -> Option<Timestamp> {
        None
    }

    /// They came now, perhaps once more; whether the host remembers it.
    fn note_arrival(&self) -> io::Result<bool> {
        Ok(false)
    }
}

/// Where the host keeps very many blobs, each under its digest. Of what lies there no
/// more than its size is in memory, until somebody wants to read it.
pub trait Shelf: fmt::Debug + Send + Sync {
    /// The blob with this digest, which has this size.
    fn lend(self: Arc<Self>, digest: &Digest, size: u64) -> Arc<dyn Lent>;
}

/// A blob on its way into somebody's keeping. One that is dropped was never there.
pub trait Ingest: Write + Send {
    /// Keeps what was written, whose digest is this.
    fn commit(self: Box<Self>, digest: &Digest) -> io::Result<Kept>;

    /// Keeps what was written as long as somebody holds it, and under no name:
    /// it may become a part of a blob, see [`Host::keep`](super::Host::keep).
    fn hold(self: Box<Self>) -> io::Result<Kept>;
}

/// Immutable bytes; a clone shares them.
#[derive(Debug, Clone)]
pub enum Kept {
    /// In memory.
    Memory(Bytes),
    /// By the host.
    Lent(Arc<dyn Lent>),
}

/// Reads kept bytes from the first to the last.
pub enum Reader<'a> {
    /// From memory.
    Memory(&'a [u8]),
    /// From the host, and how many bytes are still to come.
    Lent(Box<dyn Read + 'a>, u64),
}

impl Kept {
    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Lent(lent) => lent.size(),
        }
    }

    /// Reads them piece by piece; fewer than [`Kept::size`] are an error.
    pub fn open(&self) -> io::Result<Reader<'_>> {
        match self {
            Self::Memory(bytes) => Ok(Reader::Memory(bytes)),
            Self::Lent(lent) => Reader::of(&**lent),
        }
    }

    /// The same from an offset on, which is not behind the last.
    pub fn open_at(&self, offset: u64) -> io::Result<Reader<'_>> {
        match self {
            Self::Memory(bytes) => Ok(Reader::Memory(&bytes[usize::try_from(offset).unwrap_or(usize::MAX)..])),
            Self::Lent(lent) => Ok(Reader::Lent(lent.open(offset)?, lent.size().saturating_sub(offset))),
        }
    }

    /// All of them, in memory.
    pub fn bytes(&self) -> io::Result<Bytes> {
        match self {
            Self::Memory(bytes) => Ok(bytes.clone()),
            Self::Lent(lent) => read_exactly(&**lent).map(Bytes::from),
        }
    }

    /// When they came last, if the host keeps them and remembers it.
    pub fn arrival(&self) -> Option<Timestamp> {
        match self {
            Self::Memory(_) => None,
            Self::Lent(lent) => lent.arrival(),
        }
    }

    /// They came now, perhaps once more; whether the host remembers it.
    pub fn note_arrival(&self) -> io::Result<bool> {
        match self {
            Self::Memory(_) => Ok(false),
            Self::Lent(lent) => lent.note_arrival(),
        }
    }

    /// Their digest, computed now.
    pub fn digest(&self, algorithm: Algorithm) -> io::Result<Digest> {
        self.open()?.digest(algorithm)
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self::Memory(Bytes::new())
    }
}

impl From<Bytes> for Kept {
    fn from(bytes: Bytes) -> Self {
        Self::Memory(bytes)
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        let one = matches!((self, other), (Self::Lent(one), Self::Lent(two)) if Arc::ptr_eq(one, two));
        let same = || Ok::<_, io::Error>(same_bytes(self.open()?, other.open()?));
        one || self.size() == other.size() && same().unwrap_or(false)
    }
}

impl Eq for Kept {}

impl<'a> Reader<'a> {
    /// Reads what the host lends.
    pub fn of(lent: &'a dyn Lent) -> io::Result<Self> {
        Ok(Self::Lent(lent.open(0)?, lent.size()))
    }

    /// The digest of what is left.
    pub fn digest(mut self, algorithm: Algorithm) -> io::Result<Digest> {
        let mut verifier = Verifier::of(algorithm);
        io::copy(&mut self, &mut verifier)?;
        Ok(verifier.finish())
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => bytes.read(buffer),
            Self::Lent(reader, left) => {
                let wanted = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
                let read = reader.read(&mut buffer[..wanted])?;
                if read == 0 && wanted > 0 {
                    // A file that was cut meanwhile must not pass for a shorter one.
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                *left -= read as u64;
                Ok(read)
            }
        }
    }
}

impl Ingest for Vec<u8> {
    fn commit(self: Box<Self>, _: &Digest) -> io::Result<Kept> {
        self.hold()
    }

    fn hold(self: Box<Self>) -> io::Result<Kept> {
        Ok(Kept::Memory(Bytes::from(*self)))
    }
}

/// All bytes of `lent`, in memory.
pub fn read_exactly(lent: &dyn Lent) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(lent.size()).map_err(|_| ErrorKind::OutOfMemory)?);
    Reader::of(lent)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether two readers give the same bytes; one that fails gives none.
pub fn same_bytes(one: Reader<'_>, two: Reader<'_>) -> bool {
    if let (Reader::Memory(one), Reader::Memory(two)) = (&one, &two) {
        return one == two;
    }
    // Comparing digests needs no second buffer, and both are read in large pieces.
    let digest = |reader: Reader<'_>| reader.digest(Algorithm::default());
    matches!((digest(one), digest(two)), (Ok(one), Ok(two)) if one == two)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of which the last ones cannot be read any more.
    #[derive(Debug)]
    struct Cut(&'static [u8], u64);

    impl Lent for Cut {
        fn size(&self) -> u64 {
            self.1
        }

        fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
            let start = usize::try_from(offset).expect("small");
            Ok(Box::new(&self.0[start..]))
        }
    }

    #[test]
    fn lent_bytes_are_read_as_if_they_were_here() {
        let (lent, here) = (Kept::Lent(Arc::new(Cut(b"layer", 5))), Kept::Memory(Bytes::from_static(b"layer")));
        assert_eq!(lent.bytes().expect("whole"), here.bytes().expect("whole"));
        assert_eq!(lent.digest(Algorithm::Sha512).expect("whole"), Algorithm::Sha512.digest(b"layer"));
        assert_eq!(lent, here);
        assert_ne!(lent, Kept::Memory(Bytes::from_static(b"later")));
    }

    #[test]
    fn what_was_cut_meanwhile_is_no_shorter_file_but_an_error() {
        let lent = Kept::Lent(Arc::new(Cut(b"lay", 5)));
        assert_eq!(lent.bytes().expect_err("cut").kind(), ErrorKind::UnexpectedEof);
        assert!(lent.digest(Algorithm::Sha256).is_err());
        let longer = Kept::Lent(Arc::new(Cut(b"layers", 5)));
        assert_eq!(longer.bytes().expect("as announced"), b"layer".as_slice());
    }
}
