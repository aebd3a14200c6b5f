//! `docker exec`: one more program in a container that runs.

use bytes::Bytes;

use super::{leaving, made, start};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Keyboard, Verb, Watch, Watching};
use crate::engine::{EnterError, ExecSpec};
use crate::host::Host;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["exec", "container exec"],
    usage: "[OPTIONS] CONTAINER COMMAND [ARG...]",
    about: "Execute a command in a running container",
    arguments: Arguments::Command,
    flags: &[
        Flag::switch("detach", Some('d'), "Detached mode: run command in the background"),
        leaving::FLAG,
        Flag::values("env", Some('e'), "Set environment variables"),
        Flag::values("env-file", None, "Read in a file of environment variables"),
        Flag::switch("interactive", Some('i'), "Keep STDIN open even if not attached"),
        Flag::switch("tty", Some('t'), "Allocate a pseudo-TTY"),
        Flag::value("user", Some('u'), "Username or UID (format: \"<name|uid>[:<group|gid>]\")"),
        Flag::value("workdir", Some('w'), "Working directory inside the container"),
    ],
    run,
};

/// The exit code of a program that docker itself did not begin.
const CANNOT_BEGIN: i32 = 126;

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (typed, command) = parsed.arguments.split_first().expect("the verb takes at least one argument");
    if command.is_empty() {
        return Err(parsed.wrong_count("requires at least 2 arguments"));
    }
    let leave = leaving::keys(parsed)?;
    let is_detached = parsed.has("detach");
    if !is_detached {
        start::check_terminal(parsed.has("interactive"), parsed.has("tty"), desk)?;
    }
    let id = desk.machine.engine.find_container(typed).map_err(Failure::daemon)?;
    let mut digits = [0; 32];
    desk.wire.random(&mut digits);
    let spec = ExecSpec {
        command: command.to_vec(),
        environment: made::environment(parsed, desk)?,
        directory: parsed.value("workdir").map(str::to_owned),
        user: parsed.value("user").map(str::to_owned),
        fed: parsed.has("interactive"),
        tty: parsed.has("tty"),
        id: hex::encode(digits),
        is_kept: false,
    };
    let entered = desk.daemon(|engine, around| engine.enter(&id, &spec, around));
    let session = match entered {
        Ok(session) => session,
        // Both are known before there is anything that could begin.
        Err(error @ (EnterError::Container(_) | EnterError::User(_))) => return Err(Failure::daemon(error)),
        Err(error) => return not_begun(&error, is_detached, desk),
    };
    if is_detached {
        if spec.fed {
            // Nobody is there to feed it.
            desk.daemon(|engine, around| engine.feed(&id, session, Bytes::new(), around.now));
        }
        return Ok(Flow::Done(0));
    }
    let keyboard = Keyboard { feeds: spec.fed, is_terminal: spec.tty, begins: false, leave };
    let input = desk.input.take();
    let keyboard = start::join(&id, session, keyboard, input, desk);
    Ok(Flow::Watching(Watching { container: id, watch: Watch::Entered(session), keyboard }))
}

/// What docker says of a program that did not begin stands where its output would.
fn not_begun(error: &EnterError, is_detached: bool, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let code = match error {
        EnterError::Exec(exec) => exec.exit_code(),
        EnterError::OwnUser { .. } | EnterError::User(_) | EnterError::Container(_) => CANNOT_BEGIN,
    };
    if is_detached {
        return Err(Failure::daemon(error));
    }
    desk.terminal.out(error.to_string());
    Ok(Flow::Done(code))
}
