//! A Dockerfile as text, as instructions, and as remarks about them; and the
//! patterns of a `.dockerignore`. Nothing here knows how to build.
//!
//! Reading goes in two passes, as `BuildKit`'s does, for the passes decide
//! which of two mistakes is named first: `lines` and `node` split the text,
//! `parse` gives the pieces their meaning. Values keep their `$variables`
//! and quotes; `expand` resolves them when the build knows the environment.
//! <https://docs.docker.com/reference/dockerfile/>

mod expand;
mod fault;
mod glob;
mod ignore;
mod instruction;
mod lines;
mod lint;
mod node;
mod parse;
mod quote;
mod suggest;
mod words;

pub use expand::{ExpandError, ExpandFault, Expander};
pub use fault::{InstructionFault, ParseError, SyntaxFault};
pub use glob::{Glob, GlobError};
pub use ignore::{Ignore, IgnoreError};
pub use instruction::{
    Argument, Command, CommandLine, Dockerfile, Healthcheck, Heredoc, Instruction, Pair, Run, Stage, Transfer,
};
pub use lines::LineRange;
pub use lint::{Warning, lint};
pub use parse::parse;
pub use quote::{quote, quote_list};
