//! Physical lines to logical ones: continuations joined, comments dropped
//! (also those inside a continuation), directives at the top obeyed.
//! <https://docs.docker.com/reference/dockerfile/#parser-directives>

use super::fault::{ParseError, SyntaxFault};

/// Lines of a Dockerfile, from 1, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineRange {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

/// An instruction's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LogicalLine {
    pub text: String,
    pub lines: LineRange,
    pub empty_continuation: bool,
}

/// A Dockerfile, split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    pub escape: char,
    pub lines: Vec<LogicalLine>,
}

pub(super) fn split(text: &str) -> Result<Lines, ParseError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut directives = Directives { escape: '\\', done: false, seen: Vec::new() };
    let mut lines = Vec::new();
    let mut physical = (1_u32..).zip(text.lines());
    let mut last_line = 0;
    while let Some((number, line)) = physical.next() {
        last_line = number;
        let line = line.trim_start();
        directives.obey(line, number)?;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (start, mut ended) = trim_continuation(line, directives.escape);
        let mut logical = LogicalLine {
            text: start.to_owned(),
            lines: LineRange { first: number, last: number },
            empty_continuation: false,
        };
        while !ended && let Some((number, line)) = physical.next() {
            last_line = number;
            logical.lines.last = number;
            let bare = line.trim_start();
            if bare.starts_with('#') {
                continue;
            }
            if bare.is_empty() {
                logical.empty_continuation = true;
                continue;
            }
            let (piece, end) = trim_continuation(line, directives.escape);
            logical.text.push_str(piece);
            ended = end;
        }
        lines.push(logical);
    }
    if lines.is_empty() {
        let lines = LineRange { first: last_line, last: last_line };
        return Err(ParseError::Syntax { lines, fault: SyntaxFault::NoInstructions });
    }
    Ok(Lines { escape: directives.escape, lines })
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

struct Directives {
    escape: char,
    done: bool,
    seen: Vec<String>,
}

impl Directives {
    /// Directives stand before everything else, comments included.
    fn obey(&mut self, line: &str, number: u32) -> Result<(), ParseError> {
        let directive = if self.done { None } else { directive(line) };
        let Some((name, value)) = directive else {
            self.done = true;
            return Ok(());
        };
        let fault = if self.seen.contains(&name) {
            SyntaxFault::RepeatedDirective { name }
        } else {
            match (name.as_str(), value) {
                ("escape", "\\" | "`") => {
                    self.escape = if value == "`" { '`' } else { '\\' };
                    self.seen.push(name);
                    return Ok(());
                }
                ("escape", _) => SyntaxFault::Escape { token: value.to_owned() },
                // This parser is that frontend.
                ("syntax", "docker/dockerfile" | "docker/dockerfile:1" | "docker.io/docker/dockerfile:1") => {
                    self.seen.push(name);
                    return Ok(());
                }
                _ => SyntaxFault::Unsupported { what: format!("the directive `# {name}={value}`") },
            }
        };
        Err(ParseError::Syntax { lines: LineRange { first: number, last: number }, fault })
    }
}

/// `# name=value` with a known name.
fn directive(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.strip_prefix('#')?.split_once('=')?;
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
    let known = matches!(name.as_str(), "escape" | "syntax" | "check");
    (known && !value.is_empty()).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, u32, u32)> {
        let lines = split(text).expect(text).lines;
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
    fn wrong_directives_are_named() {
        let table = [
            ("# escape=x\nFROM a", "invalid escape token 'x' does not match ` or \\"),
            ("# escape=`\n# escape=`\nFROM a", "only one escape parser directive can be used"),
            (
                "# syntax=other/frontend\nFROM a",
                "the directive `# syntax=other/frontend` is not supported yet in this lab",
            ),
            ("# only\n", "file with no instructions"),
        ];
        for (text, message) in table {
            assert_eq!(split(text).expect_err(text).to_string(), message);
        }
    }
}
