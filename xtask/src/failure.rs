//! What went wrong and what to do about it.

use std::fmt;

/// The result of a verb or a step of one.
pub type Outcome<T = ()> = Result<T, Failure>;

/// A failure as a developer wants to read it: the fact, then its cure.
#[derive(Debug)]
pub struct Failure {
    what: String,
    cure: String,
}

impl Failure {
    /// A failure and its cure, both whole sentences or commands.
    pub fn new(what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { what: what.into(), cure: cure.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "error: {}\n cure: {}", self.what, self.cure.replace('\n', "\n       "))
    }
}
