//! What is typed at the prompt: a line read as a shell does, one table of
//! commands, and one file a verb. Output, errors and exit codes are docker's.

mod complete;
mod desk;
mod docker;
mod explain;
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
mod script;
mod shell;
mod ulimit;
mod usage;
mod verb;

pub use complete::complete;
pub use desk::{Desk, Flow, Keyboard, Terminal, Watch, Watching};
pub use docker::{Building, Transferring, credentials_file, lists_folder};
pub use explain::explain;
pub use failure::Failure;
pub use moment::{duration, scaled};
pub use redirect::write;
pub use reference::{Entry, Reference, reference};
pub use script::{Expanded, Output, Redirect, Script, ScriptError, Step, Surroundings, When, read, split};
pub use shell::Calling;
pub use verb::{Arguments, Flag, Takes, Verb, typed};

use crate::limits;

/// The file that holds nothing, and in which nothing stays.
pub const NOTHING: &str = "/dev/null";

/// Runs one command. An error leaves the decision to the caller, who puts the state back.
pub fn run(command: &Expanded, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let Expanded { assignments, words } = command;
    let room = |text: &String| text.len();
    let given = assignments.iter().map(|(name, value)| name.len() + value.len()).chain(words.iter().map(room));
    if given.sum::<usize>() + desk.machine.variables.size() > limits::ARGUMENTS_BYTES {
        return Err(Failure::with_code(2, "sh: Argument list too long"));
    }
    let before = desk.machine.variables.clone();
    for (name, value) in assignments {
        desk.machine.variables.set(name, value);
    }
    let Some((first, rest)) = words.split_first() else { return Ok(Flow::Done(0)) };
    for (name, _) in assignments {
        desk.machine.export(name);
    }
    let flow = match first.as_str() {
        "docker" => docker::run(rest, desk),
        verb::REGISTRY => registry::run(words, desk),
        word => shell::run(word, rest, desk),
    };
    if !assignments.is_empty() {
        // They were for this command alone.
        desk.machine.variables = before;
    }
    flow
}

/// What is in a file that becomes the standard input.
pub fn opened(file: &str, desk: &Desk<'_>) -> Result<Vec<u8>, Failure> {
    if file == NOTHING {
        return Ok(Vec::new());
    }
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
