//! `docker run` and `docker create`: a container made of an image, which is
//! pulled first if it is not here, and its program begun.

use super::made::{self, daemon, refused};
use super::pull::{Pulling, Then};
use super::{leaving, start};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb, Watch, Watching};
use crate::engine::{ContainerError, ContainerSpec, FORMAT_ERROR, StartFailure};
use crate::fs::{Metadata, Node};
use crate::host::Host;
use crate::oci::{Descriptor, Platform, Reference};
use crate::runtime::MAIN;
use crate::runtime::exec::ExecError;
use crate::text::Stream;

/// `docker run`.
pub const VERB: Verb = Verb {
    paths: &["run", "container run"],
    usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    about: "Create and run a new container from an image",
    arguments: Arguments::Command,
    flags: made::flags![
        Flag::switch("detach", Some('d'), "Run container in background and print container ID"),
        leaving::FLAG,
        Flag::switch("sig-proxy", None, "Proxy received signals to the process").defaults_to("true")
    ],
    run,
};

/// `docker create`.
pub const CREATE: Verb = Verb {
    paths: &["create", "container create"],
    usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    about: "Create a new container",
    arguments: Arguments::Command,
    flags: made::flags![],
    run: create,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let detached = parsed.has("detach");
    if !detached {
        start::check_terminal(parsed.has("interactive"), parsed.has("tty"), desk)?;
    }
    let leave = leaving::keys(parsed)?;
    let then = if detached { After::Detach } else { After::Attach { leave } };
    make(parsed, then, desk)
}

fn create(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    make(parsed, After::Nothing, desk)
}

/// The container that is wanted, once its image is here.
struct Wanted {
    spec: ContainerSpec,
    platform: Option<Platform>,
    id_file: Option<String>,
    /// What is fed to it, if it is fed and that is not the keyboard.
    input: Option<Vec<u8>>,
    after: After,
}

/// What comes after it was made.
#[derive(Debug, PartialEq, Eq)]
enum After {
    Nothing,
    Detach,
    Attach {
        /// The keys that leave it running.
        leave: String,
    },
}

fn make(parsed: &Parsed<'_>, after: After, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let platform = parsed.value("platform").map(str::parse).transpose();
    let platform: Option<Platform> = platform.map_err(|error: crate::oci::PlatformError| daemon(error))?;
    let wanted = Wanted {
        spec: made::spec(parsed, desk)?,
        platform: platform.clone(),
        id_file: parsed.value("cidfile").map(str::to_owned),
        input: desk.input.take(),
        after,
    };
    if let Some(file) =
        wanted.id_file.as_ref().filter(|file| desk.machine.files.get(&desk.machine.resolve(file)).is_some())
    {
        return Err(refused(&format!(
            "container ID file found, make sure the other container isn't running or delete {file}"
        )));
    }
    let typed = wanted.spec.image.clone();
    match find(&typed, parsed.value("pull").unwrap_or("missing"), parsed.has("quiet"), desk)? {
        Found::Here(root) => wanted.make(&root, desk),
        Found::Away(reference) => {
            let platform = platform.unwrap_or_else(|| desk.machine.engine.platform());
            let then = Then::Go { on: Box::new(move |root, desk| wanted.make(root, desk)), failed: of_pull };
            // Docker shows it on standard error.
            Ok(Pulling::new(vec![reference], platform, Some(Stream::Stderr), then).into())
        }
    }
}

impl Wanted {
    fn make(mut self, root: &Descriptor, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
        let id = self.create(root, desk)?;
        if self.after == After::Nothing {
            desk.terminal.out(id);
            return Ok(Flow::Done(0));
        }
        let detached = self.after == After::Detach;
        let remove = self.spec.settings.remove;
        if let Err(failure) = start::begin(&id, detached, desk) {
            return not_started(&id, detached, remove, &failure, desk);
        }
        let After::Attach { leave } = self.after else {
            desk.terminal.out(id);
            return Ok(Flow::Done(0));
        };
        let keyboard = start::join(&id, MAIN, start::keyboard(&id, true, leave, desk), self.input, desk);
        Ok(Flow::Watching(Watching { container: id, watch: Watch::Program, keyboard }))
    }

