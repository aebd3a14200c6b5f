//! `docker stop`, `kill` and `restart`: the ends of a container's program.

use std::time::Duration;

use super::run::{How, crowded};
use super::{rm, signal, start};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::host::Host;

/// Seconds until docker loses patience.
const GRACE: i64 = 10;

/// `docker stop`.
pub const VERB: Verb = Verb {
    paths: &["stop", "container stop"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Stop one or more running containers",
    arguments: Arguments::AtLeast(1),
    flags: STOP_FLAGS,
    run: stop,
};

/// `docker restart`.
pub const RESTART: Verb = Verb {
    paths: &["restart", "container restart"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Restart one or more containers",
    arguments: Arguments::AtLeast(1),
    flags: STOP_FLAGS,
    run: restart,
};

/// `docker kill`.
pub const KILL: Verb = Verb {
    paths: &["kill", "container kill"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Kill one or more running containers",
    arguments: Arguments::AtLeast(1),
    flags: &[Flag::value("signal", Some('s'), "Signal to send to the container")],
    run: kill,
};

const STOP_FLAGS: &[Flag] = &[
    Flag::value("signal", Some('s'), "Signal to send to the container"),
    Flag::value("timeout", Some('t'), "Seconds to wait before killing the container").of("int"),
];

fn stop(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    each(parsed, desk, |typed, desk| {
        let id = find(typed, desk)?;
        stop_one(&id, parsed, desk)
    })
}

fn restart(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    each(parsed, desk, |typed, desk| {
        let id = find(typed, desk)?;
        stop_one(&id, parsed, desk)?;
        let containers = &desk.machine.engine.containers;
        let remove =
            containers.get(&id).and_then(|container| container.begun.as_ref()).is_some_and(|begun| begun.remove);
        if !containers.contains_key(&id) {
            return Err(format!("Cannot restart container {typed}: No such container: {id}"));
        }
        if !desk.machine.engine.has_room_in_background() {
            return Err(crowded());
        }
        let restarted = start::begin(&id, How { detached: true, remove }, desk).map(drop);
        restarted.map_err(|error| format!("Cannot restart container {typed}: {error}"))
    })
}

fn kill(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let signal = known(parsed.value("signal").unwrap_or("KILL"))?;
    each(parsed, desk, |typed, desk| {
        let refused = |error: String| format!("cannot kill container: {typed}: {error}");
        let id = find(typed, desk).map_err(refused)?;
        let container = desk.machine.engine.containers.get(&id);
        if !container.is_some_and(|container| container.is_in_background()) {
            return Err(refused(format!("container {id} is not running")));
        }
        if signal::is_deadly(signal) { end(&id, desk) } else { Ok(()) }
    })
}

/// Does it to each container that is named, and prints the names of those to whom it was done.
fn each(
    parsed: &Parsed<'_>,
    desk: &mut Desk<'_>,
    work: impl Fn(&str, &mut Desk<'_>) -> Result<(), String>,
) -> Result<Flow, Failure> {
    let mut failures = Vec::new();
    for typed in &parsed.arguments {
        match work(typed, desk) {
            Ok(()) => desk.terminal.out(typed.as_str()),
            Err(error) => failures.push(format!("Error response from daemon: {error}")),
        }
    }
    rm::outcome(failures, parsed.arguments.len(), desk)
}

/// The signal; then, as long as docker waits, the program goes on; then the one that it cannot outlive.
fn stop_one(id: &str, parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<(), String> {
    let runs =
        |desk: &Desk<'_>| desk.machine.engine.containers.get(id).is_some_and(|container| container.is_in_background());
    if !runs(desk) {
        return Ok(());
    }
    let own = desk.machine.engine.containers.get(id).map(|container| container.stop_signal.clone());
    let wanted = parsed.value("signal").map(str::to_owned).or(own).filter(|signal| !signal.is_empty());
    let signal = known(wanted.as_deref().unwrap_or("TERM")).map_err(|failure| failure.text())?;
    let grace = parsed.number("timeout").unwrap_or(GRACE);
    if !signal::is_deadly(signal) {
        desk.wire.world.pass(Duration::from_secs(u64::try_from(grace).unwrap_or(0)));
        let now = desk.wire.now();
        let Desk { machine, terminal, processes, .. } = desk;
        machine.engine.advance(now, *processes, &mut |event| terminal.event(event));
    }
    if runs(desk) { end(id, desk) } else { Ok(()) }
}

fn end(id: &str, desk: &mut Desk<'_>) -> Result<(), String> {
    let now = desk.wire.now();
    let Desk { machine, terminal, processes, .. } = desk;
    machine.engine.kill(id, now, *processes, &mut |event| terminal.event(event)).map_err(|error| error.to_string())
}

fn find(typed: &str, desk: &Desk<'_>) -> Result<String, String> {
    desk.machine.engine.find_container(typed).map_err(|error| error.to_string())
}

fn known(signal: &str) -> Result<usize, Failure> {
    signal::number(signal).ok_or_else(|| Failure::daemon(format!("invalid signal: {signal}")))
}
