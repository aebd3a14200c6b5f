//! `docker start`: the program of a container from its beginning, on the files
//! that it left.

use bytes::Bytes;

use super::each::{self, find};
use super::leaving;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Keyboard, Verb, Watch, Watching};
use crate::engine::{FORMAT_ERROR, StartFailure};
use crate::runtime::MAIN;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["start", "container start"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Start one or more stopped containers",
    arguments: Arguments::AtLeast(1),
    flags: &[
        Flag::switch("attach", Some('a'), "Attach STDOUT/STDERR and forward signals"),
        leaving::FLAG,
        Flag::switch("interactive", Some('i'), "Attach container's STDIN"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let leave = leaving::keys(parsed)?;
    if parsed.has("attach") || parsed.has("interactive") {
        return match parsed.arguments.as_slice() {
            [typed] => attached(typed, parsed.has("interactive"), leave, desk),
            _ => Err(Failure::new("you cannot start and attach multiple containers at once")),
        };
    }
    let (mut failures, mut failed) = (Vec::new(), Vec::new());
    for typed in &parsed.arguments {
        match find(typed, desk).and_then(|id| in_background(&id, desk)) {
            Ok(()) => desk.terminal.out(typed.as_str()),
            Err(error) => {
                failures.push(format!("Error response from daemon: {error}"));
                failed.push(typed.as_str());
            }
        }
    }
    if !failures.is_empty() {
        let last = format!("failed to start containers: {}", failed.join(", "));
        // All of them failed, or what was done stays and the last line is one of the messages.
        failures.push(last);
    }
    let asked = if failed.len() == parsed.arguments.len() { failures.len() } else { usize::MAX };
    each::outcome(failures, asked, desk)
}

/// One that runs already stays as it is; one of another kind ends at once, which only its log tells.
pub fn in_background(id: &str, desk: &mut Desk<'_>) -> Result<(), String> {
    let engine = &desk.machine.engine;
    match engine.containers.get(id) {
        Some(container) if container.is_paused => {
            return Err("cannot start a paused container, try unpause instead".to_owned());
        }
        Some(container) if container.is_running() => return Ok(()),
        _ => {}
    }
    match begin(id, true, desk) {
        Err(StartFailure::Format(message)) => {
            desk.daemon(|engine, around| engine.ended_inside(id, &message, around));
            Ok(())
        }
        begun => begun.map_err(|failure| failure.to_string()),
    }
}

fn attached(typed: &str, fed: bool, leave: String, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let id = find(typed, desk).map_err(Failure::daemon)?;
    let runs = desk.machine.engine.containers.get(&id).is_some_and(|container| container.is_running());
    if !runs {
        match begin(&id, false, desk) {
            Err(StartFailure::Format(message)) => {
                desk.daemon(|engine, around| engine.ended_inside(&id, &message, around));
                return Ok(Flow::Done(FORMAT_ERROR));
            }
            begun => begun.map_err(|failure| hinted(Failure::daemon(&failure), &failure))?,
        }
    }
    let keyboard = keyboard(&id, fed, leave, desk);
    let input = desk.input.take();
    let keyboard = join(&id, MAIN, keyboard, input, desk);
    Ok(Flow::Watching(Watching { container: id, watch: Watch::Program, keyboard }))
}

/// Begins the program of a container.
pub fn begin(id: &str, detached: bool, desk: &mut Desk<'_>) -> Result<(), StartFailure> {
    let seed = desk.wire.world.draw();
    if let Some(container) = desk.machine.engine.container_mut(id) {
        container.restarts = 0;
    }
    desk.daemon(|engine, around| engine.begin(id, detached, seed, around))
}

/// What becomes of what is typed to whoever attaches to the program of a container, with its standard input or without,
/// until these keys are typed.
pub fn keyboard(id: &str, with_input: bool, leave: String, desk: &Desk<'_>) -> Keyboard {
    let settings = desk.machine.engine.containers.get(id).map(|container| &container.settings);
    settings.map_or_else(Keyboard::default, |settings| Keyboard {
        feeds: with_input && settings.fed,
        is_terminal: settings.tty,
        begins: true,
        leave,
    })
}

/// Joins the standard input of a program to the keyboard; to what comes from a file or a pipe instead, which is all
/// that it reads.
pub fn join(id: &str, session: u32, keyboard: Keyboard, input: Option<Vec<u8>>, desk: &mut Desk<'_>) -> Keyboard {
    let Some(input) = input.filter(|_| keyboard.feeds) else { return keyboard };
    desk.daemon(|engine, around| engine.feed_whole(id, session, Bytes::from(input), around.now));
    Keyboard { feeds: false, ..keyboard }
}

/// Docker joins a terminal to nothing else.
pub fn check_terminal(fed: bool, tty: bool, desk: &Desk<'_>) -> Result<(), Failure> {
    if fed && tty && desk.input.is_some() { Err(Failure::new("the input device is not a TTY")) } else { Ok(()) }
}

/// What to do about a program that did not begin.
pub fn hinted(failure: Failure, why: &StartFailure) -> Failure {
    match why {
        StartFailure::NoInterpreter(_) => failure.hint(
            "The interpreter of programs comes with the first `docker run`. Check the network, then run this again.",
        ),
        StartFailure::Crowded => failure.hint("`docker stop` one of those that `docker ps` shows."),
        _ => failure,
    }
}
