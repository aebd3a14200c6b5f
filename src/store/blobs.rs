//! Immutable bytes, each under its own digest, in memory or in the host's
//! keeping. A clone shares everything.

use bytes::Bytes;
use imbl::OrdMap;

use crate::host::Kept;
use crate::oci::Digest;

/// A content store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blobs {
    by_digest: OrdMap<Digest, Kept>,
    size_bytes: u64,
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
    /// Whether the bytes of `digest` are here.
    pub fn has(&self, digest: &Digest) -> bool {
        self.by_digest.contains_key(digest)
    }

    /// The bytes of `digest`, all of them in memory. What the host keeps is
    /// verified: bytes that cannot be read, or have changed, are not there.
    pub fn get(&self, digest: &Digest) -> Option<Bytes> {
        match self.by_digest.get(digest)? {
            Kept::Memory(bytes) => Some(bytes.clone()),
            lent @ Kept::Lent(_) => lent.bytes().ok().filter(|bytes| IntegrityError::check(*digest, bytes).is_ok()),
        }
    }

    /// The bytes of `digest` as they are kept, to be read in pieces and verified by the reader.
    pub fn kept(&self, digest: &Digest) -> Option<&Kept> {
        self.by_digest.get(digest)
    }

    /// How many bytes `digest` has.
    pub fn size(&self, digest: &Digest) -> Option<u64> {
        self.by_digest.get(digest).map(Kept::size)
    }

    /// Keeps bytes whose digest was computed while they were written.
    pub fn keep(&mut self, digest: Digest, kept: Kept) {
        self.size_bytes += kept.size();
        let before = self.by_digest.insert(digest, kept);
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
    pub fn remove(&mut self, digest: &Digest) -> Option<Kept> {
        let removed = self.by_digest.remove(digest)?;
        self.size_bytes -= removed.size();
        Some(removed)
    }

    /// All blobs in the order of their digests.
    pub fn iter(&self) -> impl Iterator<Item = (&Digest, &Kept)> {
        self.by_digest.iter()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Algorithm;

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
