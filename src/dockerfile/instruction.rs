//! What a Dockerfile says, with the lines that say it.

use super::LineRange;

/// A parsed Dockerfile. Several stages come with the full grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// The character that escapes, `\` unless a directive says otherwise.
    pub escape: char,
    /// The stage.
    pub stage: Stage,
    /// Instructions that have an empty line inside a continuation.
    pub empty_continuations: Vec<LineRange>,
}

/// A FROM and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The base as written, such as `python:3.11-slim` or `scratch`.
    pub base: String,
    /// The name after `AS`, as written.
    pub name: Option<String>,
    /// The words `FROM` and `AS` as written; their case is linted.
    pub keywords: (String, Option<String>),
    /// Lines of the FROM.
    pub lines: LineRange,
    /// What follows it.
    pub instructions: Vec<Instruction>,
}

/// One instruction after FROM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Its first word as written, such as `COPY` or `copy`.
    pub keyword: String,
    /// The whole of it with continuations joined, as progress shows it.
    pub source: String,
    /// Where it stands.
    pub lines: LineRange,
    /// What it means.
    pub command: Command,
}

/// What an instruction means; words still have their quotes and variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `WORKDIR path`
    Workdir {
        /// Absolute, or relative to the one before.
        path: String,
    },
    /// `COPY source… destination`
    Copy {
        /// In the build context.
        sources: Vec<String>,
        /// In the image.
        destination: String,
    },
    /// `ENV name=value…` or `ENV name value`
    Env {
        /// In order.
        pairs: Vec<Pair>,
    },
    /// `LABEL name=value…` or `LABEL name value`
    Label {
        /// In order.
        pairs: Vec<Pair>,
    },
    /// `EXPOSE port[/protocol]…`
    Expose {
        /// Sorted as text, as `BuildKit` does.
        ports: Vec<String>,
    },
    /// `CMD …`
    Cmd(CommandLine),
    /// `ENTRYPOINT …`
    Entrypoint(CommandLine),
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// Whether a space stood between them, the legacy form.
    pub legacy: bool,
}

/// The two forms of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandLine {
    /// `["program", "argument"]`
    Exec(Vec<String>),
    /// Text for a shell.
    Shell(String),
}
