//! Standard input: what has been fed and not been read.

use std::collections::VecDeque;

/// The standard input of a container's processes.
#[derive(Debug, Default)]
pub(super) struct Input {
    bytes: VecDeque<u8>,
    is_open: bool,
    /// Whether a read waits for it to be fed.
    pub(super) is_wanted: bool,
}

impl Input {
    /// Input that somebody feeds, or that is at its end.
    pub(super) fn new(fed: bool) -> Self {
        Self { is_open: fed, ..Self::default() }
    }

    /// Adds bytes; nothing is the end.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.is_wanted = false;
        self.is_open &= !bytes.is_empty();
        self.bytes.extend(bytes);
    }

    /// Whether a read would have to wait.
    pub(super) fn is_dry(&self) -> bool {
        self.is_open && self.bytes.is_empty()
    }

    /// Takes at most so many bytes.
    pub(super) fn take(&mut self, count: usize) -> Vec<u8> {
        let count = count.min(self.bytes.len());
        self.bytes.drain(..count).collect()
    }
}
