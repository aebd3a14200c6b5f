//! Physical lines to logical ones: continuations joined, comments dropped
//! (also those inside a continuation), directives at the top obeyed.

use std::iter::Peekable;
use std::str::SplitInclusive;

use super::directive::{Directives, Repeated};
use super::fault::{ParseError, SyntaxFault};
use crate::limits;

/// Lines of a Dockerfile, from 1, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct LineRange {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

/// An instruction's text, its heredocs still to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LogicalLine {
    pub text: String,
    pub lines: LineRange,
    /// The comments since the last instruction or empty comment, without `#`.
    pub comments: Vec<String>,
    pub empty_continuation: bool,
}

/// Takes a Dockerfile line by line.
pub(super) struct Lines<'a> {
    physical: Peekable<SplitInclusive<'a, char>>,
    /// How many were taken.
    pub taken: u32,
    pub escape: char,
    directives: Directives,
    comments: Vec<String>,
    too_long: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            physical: text.split_inclusive('\n').peekable(),
            taken: 0,
            escape: '\\',
            directives: Directives::default(),
            comments: Vec::new(),
            too_long: false,
        }
    }

    /// The next instruction's text.
    pub(super) fn logical(&mut self) -> Result<Option<LogicalLine>, ParseError> {
        while let Some(line) = self.physical() {
            let line = line.trim_end_matches(['\r', '\n']);
            let comment = is_comment(line);
            if comment {
                self.note(line);
            }
            let bare = line.trim_start();
            if self.obey(bare)? {
                self.comments.pop();
            }
            let first = self.taken;
            let (start, ended) = trim_continuation(if comment { "" } else { bare }, self.escape);
            if !(ended && start.is_empty()) {
                return Ok(Some(self.continued(start, first, ended)));
            }
        }
        Ok(None)
    }

    /// A line as it stands, its end included; none at the end, or where a line is too long.
    pub(super) fn physical(&mut self) -> Option<&'a str> {
        let line = self.physical.peek()?;
        let longest = limits::DOCKERFILE_LINE_BYTES - usize::from(!line.ends_with('\n'));
        if line.len() > longest {
            self.too_long = true;
            return None;
        }
        self.taken += 1;
        self.physical.next()
    }

    /// What is wrong once nothing more comes.
    pub(super) fn ended(&self) -> Result<(), ParseError> {
        if !self.too_long {
            return Ok(());
        }
        let fault = SyntaxFault::LineTooLong { limit: limits::DOCKERFILE_LINE_BYTES - 1 };
        Err(ParseError::Syntax { lines: LineRange { first: self.taken, last: self.taken }, fault })
    }

    /// An empty comment parts those above it from the instruction below.
    fn note(&mut self, line: &str) {
        let mut characters = line.chars();
        characters.next();
        match characters.as_str().trim() {
            "" => self.comments.clear(),
            comment => self.comments.push(comment.to_owned()),
        }
    }

    /// Whether `line` was a directive. `BuildKit` places its mistakes one line up.
    fn obey(&mut self, line: &str) -> Result<bool, ParseError> {
        let above = LineRange { first: self.taken - 1, last: self.taken - 1 };
        let at = |fault| ParseError::Syntax { lines: above, fault };
        let directive = self.directives.read(line, "#");
        let directive = directive.map_err(|Repeated(name)| at(SyntaxFault::RepeatedDirective { name }))?;
        let Some(directive) = directive else { return Ok(false) };
        if directive.name == "escape" {
            self.escape = match directive.value.as_str() {
                "\\" => '\\',
                "`" => '`',
                token => return Err(at(SyntaxFault::Escape { token: token.to_owned() })),
            };
        }
        Ok(true)
    }

    fn continued(&mut self, start: &str, first: u32, mut ended: bool) -> LogicalLine {
        let mut text = start.to_owned();
        let mut empty_continuation = false;
        while !ended && let Some(line) = self.physical() {
            let line = line.trim_end_matches(['\r', '\n']);
            if is_comment(line) {
                continue;
            }
            if line.trim_start().is_empty() {
                empty_continuation = true;
                continue;
            }
            let (piece, end) = trim_continuation(line, self.escape);
            text.push_str(piece);
            ended = end;
        }
        let comments = std::mem::take(&mut self.comments);
        LogicalLine { text, lines: LineRange { first, last: self.taken }, comments, empty_continuation }
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The line without its continuation character, and whether it had none.
/// A doubled escape character at the end is a character, not a continuation.
fn trim_continuation(line: &str, escape: char) -> (&str, bool) {
    let bare = line.trim_end_matches([' ', '\t']);
    match bare.strip_suffix(escape) {
        Some(rest) if !rest.ends_with(escape) => (rest, false),
        _ => (line, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Result<Vec<LogicalLine>, ParseError> {
        let mut lines = Lines::new(text);
        let mut found = Vec::new();
        while let Some(line) = lines.logical()? {
            found.push(line);
        }
        lines.ended().map(|()| found)
    }

    fn texts(text: &str) -> Vec<(String, u32, u32)> {
        let lines = split(text).expect(text);
        lines.into_iter().map(|line| (line.text, line.lines.first, line.lines.last)).collect()
    }

    #[test]
    fn continuations_are_joined_and_comments_inside_are_dropped() {
        assert_eq!(
            texts("\u{feff}# hello\n\nFROM a\r\nENV a=1 \\\n  # not this\n\n  b=2\nCMD x \\\\\n"),
            [("FROM a".to_owned(), 3, 3), ("ENV a=1   b=2".to_owned(), 4, 7), ("CMD x \\\\".to_owned(), 8, 8)]
        );
    }

    #[test]
    fn the_escape_directive_counts_only_at_the_top() {
        assert_eq!(texts("# escape=`\nENV a=`\nb")[0], ("ENV a=b".to_owned(), 2, 3));
        assert_eq!(texts("# note\n# escape=`\nENV a=`")[0], ("ENV a=`".to_owned(), 3, 3));
    }

    #[test]
    fn a_line_after_the_last_continuation_may_be_missing() {
        assert_eq!(texts("FROM a \\"), [("FROM a ".to_owned(), 1, 1)]);
    }

    #[test]
    fn comments_above_are_kept_for_the_instruction_below() {
        let lines = split("# syntax=x\n# old\n#\n# one\n\n#two\nFROM a\n  # three\nRUN b").expect("lines");
        let comments: Vec<_> = lines.into_iter().map(|line| line.comments).collect();
        assert_eq!(comments, [vec!["one".to_owned(), "two".to_owned()], vec!["# three".to_owned()]]);
    }

    #[test]
    fn wrong_directives_are_named_one_line_up() {
        let table = [
            ("# escape=x\nFROM a", "invalid escape token 'x' does not match ` or \\", 0),
            ("# escape=`\n# escape=`\nFROM a", "only one escape parser directive can be used", 1),
        ];
        for (text, message, line) in table {
            let error = split(text).expect_err(text);
            assert_eq!((error.to_string().as_str(), error.lines().map(|lines| lines.first)), (message, Some(line)));
        }
    }

    #[test]
    fn a_line_longer_than_buildkit_reads_is_refused() {
        let line = "a".repeat(limits::DOCKERFILE_LINE_BYTES - 1);
        assert!(split(&line).is_ok() && split(&format!("{line}\n")).is_ok());
        let error = split(&format!("FROM b\n{line}a\n")).expect_err("too long");
        assert_eq!(error.to_string(), "dockerfile line greater than max allowed size of 65535");
    }
}
