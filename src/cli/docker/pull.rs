//! `docker pull`: what a name means at its registry, fetched as far as it is
//! not here yet.

use crate::cli::flags::Parsed;
use crate::cli::progress::Progress;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{Image, RegistryError};
use crate::oci::{Descriptor, Reference};
use crate::text::Stream;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["pull", "image pull"],
    usage: "[OPTIONS] NAME[:TAG|@DIGEST]",
    about: "Download an image from a registry",
    arguments: Arguments::Exactly(1),
    flags: &[Flag::switch("quiet", Some('q'), "Suppress verbose output")],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let typed: Reference = parsed.arguments[0].parse().map_err(Failure::new)?;
    let reference = typed.clone().tagged();
    if reference.path == "library/scratch" {
        return Err(Failure::daemon("'scratch' is a reserved name"));
    }
    let quiet = parsed.has("quiet");
    if typed.tag.is_none() && typed.digest.is_none() && !quiet {
        desk.terminal.out("Using default tag: latest");
    }
    pull(&reference, (!quiet).then_some(Stream::Stdout), desk)?;
    desk.terminal.out(reference.to_string());
    Ok(Flow::Done(0))
}

/// Pulls, unpacks and prints everything but the last line; silent without a stream.
pub fn pull(reference: &Reference, stream: Option<Stream>, desk: &mut Desk<'_>) -> Result<Descriptor, Failure> {
    let registries = desk.registries.clone();
    let Desk { machine, wire, terminal, .. } = desk;
    let mut progress = Progress::new(stream.unwrap_or(Stream::Stdout));
    let mut begun = false;
    let pulled = machine.engine.pull(reference, wire, &mut |event| match stream {
        None => terminal.event(event),
        Some(stream) => {
            // docker prints this line when the name is resolved, which its first blob or the end tells.
            if !begun && matches!(event, crate::event::Event::BlobMoved(_)) {
                begun = true;
                terminal.line(stream, first_line(reference));
            }
            progress.take(event, terminal);
        }
    });
    let pulled = pulled.map_err(|error| failure(&error, reference, &registries))?;
    let image = Image::load(&machine.engine.blobs, &pulled.root, &machine.engine.platform());
    let image = image.map_err(Failure::daemon)?;
    machine.engine.unpack(&image).map_err(Failure::daemon)?;
    if let Some(stream) = stream {
        if !begun {
            terminal.line(stream, first_line(reference));
        }
        progress.unpacked(terminal);
        terminal.line(stream, format!("Digest: {}", pulled.root.digest));
        let status = if pulled.up_to_date { "Image is up to date for" } else { "Downloaded newer image for" };
        terminal.line(stream, format!("Status: {status} {}", reference.familiar()));
    }
    Ok(pulled.root)
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
    unreachable.then_some("Nobody answers there. Is this page offline? Nothing was lost; try again.")
}

fn failure(error: &RegistryError, reference: &Reference, registries: &[String]) -> Failure {
    let failure = Failure::daemon(error);
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
        _ => failure.hint(format!("The registries of this lab: docker.io, {}.", registries.join(", "))),
    }
}
