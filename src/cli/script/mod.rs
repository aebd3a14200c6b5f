//! A line as a POSIX shell reads it: commands with `&&`, `||` and `;` between
//! them, pipes, redirections, quotes, variables, `$(…)`. What this prompt does
//! not do is said, never ignored; a whole shell is in the image `toolbox:1`.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html>

mod expand;
mod names;
mod read;
#[cfg(test)]
mod tests;

pub use expand::{Expanded, Surroundings, is_name};
pub use read::{begin_of_last, read, split};

use crate::limits;
use crate::text::Stream;

/// A line, cut into commands in the order in which they run: one whose output
/// becomes part of another's words stands before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// None if the line is blank or a comment.
    pub steps: Vec<Step>,
    /// How many outputs are kept to become words.
    pub slots: usize,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it belongs to: steps of one number run together or not at all.
    pub group: usize,
    /// Whether its group runs.
    pub when: When,
    /// Its words, assignments first.
    pub words: Vec<Word>,
    /// Its redirections, in order.
    pub redirects: Vec<Redirect>,
    /// Whether it reads what the step before it wrote.
    pub piped: bool,
    /// Where its standard output goes, if no redirection says otherwise.
    pub output: Output,
}

/// When a group runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Whatever came before.
    Always,
    /// After `&&`.
    Succeeded,
    /// After `||`.
    Failed,
}

/// Where an output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// To the terminal.
    Terminal,
    /// To the next step.
    Pipe,
    /// Into this slot.
    Slot(usize),
}

/// A word before it is expanded.
pub type Word = Vec<Piece>;

/// A part of a word; what was quoted is not cut into several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// `*`, `?` or `[`, not quoted: the word becomes the names of files that fit.
    Pattern(char),
    /// The value of a variable; `?` is the exit code before.
    Variable {
        /// Such as `HOME`.
        name: String,
        /// Within double quotes.
        quoted: bool,
    },
    /// The output of a step before.
    Slot {
        /// Which.
        slot: usize,
        /// Within double quotes.
        quoted: bool,
    },
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// `< FILE`.
    Input(Word),
    /// `> FILE`, `2>> FILE`, `&> FILE`.
    File {
        /// Which of the streams.
        streams: &'static [Stream],
        /// Where to.
        target: Word,
        /// Whether the file is extended rather than replaced.
        append: bool,
    },
    /// `2>&1`.
    Same {
        /// The stream that goes elsewhere.
        stream: Stream,
        /// Where that one goes.
        like: Stream,
    },
}

/// Why a line cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// A quote is not closed.
    #[error("sh: syntax error: unterminated quoted string")]
    Quote,
    /// The line is longer than any command.
    #[error("sh: the line is longer than {limit} bytes", limit = limits::LINE_BYTES)]
    TooLong,
    /// Something stands where a command or a file should.
    #[error("sh: syntax error: unexpected {found}")]
    Unexpected {
        /// Such as `"&&"`.
        found: String,
    },
    /// A name that no variable can have.
    #[error("sh: syntax error: bad substitution")]
    Substitution,
    /// What a shell has and this prompt has not.
    #[error("sh: `{what}` is not supported at this prompt")]
    Unsupported {
        /// Such as `for`.
        what: String,
    },
}
