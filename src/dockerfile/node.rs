//! Logical lines to keyword, flags and arguments, before they mean anything.

use super::Pair;
use super::fault::{InstructionFault, ParseError, SyntaxFault};
use super::lines::{LineRange, Lines, LogicalLine};
use super::words;

/// Every instruction there is, sorted; what may be suggested.
pub(super) const KEYWORDS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// One instruction, split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub keyword: String,
    pub flags: Vec<String>,
    pub arguments: Arguments,
    pub source: String,
    pub lines: LineRange,
}

/// What follows keyword and flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Arguments {
    /// Text as it stands.
    Text(String),
    /// Words between blanks, or the strings of a JSON array.
    Words(Vec<String>),
    /// The strings of a JSON array, where plain text would mean something else.
    Exec(Vec<String>),
    /// Names and values.
    Pairs(Vec<Pair>),
}

pub(super) fn nodes(lines: &Lines) -> Result<Vec<Node>, ParseError> {
    let escape = lines.escape;
    lines.lines.iter().map(|line| node(line, escape)).collect()
}

fn node(line: &LogicalLine, escape: char) -> Result<Node, ParseError> {
    let lines = line.lines;
    let (keyword, rest) = words::split_keyword(&line.text);
    let (flags, rest) = words::split_flags(rest);
    let upper = keyword.to_ascii_uppercase();
    if matches!(upper.as_str(), "RUN" | "COPY" | "ADD") && words::blank_separated(rest).iter().any(|w| is_heredoc(w)) {
        let fault = InstructionFault::Unsupported { what: format!("a heredoc in {upper}") };
        return Err(ParseError::Instruction { lines, fault });
    }
    let arguments = arguments(&upper, rest, escape).map_err(|fault| ParseError::Syntax { lines, fault })?;
    let source = line.text.trim().to_owned();
    Ok(Node { keyword: keyword.to_owned(), flags, arguments, source, lines })
}

fn arguments(keyword: &str, rest: &str, escape: char) -> Result<Arguments, SyntaxFault> {
    Ok(match keyword {
        "ENV" | "LABEL" => Arguments::Pairs(words::pairs(keyword, rest, escape)?),
        "CMD" | "ENTRYPOINT" => match words::json_strings(rest)? {
            Some(strings) => Arguments::Exec(strings),
            None => Arguments::Text(rest.to_owned()),
        },
        "COPY" => Arguments::Words(words::json_strings(rest)?.unwrap_or_else(|| words::blank_separated(rest))),
        "FROM" | "EXPOSE" => Arguments::Words(words::blank_separated(rest)),
        _ => Arguments::Text(rest.to_owned()),
    })
}

/// `<<EOF`, `<<-EOF`, `3<<"EOF"`.
fn is_heredoc(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let name = word.strip_prefix("<<").map(|rest| rest.strip_prefix('-').unwrap_or(rest));
    name.is_some_and(|name| !name.is_empty() && !name.contains('<'))
}
