//! What can be wrong with a Dockerfile, in `BuildKit`'s words.

use super::duration::DurationError;
use super::expand::ExpandError;
use super::lines::LineRange;
use super::mount::MountError;
use super::node::KEYWORDS;
use super::quote::quote;
use super::suggest::{did_you_mean, nearest_keyword};

/// Why a text is not a Dockerfile that can be built here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// There is no text.
    #[error("the Dockerfile cannot be empty")]
    Empty,
    /// There is too much text.
    #[error("the Dockerfile is larger than {limit} bytes")]
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// The text cannot be split into instructions.
    #[error("{fault}")]
    Syntax {
        /// Where.
        lines: LineRange,
        /// What is wrong.
        fault: SyntaxFault,
    },
    /// An instruction is wrong in itself.
    #[error("dockerfile parse error on line {}: {fault}", .lines.first)]
    Instruction {
        /// Where.
        lines: LineRange,
        /// What is wrong.
        fault: InstructionFault,
    },
    /// It asks for another frontend than the one this lab has.
    #[error("the directive `# syntax={frontend}` is not supported in this lab")]
    Frontend {
        /// Where.
        lines: LineRange,
        /// Which.
        frontend: String,
    },
    /// There are ARGs and no FROM.
    #[error("dockerfile contains no stages to build")]
    NoStages,
    /// A trigger is more than one instruction.
    #[error("onbuild trigger should be a single expression")]
    Trigger,
    /// A trigger that cannot stand in a stage.
    #[error("*instructions.Stage is not a command type")]
    TriggerStage,
    /// An instruction stands before the first FROM.
    #[error("no build stage in current context")]
    NoStage {
        /// Where.
        lines: LineRange,
    },
}

/// What is wrong with the way something is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxFault {
    /// Nothing but comments.
    #[error("file with no instructions")]
    NoInstructions,
    /// `# escape=` with another character.
    #[error("invalid escape token '{token}' does not match ` or \\")]
    Escape {
        /// What was written.
        token: String,
    },
    /// The same directive twice.
    #[error("only one {name} parser directive can be used")]
    RepeatedDirective {
        /// Which.
        name: &'static str,
    },
    /// A line longer than `BuildKit` reads.
    #[error("dockerfile line greater than max allowed size of {limit}")]
    LineTooLong {
        /// The bound in bytes.
        limit: usize,
    },
    /// `ENV NAME` without a value.
    #[error("{keyword} must have two arguments")]
    TwoArguments {
        /// `ENV` or `LABEL`.
        keyword: String,
    },
    /// A word without `=` after one with it.
    #[error("Syntax error - can't find = in {}. Must be of the form: name=value", quote(.word))]
    NoEquals {
        /// Which.
        word: String,
    },
    /// An array with something else in it than strings.
    #[error("when using JSON array syntax, arrays must be comprised of strings only")]
    NotStrings,
    /// Too many instructions.
    #[error("more than {limit} instructions")]
    TooMany {
        /// The bound.
        limit: usize,
    },
    /// ONBUILD within ONBUILD without end.
    #[error("more than {limit} ONBUILD within each other")]
    TriggersTooDeep {
        /// The bound.
        limit: usize,
    },
    /// The name of a heredoc has a quote too much.
    #[error("{source}")]
    Heredoc {
        /// How.
        source: ExpandError,
    },
    /// The name of a heredoc is one word with its quotes and another without.
    #[error("internal lexing of heredoc produced inconsistent results: {rest}")]
    HeredocName {
        /// What stands behind `<<`.
        rest: String,
    },
    /// A heredoc without the line that ends it.
    #[error("unterminated heredoc")]
    UnterminatedHeredoc,
}

