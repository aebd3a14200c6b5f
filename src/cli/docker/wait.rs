//! `docker wait`: blocks until a container ends, then prints its exit code.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Keyboard, Verb, Watch, Watching};
use crate::engine::State;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["wait", "container wait"],
    usage: "CONTAINER",
    about: "Block until a container stops, then print its exit code",
    arguments: Arguments::Exactly(1),
    flags: &[],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let engine = &desk.machine.engine;
    let id = engine.find_container(&parsed.arguments[0]).map_err(Failure::daemon)?;
    if engine.containers.get(&id).is_some_and(|container| matches!(container.state, State::Created)) {
        desk.terminal.out("0");
        return Ok(Flow::Done(0));
    }
    Ok(Flow::Watching(Watching { container: id, watch: Watch::Code, keyboard: Keyboard::default() }))
}
