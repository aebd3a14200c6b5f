//! What the commands have in common that do the same to each container that is
//! named: they go on after an error, and print what they were given.

use crate::cli::{Desk, Failure, Flow};

/// The id of the container that is meant, or docker's words.
pub fn find(typed: &str, desk: &Desk<'_>) -> Result<String, String> {
    desk.machine.engine.find_container(typed).map_err(|error| error.to_string())
}

/// Does it to each, and prints the names of those to whom it was done.
pub fn each(
    names: &[String],
    desk: &mut Desk<'_>,
    work: impl Fn(&str, &mut Desk<'_>) -> Result<(), String>,
) -> Result<Flow, Failure> {
    let mut failures = Vec::new();
    for typed in names {
        match work(typed, desk) {
            Ok(()) => desk.terminal.out(typed.as_str()),
            Err(error) => failures.push(format!("Error response from daemon: {error}")),
        }
    }
    outcome(failures, names.len(), desk)
}

/// If nothing was done the command failed; otherwise what was done stays, and the exit code tells.
pub fn outcome(failures: Vec<String>, asked: usize, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if !failures.is_empty() && failures.len() == asked {
        return Err(Failure::new(failures.join("\n")));
    }
    let code = i32::from(!failures.is_empty());
    for failure in failures {
        desk.terminal.err(failure);
    }
    Ok(Flow::Done(code))
}