    fn create(&mut self, root: &Descriptor, desk: &mut Desk<'_>) -> Result<String, Failure> {
        let engine = &mut desk.machine.engine;
        let image = match &self.platform {
            Some(platform) => engine.image_for(root, platform, &self.spec.image).map_err(daemon)?,
            None => engine.image(root).map_err(daemon)?,
        };
        let tree = engine.unpack(&image).map_err(daemon)?;
        made::complete(&mut self.spec, &image, desk).map_err(daemon)?;
        let Desk { machine, wire, terminal, .. } = desk;
        let created = machine.engine.create(&image, tree, &self.spec, wire, &mut |event| terminal.event(event));
        let id = created.map_err(|error| match error {
            ContainerError::NoRoom { .. } => daemon(error).hint(
                "The files of all containers take the room there is. `docker container prune` removes what ended.",
            ),
            error => daemon(error),
        })?;
        if let Some(file) = &self.id_file {
            let (path, now) = (desk.machine.resolve(file), desk.wire.now());
            let written = desk.machine.files.insert(&path, Node::file(Metadata::file(now), id.clone().into_bytes()));
            written.map_err(|error| refused(&format!("failed to create the container ID file: {error}")))?;
        }
        if self.platform.is_none() {
            warn_of_platform(&image.config.platform(), desk);
        }
        Ok(id)
    }
}

/// Where the image is.
enum Found {
    Here(Descriptor),
    Away(Reference),
}

/// What `typed` means here; it is to be pulled first if it is absent or that is asked for.
fn find(typed: &str, policy: &str, is_quiet: bool, desk: &mut Desk<'_>) -> Result<Found, Failure> {
    let found = desk.machine.engine.find_image(typed);
    match (policy, found) {
        ("missing" | "never", Ok(root)) => return Ok(Found::Here(root)),
        ("never", Err(error)) => return Err(daemon(error)),
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
    if policy == "missing" && !is_quiet {
        desk.terminal.err(format!("Unable to find image '{}' locally", reference.familiar()));
    }
    Ok(Found::Away(reference))
}

/// A pull's failure in the words of `docker run`.
fn of_pull(failure: Failure) -> Failure {
    let text: Vec<String> = failure.lines.iter().map(crate::text::Line::text).collect();
    Failure { hint: failure.hint, ..refused(&text.join("\n")) }
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

/// The container stays as it was made, as in docker, unless it was to be removed.
fn not_started(
    id: &str,
    detached: bool,
    remove: bool,
    failure: &StartFailure,
    desk: &mut Desk<'_>,
) -> Result<Flow, Failure> {
    let code = match failure {
        StartFailure::Format(message) if detached => {
            desk.daemon(|engine, around| engine.ended_inside(id, message, around));
            desk.terminal.out(id);
            return Ok(Flow::Done(0));
        }
        StartFailure::Format(message) => {
            desk.terminal.err(message.as_str());
            desk.daemon(|engine, around| engine.note_format_error(id, around));
            FORMAT_ERROR
        }
        StartFailure::NoInterpreter(_) | StartFailure::Crowded => {
            return Err(start::hinted(daemon(failure), failure));
        }
        other => {
            if let (true, StartFailure::Network(_)) = (detached, other) {
                desk.terminal.out(id);
            }
            for line in daemon(other).text().split('\n') {
                desk.terminal.err(line);
            }
            if let StartFailure::Exec(error) = other { ExecError::exit_code(error) } else { 125 }
        }
    };
    if remove {
        let removed = desk.daemon(|engine, around| engine.remove_container(id, true, true, around));
        removed.expect("it was just created");
    }
    Ok(Flow::Done(code))
}
