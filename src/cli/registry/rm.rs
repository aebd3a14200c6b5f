//! `registry rm`: a tag or a manifest is taken out of a repository. Its bytes
//! stay, as in every registry, until garbage is collected.

use super::registry;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};
use crate::event::Event;
use crate::oci::Reference;
use crate::registry::{RegistryError, Target};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["registry rm"],
    usage: "IMAGE[:TAG|@DIGEST]",
    about: "Delete a tag, or a manifest with all its tags; nothing is freed yet",
    arguments: Arguments::Exactly(1),
    flags: &[],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if desk.registries.contains(&parsed.arguments[0]) {
        let hint = format!("Name what goes: `registry rm {}/team/app:1.0`.", parsed.arguments[0]);
        return Err(Failure::new("registry: a registry is not removed").hint(hint));
    }
    let typed: Reference = parsed.arguments[0].parse().map_err(Failure::new)?;
    let reference = typed.tagged();
    let target = match (reference.digest, &reference.tag) {
        (Some(digest), _) => Target::Digest(digest),
        (None, tag) => Target::Tag(tag.clone().unwrap_or_default()),
    };
    let name = reference.domain.as_str();
    let removed = registry(name, desk)?.remove_manifest(&reference.path, &target);
    let digest = removed.map_err(|error| refused(&error, &reference))?;
    let repository = format!("{name}/{}", reference.path);
    let tag = match target {
        Target::Tag(tag) => {
            desk.terminal.out(format!("Untagged: {repository}:{tag}"));
            Some(tag)
        }
        Target::Digest(_) => {
            desk.terminal.out(format!("Deleted: {repository}@{digest}"));
            None
        }
    };
    desk.terminal.out(format!("No byte is freed before: registry garbage-collect -m {name}"));
    desk.terminal.event(Event::ManifestRemoved { registry: name.to_owned(), repository: reference.path, tag, digest });
    Ok(Flow::Done(0))
}

fn refused(error: &RegistryError, reference: &Reference) -> Failure {
    let failure = Failure::new(format!("registry: {}: {error}", reference.familiar()));
    match error {
        RegistryError::TagImmutable { .. } => {
            failure.hint(format!("`registry immutable --off {}` lets tags move again.", reference.domain))
        }
        RegistryError::Unsupported { .. } => {
            failure.hint(format!("It is read-only: `registry read-only {} off`.", reference.domain))
        }
        _ => failure,
    }
}
