//! `docker stop` and `docker restart`: a signal, some patience, then the signal
//! that no program outlives.

use std::time::Duration;

use super::each::{each, find};
use super::{signal, start};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Flag, Verb};
use crate::engine::{Engine, State};

/// Seconds until docker loses patience.
const GRACE: i64 = 10;
/// What no program outlives.
const KILL: u32 = 9;

/// `docker stop`.
pub const VERB: Verb = Verb {
    paths: &["stop", "container stop"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Stop one or more running containers",
    arguments: Arguments::AtLeast(1),
    flags: FLAGS,
    run: |parsed, desk| each(&parsed.arguments, desk, |typed, desk| stop(&find(typed, desk)?, parsed, desk)),
};

/// `docker restart`.
pub const RESTART: Verb = Verb {
    paths: &["restart", "container restart"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Restart one or more containers",
    arguments: Arguments::AtLeast(1),
    flags: FLAGS,
    run: |parsed, desk| each(&parsed.arguments, desk, |typed, desk| restart(typed, parsed, desk)),
};

const FLAGS: &[Flag] = &[
    Flag::value("signal", Some('s'), "Signal to send to the container"),
    Flag::value("timeout", Some('t'), "Seconds to wait before killing the container").of("int"),
];

fn restart(typed: &str, parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<(), String> {
    let id = find(typed, desk)?;
    stop(&id, parsed, desk)?;
    if !desk.machine.engine.containers.contains_key(&id) {
        return Err(format!("Cannot restart container {typed}: No such container: {id}"));
    }
    start::in_background(&id, desk).map_err(|error| format!("Cannot restart container {typed}: {error}"))
}

/// The signal; then, as long as docker waits, the program goes on; then the one that it cannot outlive.
fn stop(id: &str, parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<(), String> {
    let engine = &mut desk.machine.engine;
    engine.stop_restarting(id);
    let Some(settings) =
        engine.containers.get(id).filter(|found| found.is_running()).map(|found| found.settings.clone())
    else {
        return Ok(());
    };
    let wanted = parsed.value("signal").map(str::to_owned).unwrap_or(settings.stop_signal);
    let signal = signal::known(if wanted.is_empty() { "TERM" } else { &wanted })?;
    let grace = parsed.number("timeout").or(settings.stop_seconds).unwrap_or(GRACE);
    send(id, signal, desk)?;
    let grace = Duration::from_secs(u64::try_from(grace).unwrap_or(0));
    // A program that hears the signal ends soon; one that does not is given all the time there is.
    let soon = grace.min(Duration::from_secs(1));
    for pause in [Duration::ZERO, soon, grace.saturating_sub(soon)] {
        if runs(id, desk) && !grace.is_zero() {
            desk.wire.world.pass(pause);
            desk.daemon(Engine::advance);
        }
    }
    if runs(id, desk) {
        send(id, KILL, desk)?;
    }
    desk.daemon(|engine, around| engine.note_container(around.now, "stop", id, &[]));
    Ok(())
}

fn runs(id: &str, desk: &Desk<'_>) -> bool {
    let state = desk.machine.engine.containers.get(id).map(|container| container.state);
    matches!(state, Some(State::Running { .. }))
}

/// Sends a signal to a container that runs.
pub fn send(id: &str, signal: u32, desk: &mut Desk<'_>) -> Result<(), String> {
    desk.daemon(|engine, around| engine.signal(id, signal, around)).map_err(|error| error.to_string())
}
