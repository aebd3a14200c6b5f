//! `docker start`: the program of a container from its beginning, on the files
//! that it left.

use super::run::{self, How, StartFailure};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Attached, Desk, Failure, Flag, Flow, Verb};
use crate::engine::State;
use crate::runtime::Process;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["start", "container start"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Start one or more stopped containers",
    arguments: Arguments::AtLeast(1),
    flags: &[Flag::switch("attach", Some('a'), "Attach STDOUT/STDERR and forward signals")],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if parsed.has("attach") {
        return match parsed.arguments.as_slice() {
            [typed] => attached(typed, desk),
            _ => Err(Failure::new("you cannot start and attach multiple containers at once")),
        };
    }
    let (mut failures, mut failed) = (Vec::new(), Vec::new());
    for typed in &parsed.arguments {
        match in_background(typed, desk) {
            Ok(()) => desk.terminal.out(typed.as_str()),
            Err(error) => {
                failures.push(format!("Error response from daemon: {error}"));
                failed.push(typed.as_str());
            }
        }
    }
    if failures.is_empty() {
        return Ok(Flow::Done(0));
    }
    failures.push(format!("failed to start containers: {}", failed.join(", ")));
    if failed.len() == parsed.arguments.len() {
        return Err(Failure::new(failures.join("\n")));
    }
    for failure in failures {
        desk.terminal.err(failure);
    }
    Ok(Flow::Done(1))
}

/// One that runs already stays as it is.
fn in_background(typed: &str, desk: &mut Desk<'_>) -> Result<(), String> {
    let (id, remove) = find(typed, desk)?;
    if desk.machine.engine.containers.get(&id).is_some_and(|container| container.is_in_background()) {
        return Ok(());
    }
    if !desk.machine.engine.has_room_in_background() {
        return Err(run::crowded());
    }
    begin(&id, How { detached: true, remove }, desk).map(drop)
}

fn attached(typed: &str, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let failed = |error: String| Failure::daemon(error);
    let (id, remove) = find(typed, desk).map_err(failed)?;
    let state = desk.machine.engine.containers.get(&id).map(|container| container.state);
    if matches!(state, Some(State::Running { .. })) {
        return Err(Failure::new("a container that runs cannot be attached to in this lab")
            .hint("`docker logs` shows what it has written."));
    }
    match begin(&id, How { detached: false, remove }, desk).map_err(failed)? {
        Some(process) => Ok(Flow::Attached(Box::new(Attached { container: id, process, remove }))),
        None => Ok(Flow::Done(run::FORMAT_ERROR)),
    }
}

/// Begins a container's program. One that is of another kind ends at once, which only its log tells.
pub fn begin(id: &str, how: How, desk: &mut Desk<'_>) -> Result<Option<Box<dyn Process>>, String> {
    match run::start(id, how, desk) {
        Ok(process) => Ok(Some(process)),
        Err(StartFailure::Format(message)) => {
            run::ended_inside(id, &message, desk);
            Ok(None)
        }
        Err(StartFailure::NoInterpreter(reason)) => {
            Err(format!("failed to create task for container: failed to start shim: start failed: {reason}"))
        }
        Err(StartFailure::Exec(error)) => Err(run::runc(&error)),
    }
}

fn find(typed: &str, desk: &Desk<'_>) -> Result<(String, bool), String> {
    let engine = &desk.machine.engine;
    let id = engine.find_container(typed).map_err(|error| error.to_string())?;
    let begun = engine.containers.get(&id).and_then(|container| container.begun.as_ref());
    let remove = begun.is_some_and(|begun| begun.remove);
    Ok((id, remove))
}
