//! `docker pull`: what a name means at its registry, fetched as far as it is
//! not here yet.

use crate::cli::flags::Parsed;
use crate::cli::progress::Progress;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Terminal, Verb};
use crate::engine::RegistryError;
use crate::event::{BlobMove, Event};
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
    for reference in references {
        let pulled = pull(&reference, &platform, (!quiet).then_some(Stream::Stdout), desk);
        pulled.map_err(|failure| if all { of_one(&reference, failure) } else { failure })?;
    }
    desk.terminal.out(whole.to_string());
    Ok(Flow::Done(0))
}

/// Every tag of the repository, as names.
fn tags(typed: &Reference, desk: &mut Desk<'_>) -> Result<Vec<Reference>, Failure> {
    let registries = desk.registries.clone();
    let Desk { machine, wire, terminal, .. } = desk;
    let tags = machine.engine.remote_tags(typed, wire, &mut |event| terminal.event(event));
    let tags = tags.map_err(|error| failure(&error, false, typed, &registries))?;
    Ok(tags.into_iter().map(|tag| Reference { tag: Some(tag), ..typed.clone() }).collect())
}

/// The failure of one tag among all.
fn of_one(reference: &Reference, failure: Failure) -> Failure {
    let text = failure.text();
    let (prefix, reason) = text.strip_prefix(DAEMON).map_or(("", text.as_str()), |reason| (DAEMON, reason));
    Failure { hint: failure.hint, ..Failure::new(format!("{prefix}error pulling {reference}: {reason}")) }
}

const DAEMON: &str = "Error response from daemon: ";

/// Pulls, unpacks and prints everything but the last line; silent without a stream.
pub fn pull(
    reference: &Reference,
    platform: &Platform,
    stream: Option<Stream>,
    desk: &mut Desk<'_>,
) -> Result<Descriptor, Failure> {
    let registries = desk.registries.clone();
    let Desk { machine, wire, terminal, .. } = desk;
    let mut progress = Progress::new(stream.unwrap_or(Stream::Stdout), machine.engine.image_store());
    let mut begun = false;
    let pulled = machine.engine.pull(reference, platform, wire, &mut |event| {
        // Docker prints its first line when it comes to an image's manifest.
        let is_manifest = |moved: &BlobMove| moved.blob.media_type.is_manifest();
        if !begun && matches!(&event, Event::BlobMoved(moved) if is_manifest(moved)) {
            begun = true;
            say(terminal, stream, first_line(reference));
        }
        if stream.is_some() { progress.take(event, terminal) } else { terminal.event(event) }
    });
    let pulled = pulled.map_err(|error| failure(&error, begun, reference, &registries))?;
    let unpacked = machine.engine.unpack_for(&pulled.root, platform);
    unpacked.map_err(|error| if begun { Failure::new(error) } else { Failure::daemon(error) })?;
    if stream.is_some() {
        progress.unpacked(terminal);
    }
    say(terminal, stream, format!("Digest: {}", pulled.digest));
    let status = if pulled.up_to_date { "Image is up to date for" } else { "Downloaded newer image for" };
    say(terminal, stream, format!("Status: {status} {}", reference.familiar()));
    Ok(pulled.root)
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
             so, the files of the hub are damaged.",
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
            failure.hint(format!("{domain} has no such name. Was it pushed, and with just this repository and tag?"))
        }
        "docker.io" => failure.hint(
            "A name without a registry means Docker Hub. This page's `docker.io` holds `mlserve:1`, \
             the base image of the lesson.",
        ),
        _ if registries.is_empty() => failure,
        _ => failure.hint(format!("The registries of this lab: docker.io, {}.", registries.join(", "))),
    }
}
