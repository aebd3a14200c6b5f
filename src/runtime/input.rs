//! Standard input of the programs that were begun from outside: what has been
//! fed and not been read.

use std::collections::{BTreeMap, VecDeque};

/// The standard input of one program, and of those it starts.
#[derive(Debug, Default)]
pub(super) struct Input {
    bytes: VecDeque<u8>,
    is_open: bool,
    /// Whether a read waits for it to be fed.
    pub(super) is_wanted: bool,
    /// Whether it is a terminal, as the two outputs beside it then are.
    pub(super) is_terminal: bool,
}

/// Those of all programs that were begun from outside, by their number.
#[derive(Debug, Default)]
pub(super) struct Inputs(BTreeMap<u32, Input>);

impl Input {
    /// Input that somebody feeds, or that is at its end.
    pub(super) fn new(fed: bool, is_terminal: bool) -> Self {
        Self { is_open: fed, is_terminal, ..Self::default() }
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

impl Inputs {
    /// One more.
    pub(super) fn add(&mut self, session: u32, input: Input) {
        self.0.insert(session, input);
    }

    /// That of one program.
    pub(super) fn of(&mut self, session: u32) -> &mut Input {
        self.0.entry(session).or_default()
    }

    /// Whether a program's streams are a terminal.
    pub(super) fn is_terminal(&self, session: u32) -> bool {
        self.0.get(&session).is_some_and(|input| input.is_terminal)
    }

    /// Whether a read waits for one of them to be fed.
    pub(super) fn is_hungry(&self) -> bool {
        self.0.values().any(|input| input.is_wanted && input.is_dry())
    }
}
