//! `docker kill`: a signal for the first process of a container.

use super::each::{each, find};
use super::{signal, stop};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["kill", "container kill"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Kill one or more running containers",
    arguments: Arguments::AtLeast(1),
    flags: &[Flag::value("signal", Some('s'), "Signal to send to the container")],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let signal = signal::known(parsed.value("signal").unwrap_or("KILL")).map_err(Failure::daemon)?;
    each(&parsed.arguments, desk, |typed, desk| {
        let refused = |error: String| format!("cannot kill container: {typed}: {error}");
        let id = find(typed, desk).map_err(refused)?;
        desk.machine.engine.stop_restarting(&id);
        stop::send(&id, signal, desk).map_err(refused)
    })
}
