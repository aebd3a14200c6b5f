//! `docker rm`: removes containers.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::ContainerError;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["rm", "container rm", "container remove"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Remove one or more containers",
    arguments: Arguments::AtLeast(1),
    flags: &[Flag::switch("force", Some('f'), "Force the removal of a running container (uses SIGKILL)")],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let force = parsed.has("force");
    let mut failures = Vec::new();
    let Desk { machine, terminal, .. } = desk;
    for typed in &parsed.arguments {
        match machine.engine.remove_container(typed, force, &mut |event| terminal.event(event)) {
            Ok(()) => terminal.out(typed.as_str()),
            // `docker rm -f` of an unknown name succeeds without a word.
            Err(ContainerError::NotFound { .. }) if force => {}
            Err(error) => failures.push(format!("Error response from daemon: {error}")),
        }
    }
    outcome(failures, parsed.arguments.len(), desk)
}

/// If nothing was done the command failed; otherwise what was done stays, and the exit code tells.
pub fn outcome(failures: Vec<String>, asked: usize, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if failures.len() == asked {
        return Err(Failure::new(failures.join("\n")));
    }
    let code = i32::from(!failures.is_empty());
    for failure in failures {
        desk.terminal.err(failure);
    }
    Ok(Flow::Done(code))
}
