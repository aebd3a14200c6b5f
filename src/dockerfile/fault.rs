//! What can be wrong with a Dockerfile, in `BuildKit`'s words.

use super::lines::LineRange;
use super::node::KEYWORDS;
use super::quote::quote;
use super::suggest::nearest;

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
        name: String,
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
    /// Known to docker, not to this lab.
    #[error("{what} is not supported yet in this lab")]
    Unsupported {
        /// What.
        what: String,
    },
}

/// What is wrong with an instruction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstructionFault {
    /// No such instruction.
    #[error("unknown instruction: {keyword}{}", did_you_mean(.keyword, &KEYWORDS))]
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
    /// A flag the instruction does not have.
    #[error("unknown flag: {flag}")]
    UnknownFlag {
        /// With its `--`.
        flag: String,
    },
    /// Known to docker, not to this lab.
    #[error("{what} is not supported yet in this lab")]
    Unsupported {
        /// What.
        what: String,
    },
}

impl ParseError {
    /// The lines to show, if the error has a place.
    pub fn lines(&self) -> Option<LineRange> {
        match self {
            Self::Empty | Self::TooLarge { .. } => None,
            Self::Syntax { lines, .. } | Self::Instruction { lines, .. } | Self::NoStage { lines } => Some(*lines),
        }
    }
}

fn did_you_mean(word: &str, options: &[&str]) -> String {
    nearest(word, options).map(|word| format!(" (did you mean {word}?)")).unwrap_or_default()
}
