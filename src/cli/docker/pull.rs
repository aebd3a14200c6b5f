//! `docker pull`: what a name means at its registry, fetched as far as it is
//! not here yet.

use std::collections::VecDeque;
use std::fmt;

use super::{real, refused};
use crate::cli::flags::Parsed;
use crate::cli::progress::Progress;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Terminal, Verb};
use crate::engine::{Pull, PullResult, RegistryError};
use crate::event::{BlobMove, Event};
use crate::host::Host;
use crate::oci::{Descriptor, Platform, Reference};
use crate::text::Stream;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["pull", "image pull"],
    usage: "[OPTIONS] NAME[:TAG|@DIGEST]",
    about: "Download an image from a registry",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::switch("all-tags", Some('a'), "Download all tagged images in the repository"),
        Flag::value("platform", None, "Set platform if server is multi-platform capable"),
        Flag::switch("quiet", Some('q'), "Suppress verbose output"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let typed: Reference = parsed.arguments[0].parse().map_err(Failure::new)?;
    let is_bare = typed.tag.is_none() && typed.digest.is_none();
    let (all, quiet) = (parsed.has("all-tags"), parsed.has("quiet"));
    if all && !is_bare {
        return Err(Failure::new("tag can't be used with --all-tags/-a"));
    }
    if !all && is_bare && !quiet {
        desk.terminal.out("Using default tag: latest");
    }
    let platform = super::platform::one(parsed)?.unwrap_or_else(|| desk.machine.engine.platform());
    if typed.familiar_name() == "scratch" {
        return Err(Failure::daemon("'scratch' is a reserved name"));
    }
    let whole = if all { typed.clone() } else { typed.clone().tagged() };
    let references = if all { tags(&typed, desk)? } else { vec![whole.clone()] };
    let then = Then::Named { whole: whole.to_string(), all };
    Ok(Pulling::new(references, platform, (!quiet).then_some(Stream::Stdout), then).into())
}

/// Every tag of the repository, as names.
fn tags(typed: &Reference, desk: &mut Desk<'_>) -> Result<Vec<Reference>, Failure> {
    let registries = desk.registries.clone();
    let Desk { machine, wire, terminal, .. } = desk;
    let tags = machine.engine.remote_tags(typed, wire, &mut |event| terminal.event(event));
    let tags = tags.map_err(|error| {
        let advice = real::advice(typed, wire, &error.to_string());
        let failure = failure(&error, false, typed, &registries);
        Failure { hint: advice.or(failure.hint), ..failure }
    })?;
    Ok(tags.into_iter().map(|tag| Reference { tag: Some(tag), ..typed.clone() }).collect())
}

/// The failure of one tag among all.
fn of_one(reference: &Reference, failure: Failure) -> Failure {
    let text = failure.text();
    let (prefix, reason) = text.strip_prefix(DAEMON).map_or(("", text.as_str()), |reason| (DAEMON, reason));
    Failure { hint: failure.hint, ..Failure::new(format!("{prefix}error pulling {reference}: {reason}")) }
}

const DAEMON: &str = "Error response from daemon: ";

/// Names under way from their registry, one after the other.
pub struct Pulling {
    left: VecDeque<Reference>,
    platform: Platform,
    /// Where it is told; nowhere if there is none.
    stream: Option<Stream>,
    current: Option<Current>,
    then: Then,
}

/// What follows the last name.
pub enum Then {
    /// It is printed; whether it stands for all tags of its repository.
    Named { whole: String, all: bool },
    /// Something that needed the image, with what its failures are called.
    Go { on: Box<GoOn>, failed: fn(Failure) -> Failure },
}

/// Takes what was pulled.
pub type GoOn = dyn FnOnce(&Descriptor, &mut Desk<'_>) -> Result<Flow, Failure>;

/// The name that is on its way, what is shown of it, and what was found.
struct Current {
    reference: Reference,
    pull: Pull,
    progress: Progress,
    /// Whether the first line was printed.
    begun: bool,
    found: Option<PullResult>,
}

impl fmt::Debug for Pulling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pulling").field("left", &self.left).finish_non_exhaustive()
    }
}

impl Pulling {
    /// Of these names, of which there is one at least.
    pub fn new(references: Vec<Reference>, platform: Platform, stream: Option<Stream>, then: Then) -> Self {
        Self { left: references.into(), platform, stream, current: None, then }
    }

    /// Goes on a piece: with the transfer, or with what follows it.
    pub fn step(mut self, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
        let Some(mut current) = self.current.take() else {
            let Some(reference) = self.left.pop_front() else { return self.done(None, desk) };
            let engine = &desk.machine.engine;
            let progress = Progress::new(self.stream.unwrap_or(Stream::Stdout), engine.image_store());
            let pull = engine.begin_pull(&reference, &self.platform);
            self.current = Some(Current { reference, pull, progress, begun: false, found: None });
            return Ok(self.into());
        };
        let stepped = match current.found.take() {
            None => current.go_on(self.stream, desk).map(|()| None),
            Some(found) => current.unpack(found, &self.platform, self.stream, desk).map(Some),
        };
        match stepped.map_err(|failure| self.then.called(&current.reference, failure))? {
            Some(root) if self.left.is_empty() => self.done(Some(&root), desk),
            Some(_) => Ok(self.into()),
            None => {
                self.current = Some(current);
                Ok(self.into())
            }
        }
    }

