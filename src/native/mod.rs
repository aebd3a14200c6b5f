//! The host for an operating system: a site on the disk, a real terminal, and
//! the command `drydock` that joins them to a [`crate::session::Session`].

#![allow(clippy::disallowed_methods, reason = "this is where the core meets the real machine")]

mod cache;
mod context;
mod debug;
mod disk;
mod docker;
mod error;
mod given;
mod hub;
mod layout;
mod lesson;
mod lists;
mod meter;
mod mirror;
mod network;
mod options;
mod outside;
mod prompt;
mod reference;
mod runner;
mod save;
mod screen;
mod serve;
mod shell;
mod site;
mod store;
mod threads;
mod tree;

pub use error::NativeError;
pub use site::Site;

use std::process::ExitCode;

use options::Command;

/// The command `drydock`, with the arguments of this process.
pub fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let done = options::read(&words).and_then(run);
    let code = done.unwrap_or_else(|error| {
        screen::complain(&error.to_string());
        error.exit_code()
    });
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

fn run(command: Command) -> Result<i32, NativeError> {
    match command {
        Command::Say(text) => screen::say(text),
        Command::Docker(options) => docker::run(&options),
        Command::Shell(options) => shell::run(&options),
        Command::Save(options) => save::run(&options),
        Command::BuildHub(options) => hub::build(&options),
        Command::Reference => reference::print(),
        Command::ReadLesson { file, site } => lesson::print(&file, site.as_deref()),
        Command::Serve(options) => serve::run(&options),
        Command::Collect(options) => serve::collect(&options),
        Command::Scrub(options) => serve::scrub(&options),
        Command::Debug(words) => debug::run(&words),
    }
}
