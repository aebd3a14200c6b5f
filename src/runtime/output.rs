//! What a process writes to its two streams, until the caller takes it.

use crate::limits;
use crate::text::Stream;

/// Bytes written to one stream, in the order of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// By which program that was begun from outside, and those it started.
    pub session: u32,
    /// Where to.
    pub stream: Stream,
    /// What; not necessarily whole lines, nor UTF-8.
    pub bytes: Vec<u8>,
}

/// The output that nobody has taken yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    items: Vec<Output>,
    bytes: usize,
    total: usize,
}

impl Pending {
    /// Adds to a stream; neighbours on one stream become one item.
    pub(super) fn push(&mut self, session: u32, stream: Stream, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.bytes = self.bytes.saturating_add(bytes.len());
        self.total = self.total.saturating_add(bytes.len());
        match self.items.last_mut() {
            Some(last) if (last.session, last.stream) == (session, stream) => last.bytes.extend_from_slice(bytes),
            _ => self.items.push(Output { session, stream, bytes: bytes.to_vec() }),
        }
    }

    pub(super) fn take(&mut self) -> Vec<Output> {
        self.bytes = 0;
        std::mem::take(&mut self.items)
    }

    /// Whether the process should pause until this is taken.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= limits::GUEST_OUTPUT_PENDING_BYTES
    }

    /// How much the process may still write in its life.
    pub(super) fn room(&self) -> usize {
        limits::GUEST_OUTPUT_BYTES.saturating_sub(self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_join_and_the_order_of_streams_stays() {
        let mut pending = Pending::default();
        for (stream, bytes) in
            [(Stream::Stdout, "a"), (Stream::Stdout, "b"), (Stream::Stderr, "c"), (Stream::Stdout, "")]
        {
            pending.push(0, stream, bytes.as_bytes());
        }
        let expected = [(Stream::Stdout, "ab"), (Stream::Stderr, "c")];
        let expected = expected.map(|(stream, bytes)| Output { session: 0, stream, bytes: bytes.into() });
        assert_eq!(pending.take(), expected);
        assert_eq!(pending.take(), []);
        assert_eq!(pending.room(), limits::GUEST_OUTPUT_BYTES - 3);
    }
}
