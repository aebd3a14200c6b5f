//! `docker run`: a container made, its program found in the image's own
//! layers, and started in the foreground.

use super::pull::{Pulling, Then};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Attached, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{Begun, Container, ContainerSpec, State};
use crate::event::Event;
use crate::fs::FsPath;
use crate::host::Host;
use crate::limits;
use crate::oci::{Descriptor, Platform, Reference};
use crate::runtime::exec::{self, ExecError};
use crate::runtime::{Process, StartError};
use crate::text::Stream;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["run", "container run"],
    usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    about: "Create and run a new container from an image",
    arguments: Arguments::Command,
    flags: &[
        Flag::switch("detach", Some('d'), "Run container in background and print container ID"),
        Flag::value("entrypoint", None, "Overwrite the default ENTRYPOINT of the image"),
        Flag::values("env", Some('e'), "Set environment variables"),
        Flag::switch("interactive", Some('i'), "Keep STDIN open even if not attached (not supported yet)"),
        Flag::value("name", None, "Assign a name to the container"),
        Flag::values("publish", Some('p'), "Publish a container's port(s) to the host (not supported yet)"),
        Flag::value("pull", None, r#"Pull image before running ("always", "missing", "never")"#),
        Flag::switch(
            "rm",
            None,
            "Automatically remove the container and its associated anonymous volumes when it exits",
        ),
        Flag::switch("tty", Some('t'), "Allocate a pseudo-TTY (not supported yet)"),
        Flag::values("volume", Some('v'), "Bind mount a volume (not supported yet)"),
        Flag::value("workdir", Some('w'), "Working directory inside the container"),
    ],
    run,
};

/// Flags of docker that this lab does not have yet: it says so instead of calling them unknown.
const NOT_YET: [&str; 4] = ["interactive", "publish", "tty", "volume"];

/// The exit code of a file that is no program of this platform.
pub(super) const FORMAT_ERROR: i32 = 255;

const MORE: &str = "\n\nRun 'docker run --help' for more information";

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if let Some(flag) = NOT_YET.iter().find(|flag| parsed.has(flag)) {
        return Err(refused(&format!("--{flag} is not supported yet in this lab")));
    }
    let (typed, arguments) = parsed.arguments.split_first().expect("the verb takes at least one argument");
    let wanted = Wanted {
        spec: ContainerSpec {
            image: typed.clone(),
            name: parsed.value("name").map(str::to_owned),
            entrypoint: parsed.value("entrypoint").map(str::to_owned),
            arguments: arguments.to_vec(),
            environment: parsed.values("env").into_iter().filter(|entry| entry.contains('=')).collect(),
            directory: parsed.value("workdir").map(str::to_owned),
        },
        how: How { detached: parsed.has("detach"), remove: parsed.has("rm") },
    };
    match find(typed, parsed.value("pull").unwrap_or("missing"), desk)? {
        Found::Here(root) => wanted.run(&root, desk),
        Found::Away(reference) => {
            let platform = desk.machine.engine.platform();
            let then = Then::Go { on: Box::new(move |root, desk| wanted.run(root, desk)), failed: of_pull };
            // Docker shows it on standard error.
            Ok(Pulling::new(vec![reference], platform, Some(Stream::Stderr), then).into())
        }
    }
}

/// The container that is to run, once its image is here.
struct Wanted {
    spec: ContainerSpec,
    how: How,
}

/// How a program is begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    /// In the background.
    pub(super) detached: bool,
    /// Whether the container is removed when it ends.
    pub(super) remove: bool,
}

impl Wanted {
    fn run(self, root: &Descriptor, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
        let engine = &mut desk.machine.engine;
        let image = engine.image(root).map_err(|error| refused(&daemon(&error)))?;
        let tree = engine.unpack(&image).map_err(|error| refused(&daemon(&error)))?;
        let Desk { wire, terminal, .. } = desk;
        let created = engine.create(&image, tree, &self.spec, wire, &mut |event| terminal.event(event));
        let id = created.map_err(|error| refused(&daemon(&error)))?;
        warn_of_platform(&image.config.platform(), desk);
        if self.how.detached && !desk.machine.engine.has_room_in_background() {
            let full = refused(&daemon(&crowded())).hint("`docker stop` one of those that `docker ps` shows.");
            return Err(full);
        }
        match start(&id, self.how, desk) {
            Ok(_) if self.how.detached => {
                desk.terminal.out(id);
                Ok(Flow::Done(0))
            }
            Ok(process) => {
                let attached = Attached { container: id, process, remove: self.how.remove };
                Ok(Flow::Attached(Box::new(attached)))
            }
            Err(failure) => not_started(&id, self.how, failure, desk),
        }
    }
}

/// Where the image is.
enum Found {
    Here(Descriptor),
    Away(Reference),
}

/// What `typed` means here; it is to be pulled first if it is absent or that is asked for.
fn find(typed: &str, policy: &str, desk: &mut Desk<'_>) -> Result<Found, Failure> {
    let found = desk.machine.engine.find_image(typed);
    match (policy, found) {
        ("missing" | "never", Ok(root)) => return Ok(Found::Here(root)),
        ("never", Err(error)) => return Err(refused(&daemon(&error))),
        ("missing" | "always", _) => {}
        _ => {
            return Err(refused(&format!(
                "invalid argument \"{policy}\" for \"--pull\" flag: invalid pull option: '{policy}': must be one of \"always\", \"missing\" or \"never\""
            )));
        }
    }
    let reference: Reference =
        typed.parse().map_err(|error: crate::oci::ReferenceError| refused(&error.to_string()))?;
    let reference = reference.tagged();
    if policy == "missing" {
        desk.terminal.err(format!("Unable to find image '{}' locally", reference.familiar()));
    }
    Ok(Found::Away(reference))
}

