//! `docker rm`: removes containers.

use super::each;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::ContainerError;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["rm", "container rm", "container remove"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Remove one or more containers",
    arguments: Arguments::AtLeast(1),
    flags: &[
        Flag::switch("force", Some('f'), "Force the removal of a running container (uses SIGKILL)"),
        Flag::switch("volumes", Some('v'), "Remove anonymous volumes associated with the container"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (force, with_volumes) = (parsed.has("force"), parsed.has("volumes"));
    let mut failures = Vec::new();
    for typed in &parsed.arguments {
        match desk.daemon(|engine, around| engine.remove_container(typed, force, with_volumes, around)) {
            Ok(()) => desk.terminal.out(typed.as_str()),
            // `docker rm -f` of an unknown name succeeds without a word.
            Err(ContainerError::NotFound { .. }) if force => {}
            Err(error) => failures.push(format!("Error response from daemon: {error}")),
        }
    }
    each::outcome(failures, parsed.arguments.len(), desk)
}
