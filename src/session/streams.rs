//! Where what a command writes goes: to the terminal, or into what is kept for
//! a file, for the next command of a pipe, or to become words.

use crate::limits;
use crate::text::Stream;

/// The two streams of a command, and what was kept of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streams {
    targets: [Target; 2],
    kept: Vec<Vec<u8>>,
}

/// Where one stream goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// To this stream of the terminal.
    Terminal(Stream),
    /// It is kept, under this number.
    Kept(usize),
    /// Nowhere.
    Nothing,
}

impl Default for Streams {
    fn default() -> Self {
        Self { targets: [Target::Terminal(Stream::Stdout), Target::Terminal(Stream::Stderr)], kept: Vec::new() }
    }
}

impl Streams {
    /// Where `stream` goes.
    pub fn target(&self, stream: Stream) -> Target {
        self.targets[index(stream)]
    }

    /// Lets `stream` go there.
    pub fn redirect(&mut self, stream: Stream, target: Target) {
        self.targets[index(stream)] = target;
    }

    /// A new place to keep what is written.
    pub fn keep(&mut self) -> Target {
        self.kept.push(Vec::new());
        Target::Kept(self.kept.len() - 1)
    }

    /// Keeps more, up to what a machine's disk holds; one byte beyond tells that there was more.
    pub fn write(&mut self, place: usize, bytes: &[u8]) {
        let bound = usize::try_from(limits::MACHINE_BYTES).unwrap_or(usize::MAX).saturating_add(1);
        if let Some(kept) = self.kept.get_mut(place) {
            kept.extend_from_slice(&bytes[..bytes.len().min(bound.saturating_sub(kept.len()))]);
        }
    }

    /// What was kept under this number.
    pub fn take(&mut self, place: usize) -> Vec<u8> {
        self.kept.get_mut(place).map(std::mem::take).unwrap_or_default()
    }
}

fn index(stream: Stream) -> usize {
    match stream {
        Stream::Stdout => 0,
        Stream::Stderr => 1,
    }
}