/// What is wrong with an instruction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstructionFault {
    /// No such instruction.
    #[error("unknown instruction: {keyword}{}", did_you_mean(nearest_keyword(.keyword, &KEYWORDS)))]
    Unknown {
        /// As written.
        keyword: String,
    },
    /// FROM with two or more than three words, or none.
    #[error("FROM requires either one or three arguments")]
    From,
    /// `FROM x AS 1bad`
    #[error("invalid name for build stage: {}, name can't start with a number or contain symbols", quote(.name))]
    StageName {
        /// As written.
        name: String,
    },
    /// COPY with fewer than two words.
    #[error(
        "{keyword} requires at least two arguments, but only one was provided. Destination could not be determined"
    )]
    NoDestination {
        /// `COPY`.
        keyword: String,
    },
    /// No argument where one is needed.
    #[error("{keyword} requires at least one argument")]
    NoArgument {
        /// Which instruction.
        keyword: String,
    },
    /// WORKDIR without a path.
    #[error("{keyword} requires exactly one argument")]
    OneArgument {
        /// Which instruction.
        keyword: String,
    },
    /// `ENV =value`
    #[error("{keyword} names can not be blank")]
    BlankName {
        /// Which instruction.
        keyword: String,
    },
    /// A flag of an instruction.
    #[error(transparent)]
    Flag(#[from] FlagFault),
    /// `COPY a <<EOF`
    #[error("{keyword} cannot accept a heredoc as a destination")]
    HeredocDestination {
        /// `ADD` or `COPY`.
        keyword: &'static str,
    },
    /// `RUN --network=x`
    #[error("invalid network mode {}", quote(.mode))]
    Network {
        /// As written.
        mode: String,
    },
    /// `RUN --security=x`
    #[error("security {} is not valid", quote(.mode))]
    Security {
        /// As written.
        mode: String,
    },
    /// `RUN --mount=…`
    #[error(transparent)]
    Mount(#[from] MountError),
    /// SHELL with plain text.
    #[error("SHELL requires the arguments to be in JSON form")]
    NotJson,
    /// `VOLUME [""]`
    #[error("VOLUME specified can not be an empty string")]
    BlankVolume,
    /// `ONBUILD ONBUILD …`
    #[error("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")]
    TriggerChain,
    /// `ONBUILD FROM …`
    #[error("{keyword} isn't allowed as an ONBUILD trigger")]
    TriggerKeyword {
        /// `FROM` or `MAINTAINER`.
        keyword: String,
    },
    /// `HEALTHCHECK NONE x`
    #[error("HEALTHCHECK NONE takes no arguments")]
    HealthNone,
    /// `HEALTHCHECK CMD`
    #[error("Missing command after HEALTHCHECK CMD")]
    HealthCommand,
    /// `HEALTHCHECK RUN x`
    #[error("Unknown type {} in HEALTHCHECK (try CMD)", quote(.kind))]
    HealthKind {
        /// In upper case.
        kind: String,
    },
    /// `--interval=x`
    #[error(transparent)]
    Duration(#[from] DurationError),
    /// `--interval=1us`
    #[error("Interval {} cannot be less than 1ms", quote(.flag))]
    Interval {
        /// Without `--`.
        flag: &'static str,
    },
    /// `--retries=x`
    #[error("strconv.ParseInt: parsing {}: {reason}", quote(.text))]
    Retries {
        /// As written.
        text: String,
        /// `invalid syntax` or `value out of range`.
        reason: &'static str,
    },
    /// `--retries=-1`
    #[error("--retries cannot be negative ({retries})")]
    NegativeRetries {
        /// How many.
        retries: i32,
    },
}

/// What is wrong with a flag of an instruction; each with its `--`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlagFault {
    /// The instruction does not have it.
    #[error("unknown flag: {flag}{}", did_you_mean(.suggestion.clone()))]
    Unknown {
        /// As written.
        flag: String,
        /// The nearest that it has.
        suggestion: Option<String>,
    },
    /// Twice, where once is all.
    #[error("duplicate flag specified: {flag}")]
    Repeated {
        /// As written.
        flag: String,
    },
    /// Without a value.
    #[error("missing a value on flag: {flag}")]
    NoValue {
        /// As written.
        flag: String,
    },
    /// Neither true nor false.
    #[error("expecting boolean value for flag {flag}, not: {value}")]
    NotBoolean {
        /// As written.
        flag: String,
        /// As written.
        value: String,
    },
}

impl ParseError {
    /// The lines to show, if the error has a place.
    pub fn lines(&self) -> Option<LineRange> {
        match self {
            Self::Empty | Self::TooLarge { .. } | Self::NoStages | Self::Trigger | Self::TriggerStage => None,
            Self::Syntax { lines, .. }
            | Self::Instruction { lines, .. }
            | Self::Frontend { lines, .. }
            | Self::NoStage { lines } => Some(*lines),
        }
    }
}
