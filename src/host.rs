//! The seam between the pure core and the world: time, randomness and the
//! outside network come through one trait, and through nothing else.

use bytes::Bytes;

use crate::oci::Timestamp;

/// What the core may ask of whoever runs it.
pub trait Host {
    /// The time.
    fn now(&self) -> Timestamp;

    /// Fills `bytes` with random bytes; a lab's are seeded.
    fn random(&mut self, bytes: &mut [u8]);

    /// Sends a request to the outside and waits for the answer.
    fn send(&mut self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, SendError>;
}

/// The outside did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct SendError {
    /// In the words of whoever tried, such as `connection refused`.
    pub reason: String,
}
