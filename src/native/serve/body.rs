//! The body of an answer, piece by piece: a blob is never in memory as a whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};

use crate::host::Kept;
use crate::limits;
use crate::registry::{Body, Registry};

/// What goes out.
pub enum Outgoing {
    /// Bytes in memory; nothing once they are gone.
    Bytes(Bytes),
    /// The rest of a file.
    File {
        /// From where it stands.
        file: File,
        /// How many bytes are to be sent yet.
        left: u64,
    },
}

impl Outgoing {
    /// The bytes of `body`, whose blobs are the registry's. What is in memory was verified when it
    /// came, and does not change there. Of what is on the disk small blobs are verified here; a large
    /// one is verified by the client, who cannot but compute its digest, and by `drydock scrub`.
    pub fn of(body: &Body, registry: &Registry) -> io::Result<Self> {
        let Body::Blob { digest, start, end } = body else {
            return registry.read(body).map(Self::Bytes).map_err(io::Error::other);
        };
        let kept = registry.blobs().kept(digest);
        let path = match &kept {
            Some(Kept::Memory(bytes)) => return Ok(Self::Bytes(part(bytes, *start, *end))),
            Some(Kept::Lent(lent)) if lent.size() > limits::SERVED_IN_MEMORY_BYTES => lent.path(),
            _ => None,
        };
        let Some(path) = path else {
            return registry.read(body).map(Self::Bytes).map_err(io::Error::other);
        };
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(*start))?;
        Ok(Self::File { file, left: end.saturating_sub(*start) })
    }
}

/// From `start` to before `end`, as far as there are so many.
fn part(bytes: &Bytes, start: u64, end: u64) -> Bytes {
    let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(at(start)..at(end).max(at(start)))
}

impl From<Bytes> for Outgoing {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = match self.get_mut() {
            Self::Bytes(bytes) => Ok(std::mem::take(bytes)),
            Self::File { file, left } => next_piece(file, left),
        };
        Poll::Ready(match piece {
            Ok(piece) if piece.is_empty() => None,
            piece => Some(piece.map(Frame::data)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.left() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left())
    }
}

impl Outgoing {
    fn left(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { left, .. } => *left,
        }
    }
}

/// An error ends the connection: a client must not take a shorter file for a whole one.
fn next_piece(file: &mut File, left: &mut u64) -> io::Result<Bytes> {
    let wanted = usize::try_from(*left).unwrap_or(usize::MAX).min(limits::SERVED_PIECE_BYTES);
    let mut piece = BytesMut::zeroed(wanted);
    file.read_exact(&mut piece)?;
    *left -= wanted as u64;
    Ok(piece.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_what_is_in_memory_is_no_copy_and_never_beyond_it() {
        let bytes = Bytes::from_static(b"a layer");
        assert_eq!(part(&bytes, 0, 7).as_ptr(), bytes.as_ptr());
        assert_eq!(part(&bytes, 2, 4), "la");
        assert_eq!((part(&bytes, 5, 99), part(&bytes, 99, 3)), (Bytes::from_static(b"er"), Bytes::new()));
    }
}
