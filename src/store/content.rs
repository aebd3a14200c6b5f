//! What push and pull need of either side: ask for a blob, read it, put it.
//! Bytes are verified when they leave a store and when they enter one.

use std::time::Duration;

use bytes::Bytes;

use super::{Blobs, IntegrityError};
use crate::event::{Event, Events, Outcome};
use crate::host::{Kept, Link};
use crate::oci::{Descriptor, Digest, MediaType};

/// A place that keeps bytes by digest. Asking may take an exchange with the
/// outside, which is told as an event. Large blobs are read and written in
/// steps, so that whoever moves several can let them travel side by side.
pub trait Content {
    /// Why this place failed.
    type Error;

    /// Whether the bytes are there.
    fn has(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<bool, Self::Error>;

    /// The bytes.
    fn get(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<Bytes, Self::Error>;

    /// Keeps the bytes; says whether they really had to travel.
    fn put(&mut self, blob: &Descriptor, bytes: Bytes, events: Events<'_>) -> Result<Outcome, Self::Error>;

    /// The bytes from this offset on, or as many of them as come before the connection breaks.
    fn read(&mut self, blob: &Descriptor, offset: u64, events: Events<'_>) -> Result<Part, Self::Error> {
        let bytes = Kept::Memory(self.get(blob, events)?);
        Ok(Part { bytes: bytes.after(offset), is_last: true, told: None })
    }

    /// Makes room for the bytes.
    fn open(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<Room, Self::Error> {
        let _ = (blob, events);
        Ok(Room::Upload(Upload::default()))
    }

    /// Keeps what `upload` lacks of the bytes, which are all here.
    fn write(
        &mut self,
        blob: &Descriptor,
        upload: &Upload,
        bytes: Kept,
        events: Events<'_>,
    ) -> Result<Outcome, Self::Error>;

    /// The largest blob that it takes or gives, in bytes.
    fn blob_limit(&self) -> u64 {
        u64::MAX
    }

    /// After the connection broke: how far `upload` came, or a new one.
    fn reopen(&mut self, blob: &Descriptor, upload: &Upload, events: Events<'_>) -> Result<Room, Self::Error> {
        let _ = upload;
        self.open(blob, events)
    }

    /// The one who sends has hung up after so many bytes.
    fn abandon(&mut self, blob: &Descriptor, upload: &Upload, sent: u64, events: Events<'_>) {
        let _ = (blob, upload, sent, events);
    }

    /// The modelled way that the bytes of a blob travel to or from here; none if they do not, or really do.
    fn link(&self) -> Option<Link> {
        None
    }

    /// What the questions since the last call took, as modelled, without the
    /// travel of blobs; whoever asks lets it pass.
    fn take_waits(&mut self) -> Duration {
        Duration::ZERO
    }

    /// What this place knows to refer to `subject`; a store in memory keeps no such list.
    fn referrers(&mut self, subject: &Descriptor, events: Events<'_>) -> Result<Vec<Descriptor>, Self::Error> {
        let _ = (subject, events);
        Ok(Vec::new())
    }
}

/// Bytes of a blob from some offset on.
#[derive(Debug)]
pub struct Part {
    /// As many as came.
    pub bytes: Kept,
    /// Whether there is nothing after them, whatever was announced.
    pub is_last: bool,
    /// What is to be told once they have travelled.
    pub told: Option<Event>,
}

/// What became of the question for room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Room {
    /// The bytes go there.
    Upload(Upload),
    /// They need not travel.
    Kept(Outcome),
}

/// Where the bytes of a blob go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upload {
    /// As the other side calls it.
    pub location: String,
    /// How many bytes it has already.
    pub offset: u64,
}

/// Why bytes were not read or not kept; containerd's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// They are not here.
    #[error("content digest {digest}: not found")]
    NotFound {
        /// Whose bytes.
        digest: Digest,
    },
    /// They changed while they lay here.
    #[error(transparent)]
    Corrupt(#[from] IntegrityError),
    /// Fewer came than were announced.
    #[error("failed to read expected number of bytes: unexpected EOF")]
    Truncated,
    /// More came than were announced.
    #[error("failed commit on ref {key:?}: unexpected commit size {size}, expected {expected}: failed precondition")]
    Size {
        /// What they are, such as `layer-sha256:…`.
        key: String,
        /// How many came.
        size: u64,
        /// How many were announced.
        expected: u64,
    },
    /// Others came than were announced.
    #[error("failed commit on ref {key:?}: {source}")]
    Digest {
        /// What they are, such as `layer-sha256:…`.
        key: String,
        /// The two digests.
        source: IntegrityError,
    },
}

impl ContentError {
    /// Whether `bytes` are what `blob` announces.
    pub fn check(blob: &Descriptor, bytes: &Kept) -> Result<(), Self> {
        let size = bytes.size();
        if size < blob.size {
            return Err(Self::Truncated);
        }
        if size > blob.size {
            return Err(Self::Size { key: key(blob), size, expected: blob.size });
        }
        // What the host cannot read again has not come whole.
        let computed = bytes.digest(blob.digest.algorithm()).map_err(|_| Self::Truncated)?;
        let wrong = || Self::Digest { key: key(blob), source: IntegrityError { expected: blob.digest, computed } };
        if computed == blob.digest { Ok(()) } else { Err(wrong()) }
    }
}

impl Content for Blobs {
    type Error = ContentError;

    fn has(&mut self, blob: &Descriptor, _: Events<'_>) -> Result<bool, ContentError> {
        Ok(Blobs::has(self, &blob.digest))
    }

    fn get(&mut self, blob: &Descriptor, _: Events<'_>) -> Result<Bytes, ContentError> {
        let digest = blob.digest;
        let bytes = Blobs::get(self, &digest).ok_or(ContentError::NotFound { digest })?;
        IntegrityError::check(digest, &bytes)?;
        Ok(bytes)
    }

    fn put(&mut self, blob: &Descriptor, bytes: Bytes, events: Events<'_>) -> Result<Outcome, ContentError> {
        self.write(blob, &Upload::default(), bytes.into(), events)
    }

    fn read(&mut self, blob: &Descriptor, offset: u64, _: Events<'_>) -> Result<Part, ContentError> {
        let digest = blob.digest;
        let kept = self.kept(&digest).ok_or(ContentError::NotFound { digest })?;
        let computed = kept.digest(digest.algorithm()).map_err(|_| ContentError::NotFound { digest })?;
        if computed != digest {
            return Err(IntegrityError { expected: digest, computed }.into());
        }
        Ok(Part { bytes: kept.after(offset), is_last: true, told: None })
    }

    fn write(&mut self, blob: &Descriptor, _: &Upload, bytes: Kept, _: Events<'_>) -> Result<Outcome, ContentError> {
        ContentError::check(blob, &bytes)?;
        self.keep(blob.digest, bytes);
        Ok(Outcome::Moved)
    }
}

/// The name containerd gives bytes on their way in.
/// <https://github.com/containerd/containerd/blob/v2.2.0/core/remotes/handlers.go>
fn key(blob: &Descriptor) -> String {
    let kind = match &blob.media_type {
        media_type if media_type.is_manifest() => "manifest",
        media_type if media_type.is_index() => "index",
        media_type if media_type.is_layer() => "layer",
        media_type if media_type.is_config() => "config",
        media_type if *media_type == MediaType::IN_TOTO => "attestation",
        media_type if *media_type == MediaType::EMPTY => "empty",
        _ => "unknown",
    };
    format!("{kind}-{}", blob.digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_its_descriptor_is_refused_in_containerds_words() {
        let blob = Descriptor::of(MediaType::LAYER_GZIP, b"layer");
        let (right, wrong) = (blob.digest, Digest::of(b"later"));
        let table: [(&[u8], String); 3] = [
            (b"lay", "failed to read expected number of bytes: unexpected EOF".to_owned()),
            (
                b"layers",
                format!(
                    "failed commit on ref \"layer-{right}\": unexpected commit size 6, expected 5: failed precondition"
                ),
            ),
            (
                b"later",
                format!(
                    "failed commit on ref \"layer-{right}\": unexpected commit digest {wrong}, expected {right}: failed precondition"
                ),
            ),
        ];
        for (bytes, message) in table {
            let mut blobs = Blobs::default();
            let error = Content::put(&mut blobs, &blob, Bytes::from_static(bytes), &mut |_| ()).expect_err(&message);
            assert_eq!(error.to_string(), message);
            assert!(blobs.is_empty());
        }
    }

    #[test]
    fn what_is_not_here_is_named() {
        let blob = Descriptor::of(MediaType::CONFIG, b"{}");
        let error = Content::get(&mut Blobs::default(), &blob, &mut |_| ()).expect_err("empty");
        assert_eq!(error, ContentError::NotFound { digest: blob.digest });
    }
}
