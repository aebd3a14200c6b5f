//! The bytes of a file: in memory, where a process may change them, or in the
//! host's keeping, such as a file of a build context that is larger than
//! memory.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;

use crate::host::{Kept, Lent, Reader, read_exactly, same_bytes};
use crate::oci::{Algorithm, Digest};

/// A file's bytes, shared between trees until one of them writes.
#[derive(Debug, Clone)]
pub enum Content {
    /// In memory.
    Held(Arc<Vec<u8>>),
    /// By the host.
    Lent(Arc<dyn Lent>),
}

impl Content {
    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::Lent(lent) => lent.size(),
        }
    }

    /// Reads them piece by piece.
    pub fn open(&self) -> io::Result<Reader<'_>> {
        match self {
            Self::Held(bytes) => Ok(Reader::Memory(bytes)),
            Self::Lent(lent) => Reader::of(&**lent),
        }
    }

    /// Whether they begin with these; no more than these are read.
    pub fn starts_with(&self, start: &[u8]) -> bool {
        let mut bytes = Vec::new();
        let read = self.open().and_then(|reader| reader.take(start.len() as u64).read_to_end(&mut bytes));
        read.is_ok() && bytes == start
    }

    /// All of them, in memory.
    pub fn bytes(&self) -> io::Result<Arc<Vec<u8>>> {
        match self {
            Self::Held(bytes) => Ok(Arc::clone(bytes)),
            Self::Lent(lent) => read_exactly(&**lent).map(Arc::new),
        }
    }

    /// All of them, to be changed; what others share is copied first.
    pub fn make_mut(&mut self) -> io::Result<&mut Vec<u8>> {
        if let Self::Lent(lent) = self {
            *self = Self::from(read_exactly(&**lent)?);
        }
        match self {
            Self::Held(bytes) => Ok(Arc::make_mut(bytes)),
            Self::Lent(_) => unreachable!("it was just read"),
        }
    }

    /// Their digest, computed now.
    pub fn digest(&self, algorithm: Algorithm) -> io::Result<Digest> {
        self.open()?.digest(algorithm)
    }

    /// Where the bytes are, or their lender: the same for contents that share them as long as one of these lives.
    pub fn address(&self) -> usize {
        match self {
            Self::Held(bytes) => Arc::as_ptr(bytes).addr(),
            Self::Lent(lent) => Arc::as_ptr(lent).cast::<()>().addr(),
        }
    }
}

impl Default for Content {
    fn default() -> Self {
        Self::Held(Arc::default())
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Held(Arc::new(bytes))
    }
}

impl From<Kept> for Content {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Memory(bytes) => Self::from(Vec::from(bytes)),
            Kept::Lent(lent) => Self::Lent(lent),
        }
    }
}

impl From<Content> for Kept {
    fn from(content: Content) -> Self {
        match content {
            Content::Held(bytes) => Self::Memory(Bytes::from_owner(Shared(bytes))),
            Content::Lent(lent) => Self::Lent(lent),
        }
    }
}

/// A file's bytes, not copied.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        let same = || Ok::<_, io::Error>(same_bytes(self.open()?, other.open()?));
        self.address() == other.address() || self.size() == other.size() && same().unwrap_or(false)
    }
}

impl Eq for Content {}