    fn done(self, root: Option<&Descriptor>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
        match (self.then, root) {
            (Then::Go { on, .. }, Some(root)) => on(root, desk),
            (Then::Named { whole, .. }, _) => {
                desk.terminal.out(whole);
                Ok(Flow::Done(0))
            }
            (Then::Go { .. }, None) => Ok(Flow::Done(0)),
        }
    }

    /// Ctrl-C: names that were pulled before it stay pulled.
    pub fn interrupt(self, desk: &mut Desk<'_>) {
        let Some(current) = self.current else { return };
        let Desk { machine, terminal, .. } = desk;
        machine.engine.cancel_pull(current.pull, &mut |event| terminal.event(event));
    }
}

impl Then {
    /// The failure of one name as the whole command tells it.
    fn called(&self, reference: &Reference, failure: Failure) -> Failure {
        match self {
            Self::Named { all: true, .. } => of_one(reference, failure),
            Self::Named { .. } => failure,
            Self::Go { failed, .. } => failed(failure),
        }
    }
}

impl Current {
    fn go_on(&mut self, stream: Option<Stream>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let Self { reference, pull, progress, begun, found } = self;
        let Desk { machine, wire, terminal, registries, .. } = desk;
        let pulled = machine.engine.advance_pull(pull, wire, &mut |event| {
            // Docker prints its first line when it comes to an image's manifest.
            let is_manifest = |moved: &BlobMove| moved.blob.media_type.is_manifest();
            if !*begun && matches!(&event, Event::BlobMoved(moved) if is_manifest(moved)) {
                *begun = true;
                say(terminal, stream, first_line(reference));
            }
            if stream.is_some() { progress.take(event, terminal) } else { terminal.event(event) }
        });
        *found = pulled.map_err(|error| {
            let advice = real::advice(reference, wire, &error.to_string());
            let failure = failure(&error, *begun, reference, registries);
            Failure { hint: advice.or(failure.hint), ..failure }
        })?;
        Ok(())
    }

    /// Unpacks what was found and prints everything but the last line.
    fn unpack(
        &mut self,
        found: PullResult,
        platform: &Platform,
        stream: Option<Stream>,
        desk: &mut Desk<'_>,
    ) -> Result<Descriptor, Failure> {
        let Desk { machine, terminal, wire, .. } = desk;
        let unpacked = machine.engine.unpack_for(&found.root, platform);
        unpacked.map_err(|error| if self.begun { Failure::new(error) } else { Failure::daemon(error) })?;
        if stream.is_some() {
            self.progress.unpacked(terminal);
        }
        machine.engine.note_image(wire.now(), "pull", &self.reference.familiar(), &self.reference.familiar_name());
        say(terminal, stream, format!("Digest: {}", found.digest));
        let status = if found.up_to_date { "Image is up to date for" } else { "Downloaded newer image for" };
        let name = self.reference.familiar();
        say(terminal, stream, format!("Status: {status} {name}"));
        if let Some(actual) = machine.engine.other_platform(&found.root, platform) {
            let found = format!("image with reference {name} was found but its platform ({actual})");
            say(terminal, stream, format!("WARNING: {found} does not match the specified platform ({platform})"));
        }
        Ok(found.root)
    }
}

fn say(terminal: &mut Terminal<'_>, stream: Option<Stream>, line: String) {
    if let Some(stream) = stream {
        terminal.line(stream, line);
    }
}

/// `1.0: Pulling from mlproject/mlmodel`; by digest the whole reference stands before the colon.
fn first_line(reference: &Reference) -> String {
    let tag = reference.tag.clone().filter(|_| reference.digest.is_none());
    format!("{}: Pulling from {}", tag.unwrap_or_else(|| reference.to_string()), reference.path)
}

/// Our advice where the name is right and the way or the bytes are not.
pub fn on_the_way(text: &str) -> Option<&'static str> {
    if text.contains("unexpected commit digest") {
        return Some(
            "What arrived does not have the digest it was asked for by, so it was thrown away. Try again; if it stays \
             so, what is kept there is damaged.",
        );
    }
    let unreachable = text.contains("dial tcp") && !text.contains("no such host");
    unreachable.then_some("Nobody answers there. Is the network down? Nothing was lost; try again.")
}

/// Once the first line was printed the error comes in the same stream, without the prefix.
fn failure(error: &RegistryError, begun: bool, reference: &Reference, registries: &[String]) -> Failure {
    let failure = if begun { Failure::new(error) } else { Failure::daemon(error) };
    if let Some(hint) = on_the_way(&error.to_string()) {
        return failure.hint(hint);
    }
    match reference.domain.as_str() {
        domain if registries.iter().any(|registry| registry == domain) => {
            let absent = || format!("{domain} has no such name. Was it pushed, and with just this repository and tag?");
            failure.hint(refused::advice(&error.to_string(), domain).unwrap_or_else(absent))
        }
        "docker.io" => failure.hint(
            "A name without a registry means Docker Hub. This page's `docker.io` holds `mlserve:1`, \
             the base image of the lesson, `mlserve:2`, a model server, and `toolbox:1`, a shell with small programs.",
        ),
        _ if registries.is_empty() => failure,
        _ => failure.hint(format!("The registries of this lab: docker.io, {}.", registries.join(", "))),
    }
}
