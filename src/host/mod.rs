//! The seam between the pure core and the world: time, randomness, the
//! outside network, and what a host may lend, threads and room outside
//! memory, come through one trait, and through nothing else.

mod kept;
mod link;
mod pieces;

pub use kept::{Ingest, Kept, Lent, Reader, Shelf, read_exactly, same_bytes};
pub use link::Link;
pub use pieces::Joined;

use std::io;
use std::time::Duration;

use bytes::Bytes;

use crate::limits;
use crate::oci::{Digest, Timestamp};

/// Tells the real time since some moment.
pub type Stopwatch = fn() -> Duration;

/// Pure work that knows nothing of other work.
pub type Job<'a> = Box<dyn FnOnce() + Send + 'a>;

/// Whoever does several jobs, in any order or at once; all are done when it returns.
pub type Share<'a> = &'a dyn Fn(Vec<Job<'_>>);

/// What the core may ask of whoever runs it.
pub trait Host {
    /// The time.
    fn now(&self) -> Timestamp;

    /// Fills `bytes` with random bytes; a lab's are seeded.
    fn random(&mut self, bytes: &mut [u8]);

    /// Sends a request to the outside and waits for the answer.
    fn send(&mut self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, SendError>;

    /// The modelled way to a repository, or to none in particular, of the host with
    /// this name and port; no way where time is real.
    fn link(&self, authority: &str, repository: &str) -> Option<Link> {
        let _ = (authority, repository);
        None
    }

    /// The same as [`Host::send`] with bodies that need not fit into memory. Of a modelled
    /// way it takes no time: whoever asks lets that pass, for all that travels at once.
    fn deliver(&mut self, request: http::Request<Kept>) -> Result<http::Response<Kept>, SendError> {
        let (parts, body) = request.into_parts();
        let body = body.bytes().map_err(|error| SendError { reason: error.to_string() })?;
        Ok(self.send(http::Request::from_parts(parts, body))?.map(Kept::from))
    }

    /// The largest blob that it takes, in bytes.
    fn blob_limit(&self) -> u64 {
        limits::BLOB_BYTES
    }

    /// Lets time pass on the way to the host with this name and port: really, where time is real.
    fn wait(&mut self, authority: &str, duration: Duration) {
        let _ = (authority, duration);
    }

    /// Real time, where the host's is real; none where time is modelled.
    fn stopwatch(&self) -> Option<Stopwatch> {
        None
    }

    /// Does several jobs on as many threads as the host has. No result depends on how many these are.
    fn share(&self, jobs: Vec<Job<'_>>) {
        in_turn(jobs);
    }

    /// Told now and then, while a layer is packed, how many bytes of its files have been, of how many.
    fn packing(&self, _done: u64, _of: u64) {}

    /// Where to write a blob that is being made; memory, unless the host has a better place.
    fn ingest(&mut self) -> io::Result<Box<dyn Ingest>> {
        Ok(Box::new(Vec::new()))
    }

    /// Keeps a piece of an upload until the rest has come; beyond its own end, if it has room outside memory.
    /// Pieces have numbers from 0 on.
    fn keep_piece(&mut self, piece: Kept, _upload: &str, _number: usize) -> io::Result<Kept> {
        Ok(piece)
    }

    /// Keeps as a blob, whose digest is this, what was written.
    fn keep(&mut self, kept: Kept, _digest: &Digest) -> io::Result<Kept> {
        kept.bytes().map(Kept::Memory)
    }
}

/// Does several jobs one after the other.
pub fn in_turn(jobs: Vec<Job<'_>>) {
    for job in jobs {
        job();
    }
}

/// The outside did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SendError {
    /// In the words of whoever tried, such as `connection refused`.
    pub reason: String,
}

impl SendError {
    /// Whether there was a connection, and it ended without an answer.
    pub fn is_hang_up(&self) -> bool {
        self.reason == "EOF" || self.reason.ends_with("connection reset by peer")
    }
}
