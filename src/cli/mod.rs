//! What is typed at the prompt: words, one table of commands, and one file a
//! verb. Output, errors and exit codes are docker's.

mod complete;
mod desk;
mod docker;
mod failure;
mod filters;
mod flags;
mod format;
mod help;
mod moment;
mod progress;
mod redirect;
mod reference;
mod registry;
mod shell;
mod ulimit;
mod usage;
mod verb;
mod words;

pub use complete::complete;
pub use desk::{Attached, Desk, Flow, Shown, Terminal, Watching};
pub use docker::{Building, Transferring, credentials_file};
pub use failure::Failure;
pub use moment::{duration, scaled};
pub use reference::{Entry, Reference, reference};
pub use verb::{Arguments, Flag, Takes, Verb, typed};
pub use words::{Typed, WordsError, read, split};

/// Runs one line. An error leaves the decision to the caller, who puts the state back.
pub fn run(line: &str, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let Typed { words, input, output } = read(line)?;
    desk.input = input.map(|file| opened(&file, desk)).transpose()?;
    let command = |desk: &mut Desk<'_>| {
        let Some((first, rest)) = words.split_first() else { return Ok(Flow::Done(0)) };
        match first.as_str() {
            "docker" => docker::run(rest, desk),
            verb::REGISTRY => registry::run(&words, desk),
            word => shell::run(word, rest, desk),
        }
    };
    match output {
        Some(output) => redirect::run(&output, desk, command),
        None => command(desk),
    }
}

/// What is in the file that becomes the standard input.
fn opened(file: &str, desk: &Desk<'_>) -> Result<Vec<u8>, Failure> {
    let bytes = desk.machine.files.read(&desk.machine.resolve(file));
    let bytes = bytes.map_err(|_| Failure::with_code(2, format!("sh: can't open {file}: no such file")))?;
    Ok(bytes.to_vec())
}

/// The words that say what a line does: `build` of `docker buildx build .`, `user add` of a registry's, or `ls`.
pub fn label(line: &str) -> String {
    let words = split(line).unwrap_or_default();
    let Some((first, rest)) = words.split_first() else { return String::new() };
    let known = match first.as_str() {
        "docker" => docker::find(rest).map(|(verb, _)| verb.name()),
        verb::REGISTRY => {
            verb::find_path(registry::VERBS, &words).and_then(|(_, path)| path.split_once(' ')).map(|(_, rest)| rest)
        }
        _ => None,
    };
    known.unwrap_or(first).to_owned()
}

/// Every command there is, docker's and then a registry's, in the order of the help.
pub fn verbs() -> impl Iterator<Item = &'static Verb> {
    docker::VERBS.iter().chain(registry::VERBS)
}
