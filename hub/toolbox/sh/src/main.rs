//! `sh`: a POSIX shell. The grammar is brush's; the evaluator is here. There
//! is no `fork` where it runs, so a subshell is this program started once
//! more, with the state of its parent as its first input.

mod alias;
mod arguments;
mod arithmetic;
mod builtin;
mod command;
mod compound;
mod expand;
mod flow;
mod glob;
mod lexer;
mod lists;
mod parse;
mod pattern;
mod redirect;
mod shell;
mod simple;
mod streams;
mod subshell;
mod trap;
mod variables;

use std::process::ExitCode;

fn main() -> ExitCode {
    // On a Unix, the start-up of a Rust program ignores it.
    process::react(process::signal::BROKEN_PIPE, process::Reaction::Default);
    let arguments: Vec<String> = std::env::args().collect();
    let status = arguments::run(arguments);
    ExitCode::from(status.to_le_bytes()[0])
}
