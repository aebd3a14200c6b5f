//! Immutable bytes, each under its own digest, in memory or in the host's
//! keeping. A clone shares everything.

use std::sync::Arc;

use bytes::Bytes;
use imbl::OrdMap;

use crate::host::{Kept, Shelf};
use crate::oci::Digest;

/// A content store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blobs {
    by_digest: OrdMap<Digest, Place>,
    size_bytes: u64,
}

/// Where the bytes of one digest are.
#[derive(Debug, Clone)]
enum Place {
    /// Here, or with the host.
    Kept(Kept),
    /// With the host among many others, and how many bytes there are.
    Shelf(Arc<dyn Shelf>, u64),
}

/// Bytes that do not have the digest they came under.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unexpected commit digest {computed}, expected {expected}: failed precondition")]
pub struct IntegrityError {
    /// What was asked for.
    pub expected: Digest,
    /// What the bytes have.
    pub computed: Digest,
}

impl IntegrityError {
    /// Whether `bytes` have the digest they came under.
    pub fn check(expected: Digest, bytes: &[u8]) -> Result<(), Self> {
        let computed = expected.algorithm().digest(bytes);
        if computed == expected { Ok(()) } else { Err(Self { expected, computed }) }
    }
}

impl Blobs {
    /// Whether nothing came or went since one of both was copied from the other.
    pub fn is_same(&self, other: &Self) -> bool {
        self.by_digest.ptr_eq(&other.by_digest)
    }

    /// Whether the bytes of `digest` are here.
    pub fn has(&self, digest: &Digest) -> bool {
        self.by_digest.contains_key(digest)
    }

    /// The bytes of `digest`, all of them in memory. What the host keeps is
    /// verified: bytes that cannot be read, or have changed, are not there.
    pub fn get(&self, digest: &Digest) -> Option<Bytes> {
        match self.kept(digest)? {
            Kept::Memory(bytes) => Some(bytes),
            lent @ Kept::Lent(_) => lent.bytes().ok().filter(|bytes| IntegrityError::check(*digest, bytes).is_ok()),
        }
    }

    /// The bytes of `digest` as they are kept, to be read in pieces and verified by the reader.
    pub fn kept(&self, digest: &Digest) -> Option<Kept> {
        self.by_digest.get(digest).map(|place| place.kept(digest))
    }

    /// How many bytes `digest` has.
    pub fn size(&self, digest: &Digest) -> Option<u64> {
        self.by_digest.get(digest).map(Place::size)
    }

    /// Keeps bytes whose digest was computed while they were written.
    pub fn keep(&mut self, digest: Digest, kept: Kept) {
        self.size_bytes += kept.size();
        let before = self.by_digest.insert(digest, kept.into());
        self.size_bytes -= before.map_or(0, |before| before.size());
    }

    /// Keeps `bytes` and returns their digest, computed.
    pub fn put(&mut self, bytes: impl Into<Bytes>) -> Digest {
        let bytes = bytes.into();
        let digest = Digest::of(&bytes);
        self.keep(digest, Kept::Memory(bytes));
        digest
    }

    /// Keeps `bytes` that came under the name `expected`, if they have that digest.
    pub fn put_verified(&mut self, expected: Digest, bytes: impl Into<Bytes>) -> Result<(), IntegrityError> {
        let bytes = bytes.into();
        IntegrityError::check(expected, &bytes)?;
        self.keep(expected, Kept::Memory(bytes));
        Ok(())
    }

    /// Forgets the bytes of `digest`.
    pub fn remove(&mut self, digest: &Digest) {
        self.size_bytes -= self.by_digest.remove(digest).map_or(0, |removed| removed.size());
    }

    /// All blobs in the order of their digests.
    pub fn iter(&self) -> impl Iterator<Item = (&Digest, Kept)> {
        self.by_digest.iter().map(|(digest, place)| (digest, place.kept(digest)))
    }

    /// How many bytes they have together.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// How many blobs there are.
    pub fn len(&self) -> usize {
        self.by_digest.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_digest.is_empty()
    }
}

impl Place {
    fn size(&self) -> u64 {
        match self {
            Self::Kept(kept) => kept.size(),
            Self::Shelf(_, size) => *size,
        }
    }

    fn kept(&self, digest: &Digest) -> Kept {
        match self {
            Self::Kept(kept) => kept.clone(),
            Self::Shelf(shelf, size) => Kept::Lent(Arc::clone(shelf).lend(digest, *size)),
        }
    }
}

impl From<Kept> for Place {
    fn from(kept: Kept) -> Self {
        let shelf = match &kept {
            Kept::Memory(_) => None,
            Kept::Lent(lent) => lent.shelf(),
        };
        match shelf {
            Some(shelf) => Self::Shelf(shelf, kept.size()),
            None => Self::Kept(kept),
        }
    }
}

/// Of two places under one digest.
impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Kept(one), Self::Kept(two)) => one == two,
            (Self::Shelf(one, size), Self::Shelf(two, other)) => Arc::ptr_eq(one, two) && size == other,
            _ => false,
        }
    }
}

impl Eq for Place {}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::*;
    use crate::host::Lent;
    use crate::oci::Algorithm;

    /// Has the same bytes under every digest.
    #[derive(Debug)]
    struct Same(&'static [u8]);

    impl Shelf for Same {
        fn lend(self: Arc<Self>, _: &Digest, size: u64) -> Arc<dyn Lent> {
            Arc::new(OfSame(self, size))
        }
    }

    #[derive(Debug)]
    struct OfSame(Arc<Same>, u64);

    impl Lent for OfSame {
        fn size(&self) -> u64 {
            self.1
        }

        fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
            Ok(Box::new(&self.0.0[usize::try_from(offset).expect("small")..]))
        }

        fn shelf(&self) -> Option<Arc<dyn Shelf>> {
            Some(self.0.clone())
        }
    }

    #[test]
    fn what_lies_on_a_shelf_is_verified_when_it_is_read() {
        let shelf = Arc::new(Same(b"right"));
        let mut blobs = Blobs::default();
        for name in [b"right", b"wrong"].map(|bytes| Digest::of(bytes)) {
            blobs.keep(name, Kept::Lent(Arc::clone(&shelf).lend(&name, 5)));
        }
        assert_eq!(blobs.get(&Digest::of(b"right")), Some(Bytes::from_static(b"right")));
        assert_eq!((blobs.get(&Digest::of(b"wrong")), blobs.size_bytes()), (None, 10));
        assert_eq!(blobs, blobs.clone());
        let before = blobs.clone();
        blobs.put(b"right".as_slice());
        assert_ne!(blobs, before, "it is somewhere else now");
        blobs.remove(&Digest::of(b"wrong"));
        assert_eq!((blobs.len(), blobs.size_bytes()), (1, 5));
    }

    #[test]
    fn bytes_under_a_wrong_name_are_refused() {
        let mut blobs = Blobs::default();
        for name in Algorithm::ALL.map(|algorithm| algorithm.digest(b"right")) {
            assert!(blobs.put_verified(name, b"wrong".as_slice()).is_err());
            assert!(!blobs.has(&name));
            assert!(blobs.put_verified(name, b"right".as_slice()).is_ok());
            assert_eq!(blobs.get(&name), Some(Bytes::from_static(b"right")));
        }
        assert_eq!(blobs.put(b"right".as_slice()), Digest::of(b"right"));
    }
}
