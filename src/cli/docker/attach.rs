//! `docker attach`: the prompt watches a container that runs; what is typed and
//! Ctrl-C go to its program.

use super::{leaving, start};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Keyboard, Verb, Watch, Watching};
use crate::runtime::MAIN;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["attach", "container attach"],
    usage: "[OPTIONS] CONTAINER",
    about: "Attach local standard input, output, and error streams to a running container",
    arguments: Arguments::Exactly(1),
    flags: &[
        leaving::FLAG,
        Flag::switch("no-stdin", None, "Do not attach STDIN"),
        Flag::switch("sig-proxy", None, "Proxy all received signals to the process").defaults_to("true"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let leave = leaving::keys(parsed)?;
    let id = desk.machine.engine.find_container(&parsed.arguments[0]).map_err(Failure::daemon)?;
    let container = desk.machine.engine.containers.get(&id);
    if !container.is_some_and(|container| container.is_running()) {
        return Err(Failure::new("cannot attach to a stopped container, start it first"));
    }
    if container.is_some_and(|container| container.is_paused) {
        return Err(Failure::new("cannot attach to a paused container, unpause it first"));
    }
    let keyboard = Keyboard { begins: false, ..start::keyboard(&id, !parsed.has("no-stdin"), leave, desk) };
    start::check_terminal(keyboard.feeds, keyboard.is_terminal, desk)?;
    let input = desk.input.take();
    let keyboard = start::join(&id, MAIN, keyboard, input, desk);
    let is_proxy = parsed.value("sig-proxy") != Some("false");
    let watch = if is_proxy { Watch::Program } else { Watch::Output { timed: false } };
    Ok(Flow::Watching(Watching { container: id, watch, keyboard }))
}
