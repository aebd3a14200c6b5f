//! A Dockerfile split into nodes, before they mean anything: `BuildKit`'s
//! first pass, with its mistakes in their order, and the text it dumps a
//! tree as.

use super::fault::{ParseError, SyntaxFault};
use super::heredoc;
use super::lines::{LineRange, Lines, LogicalLine};
use super::quote::{quote, quote_list};
use super::{Heredoc, Pair, words};
use crate::limits;
use crate::text::Case;

/// Every instruction there is, sorted; what may be suggested.
pub const KEYWORDS: [&str; 18] = [
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

/// A Dockerfile, split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tree {
    pub escape: char,
    pub nodes: Vec<Node>,
    /// Instructions with an empty line inside a continuation.
    pub empty_continuations: Vec<LineRange>,
}

/// One instruction, split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub keyword: String,
    pub flags: Vec<String>,
    pub arguments: Arguments,
    /// With continuations joined.
    pub original: String,
    pub lines: LineRange,
    pub comments: Vec<String>,
    pub heredocs: Vec<Heredoc>,
}

/// What follows keyword and flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Arguments {
    /// Text, or words.
    Plain(Vec<String>),
    /// The strings of a JSON array, behind a first word in a HEALTHCHECK.
    Json(Vec<String>),
    /// Names and values.
    Pairs(Vec<Pair>),
    /// The instruction of an ONBUILD.
    Trigger(Box<Node>),
}

/// The nodes of `text`. The first mistake from the top is named.
pub(super) fn tree(text: &str) -> Result<Tree, ParseError> {
    let mut lines = Lines::new(text);
    let mut nodes = Vec::new();
    let mut empty_continuations = Vec::new();
    while let Some(line) = lines.logical()? {
        if line.empty_continuation {
            empty_continuations.push(line.lines);
        }
        if nodes.len() == limits::INSTRUCTIONS {
            let fault = SyntaxFault::TooMany { limit: limits::INSTRUCTIONS };
            return Err(ParseError::Syntax { lines: line.lines, fault });
        }
        nodes.push(whole(line, &mut lines)?);
    }
    if nodes.is_empty() {
        let lines = LineRange { first: lines.taken, last: lines.taken };
        return Err(ParseError::Syntax { lines, fault: SyntaxFault::NoInstructions });
    }
    lines.ended()?;
    Ok(Tree { escape: lines.escape, nodes, empty_continuations })
}

/// The node of a line, with the heredocs that follow it.
fn whole(line: LogicalLine, lines: &mut Lines<'_>) -> Result<Node, ParseError> {
    let place = line.lines;
    let at = |fault| ParseError::Syntax { lines: place, fault };
    let mut node = Node::split(&line.text, lines.escape, 0).map_err(at)?;
    node.comments = line.comments;
    if node.may_have_heredocs() && line.text.contains("<<") {
        for opening in heredoc::openings(&line.text).map_err(at)? {
            node.heredocs.push(heredoc::read(opening, place.first, lines)?);
        }
    }
    node.lines = LineRange { first: place.first, last: lines.taken };
    Ok(node)
}

impl Tree {
    /// The text `BuildKit` dumps its tree as, one list an instruction.
    pub(super) fn dump(&self) -> String {
        let nodes: Vec<String> = self.nodes.iter().map(|node| format!("({})", node.dump())).collect();
        nodes.join("\n").trim().to_owned()
    }
}

impl Node {
    fn split(line: &str, escape: char, depth: usize) -> Result<Self, SyntaxFault> {
        let (keyword, rest) = words::split_keyword(line);
        let (flags, rest) = words::split_flags(rest, escape);
        let arguments = arguments(&keyword.lowercase(), &rest, escape, depth)?;
        Ok(Self {
            keyword: keyword.to_owned(),
            flags,
            arguments,
            original: line.to_owned(),
            lines: LineRange { first: 0, last: 0 },
            comments: Vec::new(),
            heredocs: Vec::new(),
        })
    }

    /// RUN, COPY and ADD may, also behind ONBUILD, but not with a JSON array.
    fn may_have_heredocs(&self) -> bool {
        let node = match &self.arguments {
            Arguments::Trigger(node) => node,
            _ => self,
        };
        let json = matches!(node.arguments, Arguments::Json(_));
        !json && matches!(node.keyword.lowercase().as_str(), "run" | "copy" | "add")
    }

    fn dump(&self) -> String {
        let mut out = self.keyword.lowercase();
        if !self.flags.is_empty() {
            out = format!("{out} {}", quote_list(&self.flags));
        }
        match &self.arguments {
            Arguments::Plain(words) | Arguments::Json(words) => {
                out.extend(words.iter().map(|word| format!(" {}", quote(word))));
            }
            Arguments::Pairs(pairs) => {
                let separator = |pair: &Pair| if pair.legacy { "" } else { "=" };
                let dump = |p: &Pair| format!(" {} {} {}", quote(&p.name), quote(&p.value), quote(separator(p)));
                out.extend(pairs.iter().map(dump));
            }
            Arguments::Trigger(node) => out = format!("{out} ({})", node.dump()),
        }
        out.trim().to_owned()
    }
}

fn arguments(keyword: &str, rest: &str, escape: char, depth: usize) -> Result<Arguments, SyntaxFault> {
    let text = || Arguments::Plain(if rest.is_empty() { Vec::new() } else { vec![rest.to_owned()] });
    Ok(match keyword {
        "env" | "label" => Arguments::Pairs(words::pairs(keyword, rest, escape)?),
        "arg" => Arguments::Plain(words::quoted(rest, escape)),
        "cmd" | "entrypoint" | "run" | "shell" => words::json_strings(rest)?.map_or_else(text, Arguments::Json),
        "add" | "copy" | "volume" => match words::json_strings(rest)? {
            Some(strings) => Arguments::Json(strings),
            None => Arguments::Plain(words::blank_separated(rest)),
        },
        "expose" | "from" => Arguments::Plain(words::blank_separated(rest)),
        "healthcheck" => health(rest)?,
        "onbuild" if rest.is_empty() => Arguments::Plain(Vec::new()),
        "onbuild" if depth == limits::TRIGGER_DEPTH => {
            return Err(SyntaxFault::TriggersTooDeep { limit: limits::TRIGGER_DEPTH });
        }
        "onbuild" => Arguments::Trigger(Box::new(Node::split(rest, escape, depth + 1)?)),
        "maintainer" | "stopsignal" | "user" | "workdir" => text(),
        // One empty word stands for whatever follows a word that is no instruction.
        _ => Arguments::Plain(vec![String::new()]),
    })
}

/// A type, then a text or a JSON array.
fn health(rest: &str) -> Result<Arguments, SyntaxFault> {
    let (kind, command) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let command = command.trim_start();
    let kind = (!kind.is_empty()).then(|| kind.to_owned());
    if let Some(strings) = words::json_strings(command)? {
        return Ok(Arguments::Json(kind.into_iter().chain(strings).collect()));
    }
    let command = (!command.is_empty()).then(|| command.to_owned());
    Ok(Arguments::Plain(kind.into_iter().chain(command).collect()))
}
