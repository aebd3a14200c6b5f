//! A stored byte that is another one than it was, as on a failing disk. The
//! bytes stay under their name, and nobody notices before somebody computes
//! their digest: a client that pulls them, or `drydock scrub`.

use super::Registry;
use crate::host::Kept;
use crate::oci::Digest;

/// What became of a stored byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flipped {
    /// Whose byte it is.
    pub digest: Digest,
    /// Which one, from 0.
    pub at: u64,
    /// How many there are.
    pub size: u64,
    /// What it was.
    pub before: u8,
    /// What it is.
    pub after: u8,
    /// The digest that all of them have now.
    pub computed: Digest,
}

/// Why no byte is another one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DamageError {
    /// The repository shows no such thing.
    #[error("no manifest or blob {digest} in {repository}")]
    Unknown {
        /// The repository.
        repository: String,
        /// What was named.
        digest: Digest,
    },
    /// It has fewer bytes.
    #[error("byte {at} is beyond the end: {digest} has {size}, counted from 0")]
    Beyond {
        /// What was named.
        digest: Digest,
        /// Which byte was wanted.
        at: u64,
        /// How many there are.
        size: u64,
    },
    /// The host cannot read them.
    #[error("{digest}: {reason}")]
    Unreadable {
        /// What was named.
        digest: Digest,
        /// In the words of the host.
        reason: String,
    },
}

impl Registry {
    /// Flips the lowest bit of a byte of what a repository shows; without `at`, of the one in the middle.
    /// The same once more takes it back.
    pub fn flip(&mut self, repository: &str, digest: Digest, at: Option<u64>) -> Result<Flipped, DamageError> {
        let shown = self.repositories.get(repository);
        let is_shown = shown.is_some_and(|of| of.manifests.contains_key(&digest) || of.blobs.contains_key(&digest));
        let kept = self.blobs.kept(&digest).filter(|_| is_shown);
        let kept = kept.ok_or_else(|| DamageError::Unknown { repository: repository.to_owned(), digest })?;
        let bytes = kept.bytes().map_err(|error| DamageError::Unreadable { digest, reason: error.to_string() })?;
        let (mut bytes, size) = (bytes.to_vec(), kept.size());
        let at = at.unwrap_or(size / 2);
        let place = usize::try_from(at).ok().and_then(|at| bytes.get_mut(at));
        let byte = place.ok_or(DamageError::Beyond { digest, at, size })?;
        let before = *byte;
        *byte ^= 1;
        let after = *byte;
        let computed = digest.algorithm().digest(&bytes);
        self.blobs.keep(digest, Kept::Memory(bytes.into()));
        Ok(Flipped { digest, at, size, before, after, computed })
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::registry::tests::Desk;

    fn layer() -> Digest {
        Digest::of(b"aaaaa")
    }

    #[test]
    fn a_flipped_byte_goes_out_under_the_old_name_and_flipped_again_is_as_it_was() {
        let mut desk = Desk::with_image();
        let before = desk.registry.clone();
        let flipped = desk.registry.flip("px", layer(), None).expect("a byte");
        let told = (flipped.at, flipped.size, flipped.before, flipped.after);
        assert_eq!((told, flipped.computed), ((2, 5, b'a', b'`'), Digest::of(b"aa`aa")));
        let answer = desk.send("GET", &format!("/v2/px/blobs/{}", layer()), &[], "");
        assert_eq!((answer.status(), &answer.body()[..]), (StatusCode::OK, &b"aa`aa"[..]));
        assert_eq!(answer.headers()["docker-content-digest"], layer().to_string());
        desk.registry.flip("px", layer(), Some(2)).expect("the same byte");
        assert_eq!(desk.registry, before);
    }

    #[test]
    fn what_is_not_there_cannot_be_damaged() {
        let mut desk = Desk::with_image();
        let before = desk.registry.clone();
        let (digest, nothing) = (layer(), Digest::of(b"nothing"));
        let table = [
            ("px", nothing, None, DamageError::Unknown { repository: "px".into(), digest: nothing }),
            ("other", digest, None, DamageError::Unknown { repository: "other".into(), digest }),
            ("px", digest, Some(5), DamageError::Beyond { digest, at: 5, size: 5 }),
            ("px", digest, Some(u64::MAX), DamageError::Beyond { digest, at: u64::MAX, size: 5 }),
        ];
        for (repository, digest, at, error) in table {
            assert_eq!(desk.registry.flip(repository, digest, at), Err(error));
        }
        assert_eq!(desk.registry, before);
    }

    #[test]
    fn a_push_does_not_mend_what_the_registry_believes_to_have() {
        let mut desk = Desk::with_image();
        desk.registry.flip("px", layer(), None).expect("a byte");
        let path = format!("/v2/px/blobs/uploads/?digest={}", layer());
        assert_eq!(desk.send("POST", &path, &[], "aaaaa").status(), StatusCode::CREATED);
        let answer = desk.send("GET", &format!("/v2/px/blobs/{}", layer()), &[], "");
        assert_eq!(&answer.body()[..], b"aa`aa");
    }
}
