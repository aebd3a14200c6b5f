//! A Dockerfile as text, as instructions, and as remarks about them; and the
//! patterns of a `.dockerignore`. Nothing here knows how to build.
//!
//! Reading goes in two passes, as `BuildKit`'s does, for the passes decide
//! which of two mistakes is named first: `lines` and `node` split the text,
//! `parse` and `command` give the pieces their meaning. Values keep their `$variables`
//! and quotes; `expand` resolves them when the build knows the environment.
//! <https://docs.docker.com/reference/dockerfile/>

mod command;
mod csv;
mod directive;
mod duration;
mod expand;
mod fault;
mod flags;
mod glob;
mod health;
mod heredoc;
mod ignore;
mod instruction;
mod lexer;
mod lines;
mod lint;
mod mount;
mod node;
mod parse;
mod pattern;
mod quote;
mod regex;
mod suggest;
mod words;

#[cfg(test)]
mod tests;

pub use csv::CsvError;
pub use duration::DurationError;
pub use expand::{ExpandError, ExpandFault, Expanded, Expander, Keep};
pub use fault::{FlagFault, InstructionFault, ParseError, SyntaxFault};
pub use glob::{Glob, GlobError};
use ignore::clean;
pub use ignore::{Ignore, IgnoreError};
pub use instruction::{
    Argument, Command, CommandLine, Dockerfile, Healthcheck, Heredoc, Instruction, Pair, Run, Stage, Transfer,
};
pub use lines::LineRange;
pub use lint::{
    BaseFacts, CheckError, CheckFault, Foreign, LintViolation, Report, Surroundings, Warning, lint, lint_before_images,
    lint_until_mistake, lint_within,
};
pub use mount::{Mount, MountError, MountKind, Sharing};
pub use node::KEYWORDS;
pub use parse::{dump, parse, parse_trigger, parse_until_mistake};
pub use quote::{quote, quote_list};
pub(crate) use suggest::{did_you_mean, nearest};
