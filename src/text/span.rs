//! Lines of meaningful spans, and which of the two streams they go to.

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Style {
    /// Ordinary text.
    #[default]
    Plain,
    /// Less important than its surroundings.
    Dim,
    /// A heading or a name.
    Bold,
    /// A finished step of a build.
    Done,
    /// Went well.
    Good,
    /// Needs attention.
    Warn,
    /// Failed.
    Bad,
    /// Our advice under docker's own words.
    Hint,
}

/// A piece of text with one meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Span {
    /// What it means.
    pub style: Style,
    /// The text, without line ends.
    pub text: String,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize_tuple, Deserialize_tuple)]
pub struct Line {
    /// Its pieces, left to right.
    pub spans: Vec<Span>,
}

/// Where a program writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// One line of a command's output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Output {
    /// Which stream.
    pub stream: Stream,
    /// On a terminal: the line of this command it replaces, such as a progress line's name.
    pub slot: Option<String>,
    /// The text.
    pub line: Line,
}

impl Line {
    /// A line of one meaning.
    pub fn styled(style: Style, text: impl Into<String>) -> Self {
        Self { spans: vec![Span { style, text: text.into() }] }
    }

    /// This line with one more piece.
    #[must_use]
    pub fn and(mut self, style: Style, text: impl Into<String>) -> Self {
        self.spans.push(Span { style, text: text.into() });
        self
    }

    /// The bare text.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::styled(Style::Plain, text)
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::styled(Style::Plain, text)
    }
}
