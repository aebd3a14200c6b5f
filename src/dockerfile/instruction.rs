//! What a Dockerfile says, with the lines that say it. Words still have their
//! quotes and variables: they are resolved when the build knows the environment.

use std::time::Duration;

use serde::Serialize;

use super::LineRange;
use crate::text::Case;

/// A parsed Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dockerfile {
    /// The character that escapes, `\` unless a directive says otherwise.
    pub escape: char,
    /// `# check=…`, as written.
    pub check: Option<String>,
    /// The ARGs before the first FROM, with where they stand.
    pub globals: Vec<Instruction>,
    /// At least one.
    pub stages: Vec<Stage>,
    /// Instructions that have an empty line inside a continuation.
    pub empty_continuations: Vec<LineRange>,
}

/// A FROM and what follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// The base as written, such as `python:3.11-slim`, `$BASE` or `scratch`.
    pub base: String,
    /// The name after `AS`, as written.
    pub name: Option<String>,
    /// `--platform`, as written.
    pub platform: Option<String>,
    /// The words `FROM` and `AS` as written; their case is linted.
    pub keywords: (String, Option<String>),
    /// The whole FROM, continuations joined.
    pub source: String,
    /// Lines of the FROM.
    pub lines: LineRange,
    /// The comment lines right above it, without their `#`.
    pub comments: Vec<String>,
    /// What follows it.
    pub instructions: Vec<Instruction>,
}

impl Stage {
    /// The name by which all others know it: in lower case.
    pub fn known_as(&self) -> Option<String> {
        Some(self.name.as_ref()?.lowercase())
    }
}

/// One instruction after FROM, or an ARG before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Instruction {
    /// Its first word as written, such as `COPY` or `copy`.
    pub keyword: String,
    /// The whole of it with continuations joined, as progress shows it.
    pub source: String,
    /// Where it stands, its heredocs included.
    pub lines: LineRange,
    /// The comment lines right above it, without their `#`.
    pub comments: Vec<String>,
    /// What it means.
    pub command: Command,
}

/// What an instruction means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// `ADD source… destination`
    Add(Transfer),
    /// `ARG name[=default]…`
    Arg {
        /// In order.
        arguments: Vec<Argument>,
    },
    /// `CMD …`
    Cmd(CommandLine),
    /// `COPY source… destination`
    Copy(Transfer),
    /// `ENTRYPOINT …`
    Entrypoint(CommandLine),
    /// `ENV name=value…` or `ENV name value`
    Env {
        /// In order.
        pairs: Vec<Pair>,
    },
    /// `EXPOSE port[/protocol]…`
    Expose {
        /// Sorted as text, as `BuildKit` does.
        ports: Vec<String>,
    },
    /// `HEALTHCHECK …`
    Healthcheck(Healthcheck),
    /// `LABEL name=value…` or `LABEL name value`
    Label {
        /// In order.
        pairs: Vec<Pair>,
    },
    /// `MAINTAINER name`
    Maintainer {
        /// Everything after the keyword.
        name: String,
    },
    /// `ONBUILD instruction`
    OnBuild {
        /// The instruction as written; parsed by [`super::parse_trigger`] when a child is built.
        trigger: String,
    },
    /// `RUN …`
    Run(Run),
    /// `SHELL ["program", "argument"]`
    Shell {
        /// The words.
        words: Vec<String>,
    },
    /// `STOPSIGNAL signal`
    StopSignal {
        /// A name or a number.
        signal: String,
    },
    /// `USER user[:group]`
    User {
        /// As written.
        user: String,
    },
    /// `VOLUME path…`
    Volume {
        /// In order.
        paths: Vec<String>,
    },
    /// `WORKDIR path`
    Workdir {
        /// Absolute, or relative to the one before.
        path: String,
    },
}

/// What ADD and COPY have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Transfer {
    /// Paths, patterns or addresses, in order; inline files are in `files`.
    pub sources: Vec<String>,
    /// Files written in the Dockerfile itself.
    pub files: Vec<Heredoc>,
    /// In the image.
    pub destination: String,
    /// `--from`: a stage by name or number, or an image.
    pub from: Option<String>,
    /// `--chown=user[:group]`
    pub chown: Option<String>,
    /// `--chmod=0644` or symbolic.
    pub chmod: Option<String>,
    /// `--link`
    pub link: bool,
    /// `--parents`
    pub parents: bool,
    /// Each `--exclude=pattern`.
    pub excludes: Vec<String>,
    /// ADD's `--checksum=sha256:…`.
    pub checksum: Option<String>,
    /// ADD's `--unpack`: said yes, said no, or not said.
    pub unpack: Option<bool>,
    /// ADD's `--keep-git-dir`: said yes, said no, or not said.
    pub keep_git_dir: Option<bool>,
}

/// A text written in the Dockerfile: `<<EOF` and the lines up to `EOF`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heredoc {
    /// The word that ends it, which names the file of a COPY.
    pub name: String,
    /// The lines between, tabs stripped already if `<<-` asked for it.
    pub text: String,
    /// The lines between as written: what a shell gets that reads `<<-` itself.
    pub raw: String,
    /// Whether variables in it are replaced: the word was not quoted.
    pub expand: bool,
    /// The file descriptor before `<<`; 0 if none.
    pub descriptor: u32,
}

/// RUN: a command line, inline files and flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// What is run. With heredocs the text still has its `<<EOF`, as `BuildKit` keeps it.
    pub line: CommandLine,
    /// Texts written in the Dockerfile for it.
    pub files: Vec<Heredoc>,
    /// Each `--mount=…` as written: [`super::Mount`] reads it once its variables are replaced.
    pub mounts: Vec<String>,
    /// `--network=default|none|host`
    pub network: Option<String>,
    /// `--security=sandbox|insecure`
    pub security: Option<String>,
    /// Each `--device=…` as written.
    pub devices: Vec<String>,
}

/// An argument of the build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Its default as written, if it has one.
    pub default: Option<String>,
}

/// How an image says that it is well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Healthcheck {
    /// `HEALTHCHECK NONE`: whatever the base says, do not check.
    None,
    /// `HEALTHCHECK [OPTIONS] CMD …`
    Test {
        /// What is run.
        line: CommandLine,
        /// `--interval`; zero means the default, for all of these.
        interval: Duration,
        /// `--timeout`
        timeout: Duration,
        /// `--start-period`
        start_period: Duration,
        /// `--start-interval`
        start_interval: Duration,
        /// `--retries`
        retries: u32,
    },
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// Whether a space stood between them, the legacy form.
    pub legacy: bool,
}

/// The two forms of a command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandLine {
    /// `["program", "argument"]`
    Exec(Vec<String>),
    /// Text for a shell.
    Shell(String),
}

impl Dockerfile {
    /// The stage a build without `--target` makes.
    pub fn last_stage(&self) -> &Stage {
        self.stages.last().expect("the parser refuses a file without a FROM")
    }
}