/// A pull's failure in the words of `docker run`.
fn of_pull(failure: Failure) -> Failure {
    let text: Vec<String> = failure.lines.iter().map(crate::text::Line::text).collect();
    Failure { hint: failure.hint, ..refused(&text.join("\n")) }
}

/// What stands before `: ` of every error of `docker run`.
fn refused(message: &str) -> Failure {
    Failure::with_code(125, format!("docker: {message}{MORE}"))
}

fn daemon(error: &impl std::fmt::Display) -> String {
    format!("Error response from daemon: {error}")
}

fn warn_of_platform(image: &Platform, desk: &mut Desk<'_>) {
    let host = desk.machine.engine.platform();
    if *image != host {
        desk.terminal.err(format!(
            "WARNING: The requested image's platform ({image}) does not match the detected host platform ({host}) \
             and no specific platform was requested"
        ));
    }
}

/// Why a container's program does not begin.
pub(super) enum StartFailure {
    /// It was not found, or must not be executed.
    Exec(ExecError),
    /// The file is no program this machine can run; said from inside the container.
    Format(String),
    /// There is nothing to run it with, whatever it is.
    NoInterpreter(String),
}

/// In the words of a daemon whose shim, the program that watches a container's, does not start.
fn no_interpreter(reason: &str) -> Failure {
    refused(&daemon(&format!("failed to create task for container: failed to start shim: start failed: {reason}")))
        .hint("The interpreter of programs comes with the first `docker run`. Check the network, then run this again.")
}

/// Docker has no such bound; this lab is one page.
pub(super) fn crowded() -> String {
    format!("this lab runs {} containers in the background and no more", limits::BACKGROUND_CONTAINERS)
}

/// Begins the program of a container; one in the background goes on with the lines that follow.
pub(super) fn start(id: &str, how: How, desk: &mut Desk<'_>) -> Result<Box<dyn Process>, StartFailure> {
    let seed = desk.wire.world.draw();
    let started = desk.wire.now();
    let engine = &mut desk.machine.engine;
    let container = engine.container_mut(id).expect("it was just created");
    let program = locate(container).map_err(|error| match error {
        ExecError::Format { .. } => StartFailure::Format(error.to_string()),
        error => StartFailure::Exec(error),
    })?;
    let failed = |error: StartError| match error {
        StartError::NoInterpreter { reason } => StartFailure::NoInterpreter(reason),
        error => StartFailure::Format(format!("exec {program}: exec format error: {error}")),
    };
    let How { detached, remove } = how;
    let begun = Begun { at: started, program: program.clone(), seed, detached, remove, steps: 0, wakes: started };
    let process = container.process(&begun, desk.processes).map_err(failed)?;
    container.begun = Some(begun);
    container.state = State::Running { since: started };
    desk.terminal.event(Event::ContainerStarted { id: id.to_owned() });
    Ok(process)
}

/// The file of the container's program; its working directory is made first, as runc does.
fn locate(container: &mut Container) -> Result<FsPath, ExecError> {
    let directory = FsPath::from(container.directory.as_str());
    let made = crate::fs::Metadata::directory(container.created);
    container.tree.make_directories(&directory, made).map_err(|_| absent(container))?;
    let search = container.variable("PATH").unwrap_or_default();
    exec::resolve(&container.tree, &container.command[0], search, &directory)
}

fn absent(container: &Container) -> ExecError {
    ExecError::NotFound { command: container.command[0].clone() }
}

/// The container stays as it was made, as in docker, unless it was to be removed.
fn not_started(id: &str, how: How, failure: StartFailure, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (message, code) = match failure {
        StartFailure::Format(message) if how.detached => {
            ended_inside(id, &message, desk);
            desk.terminal.out(id);
            return Ok(Flow::Done(0));
        }
        StartFailure::Format(message) => (message, FORMAT_ERROR),
        StartFailure::NoInterpreter(reason) => return Err(no_interpreter(&reason)),
        StartFailure::Exec(error) => (format!("docker: {}{MORE}", daemon(&runc(&error))), error.exit_code()),
    };
    for line in message.split('\n') {
        desk.terminal.err(line);
    }
    if code == FORMAT_ERROR {
        note_ended(id, desk);
    }
    if how.remove {
        let Desk { machine, terminal, .. } = desk;
        let removed = machine.engine.remove_container(id, true, &mut |event| terminal.event(event));
        removed.expect("it was just created");
    }
    Ok(Flow::Done(code))
}

/// A program of another kind that nobody watches: what is said of it is in the log.
pub(super) fn ended_inside(id: &str, message: &str, desk: &mut Desk<'_>) {
    if let Some(container) = desk.machine.engine.container_mut(id) {
        container.write(Stream::Stderr, &format!("{message}\n").into());
    }
    note_ended(id, desk);
}

fn note_ended(id: &str, desk: &mut Desk<'_>) {
    let now = desk.wire.now();
    if let Some(container) = desk.machine.engine.container_mut(id) {
        container.state = State::Exited { code: FORMAT_ERROR, at: now };
        desk.terminal.event(Event::ContainerExited { id: id.to_owned(), code: FORMAT_ERROR, fuel: 0 });
    }
}

/// What the daemon says of a program that was not found or must not be executed.
pub(super) fn runc(error: &ExecError) -> String {
    format!(
        "failed to create task for container: failed to create shim task: OCI runtime create failed: \
         runc create failed: unable to start container process: error during container init: {error}"
    )
}
