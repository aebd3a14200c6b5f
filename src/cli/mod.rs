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
mod shell;
mod ulimit;
mod usage;
mod verb;
mod words;

pub use complete::complete;
pub use desk::{Attached, Desk, Flow, Terminal};
pub use docker::{Building, Transferring, credentials_file};
pub use failure::Failure;
pub use moment::duration;
pub use reference::{Entry, reference};
pub use verb::{Arguments, Flag, Takes, Verb};
pub use words::{Typed, WordsError, read, split};

/// Runs one line. An error leaves the decision to the caller, who puts the state back.
pub fn run(line: &str, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let Typed { words, input, output } = read(line)?;
    desk.input = input.map(|file| opened(&file, desk)).transpose()?;
    let command = |desk: &mut Desk<'_>| {
        let Some((first, rest)) = words.split_first() else { return Ok(Flow::Done(0)) };
        match first.as_str() {
            "docker" => docker::run(rest, desk),
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

/// The first word that says what a line does: `build` of `docker buildx build .`, or `ls`.
pub fn label(line: &str) -> String {
    let words = split(line).unwrap_or_default();
    let Some((first, rest)) = words.split_first() else { return String::new() };
    let verb = docker::find(rest).filter(|_| first == "docker").map(|(verb, _)| verb);
    verb.map_or_else(|| first.clone(), |verb| verb.name().to_owned())
}

/// Every docker command there is, in the order of the help.
pub fn verbs() -> &'static [Verb] {
    docker::VERBS
}
