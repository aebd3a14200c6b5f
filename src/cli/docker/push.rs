//! `docker push`: the name says where to. Errors come inside the progress
//! stream, so they have no prefix.

use crate::cli::flags::Parsed;
use crate::cli::progress::Progress;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::RegistryError;
use crate::oci::{DEFAULT_DOMAIN, Reference};
use crate::text::Stream;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["push", "image push"],
    usage: "[OPTIONS] NAME[:TAG]",
    about: "Upload an image to a registry",
    arguments: Arguments::Exactly(1),
    flags: &[Flag::switch("quiet", Some('q'), "Suppress verbose output")],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let typed: Reference = parsed.arguments[0].parse().map_err(Failure::new)?;
    let reference = typed.clone().tagged();
    let quiet = parsed.has("quiet");
    let registries = desk.registries.clone();
    let Desk { machine, wire, terminal, .. } = desk;
    if !quiet {
        if typed.tag.is_none() {
            terminal.out("Using default tag: latest");
        }
        terminal.out(format!("The push refers to repository [{}]", reference.repository()));
    }
    let mut progress = Progress::new(Stream::Stdout);
    let pushed = machine.engine.push(&reference, wire, &mut |event| {
        if quiet { terminal.event(event) } else { progress.take(event, terminal) }
    });
    let root = pushed.map_err(|error| {
        progress.refused(terminal);
        failure(&error, &reference, &registries)
    })?;
    if quiet {
        terminal.out(reference.to_string());
    } else {
        let tag = reference.tag.unwrap_or_default();
        terminal.out(format!("{tag}: digest: {} size: {}", root.digest, root.size));
    }
    Ok(Flow::Done(0))
}

fn failure(error: &RegistryError, reference: &Reference, registries: &[String]) -> Failure {
    let failure = Failure::new(error);
    let registry = registries.first().map_or("registry.example.com", String::as_str);
    let name = reference.familiar();
    match error {
        RegistryError::NoSuchTag { .. } => failure.hint(format!(
            "No image on this machine has the name `{name}`. `docker images` shows the names there are; \
             `docker tag SOURCE {name}` gives one to an image."
        )),
        RegistryError::Transfer(_) if reference.domain == DEFAULT_DOMAIN => failure.hint(format!(
            "A name without a registry means Docker Hub: `{reference}`, where you may not push. Name the registry: \
             `docker tag {name} {registry}/mlproject/{name}`, then push that name."
        )),
        RegistryError::Transfer(_) => failure.hint(format!("The registries of this lab: {}.", registries.join(", "))),
    }
}
