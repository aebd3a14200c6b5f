//! Standard input of the programs that were begun from outside: what has been
//! fed and not been read.

use std::collections::{BTreeMap, VecDeque};

/// The standard input of one program, and of those it starts.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// What was fed at once each time; at a terminal that is a line, and nothing is an end that is read once.
    fed: VecDeque<VecDeque<u8>>,
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

    /// Adds bytes; nothing is the end, which at a terminal only the next read meets.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.is_wanted = false;
        if bytes.is_empty() && !self.is_terminal {
            self.is_open = false;
        } else {
            self.fed.push_back(bytes.iter().copied().collect());
        }
    }

    /// Whether a read would have to wait.
    pub(super) fn is_dry(&self) -> bool {
        self.is_open && self.fed.is_empty()
    }

    /// Takes at most so many bytes, and no more than was fed at once.
    pub(super) fn take(&mut self, count: usize) -> Vec<u8> {
        let Some(first) = self.fed.front_mut().filter(|_| count > 0) else { return Vec::new() };
        let taken = first.drain(..count.min(first.len())).collect();
        if first.is_empty() {
            self.fed.pop_front();
        }
        taken
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What reads of four bytes find, until one would have to wait or has met the end three times.
    fn read(mut input: Input, fed: &[&str]) -> Vec<String> {
        for text in fed {
            input.feed(text.as_bytes());
        }
        let mut found = Vec::new();
        while !input.is_dry() && found.iter().filter(|text: &&String| text.is_empty()).count() < 3 {
            found.push(String::from_utf8(input.take(4)).unwrap());
        }
        found
    }

    #[test]
    fn a_terminal_is_read_line_by_line_and_goes_on_behind_an_end() {
        assert_eq!(read(Input::new(true, true), &["ab\n", "cdefg\n", "", "h\n"]), ["ab\n", "cdef", "g\n", "", "h\n"]);
        assert_eq!(read(Input::new(true, false), &["ab", "cdefg", ""]), ["ab", "cdef", "g", "", "", ""]);
        assert_eq!(read(Input::new(false, true), &[]), ["", "", ""]);
    }
}
