//! `docker rename`: another name for a container.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["rename", "container rename"],
    usage: "CONTAINER NEW_NAME",
    about: "Rename a container",
    arguments: Arguments::Exactly(2),
    flags: &[],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let [typed, name] = parsed.arguments.as_slice() else { return Ok(Flow::Done(1)) };
    let renamed = desk.daemon(|engine, around| engine.rename(typed, name, around.now));
    renamed.map_err(|error| Failure::daemon(&error))?;
    Ok(Flow::Done(0))
}
