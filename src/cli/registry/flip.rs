//! `registry flip`: a bit of a stored byte becomes another one, as on a failing
//! disk, to see who notices.

use super::registry;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::Event;
use crate::oci::{Digest, Reference};
use crate::registry::{DamageError, Flipped, Registry};
use crate::text::quoted;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["registry flip"],
    usage: "[OPTIONS] IMAGE[:TAG|@DIGEST]",
    about: "Flip a bit of a stored manifest or blob, as a failing disk does; the same again takes it back",
    arguments: Arguments::Exactly(1),
    flags: &[Flag::value("byte", None, "Which byte, from 0; without it the one in the middle").of("int")],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let typed: Reference = parsed.arguments[0].parse().map_err(Failure::new)?;
    let (at, reference) = (byte(parsed)?, typed.tagged());
    let name = reference.domain.as_str();
    let registry = registry(name, desk)?;
    let digest = named(registry, &reference)?;
    let flipped = registry.flip(&reference.path, digest, at).map_err(|error| refused(&error, &reference))?;
    desk.terminal.lines(told(&flipped));
    desk.terminal.event(Event::RegistryChanged {
        registry: name.to_owned(),
        repositories: Some(reference.path),
        setting: format!("byte {} of {digest}", flipped.at),
        value: format!("0x{:02x}", flipped.after),
    });
    Ok(Flow::Done(0))
}

fn byte(parsed: &Parsed<'_>) -> Result<Option<u64>, Failure> {
    let Some(typed) = parsed.value("byte") else { return Ok(None) };
    typed.parse().map(Some).map_err(|_| Failure::new(format!("registry: no such byte: {}", quoted(typed))))
}

/// What the digest of a reference names, else the manifest of its tag.
fn named(registry: &Registry, reference: &Reference) -> Result<Digest, Failure> {
    let tag = reference.tag.as_deref().unwrap_or_default();
    let mut repositories = registry.repositories();
    let repository = repositories.find(|(name, _)| *name == reference.path).map(|(_, repository)| repository);
    let digest = reference.digest.or_else(|| repository?.tags.get(tag).copied());
    digest.ok_or_else(|| Failure::new(format!("registry: {}: no such tag", reference.familiar())))
}

fn refused(error: &DamageError, reference: &Reference) -> Failure {
    let failure = Failure::new(format!("registry: {error}"));
    match error {
        DamageError::Unknown { .. } => {
            failure.hint(format!("`registry inspect {}` lists what is there.", reference.domain))
        }
        _ => failure,
    }
}

fn told(flipped: &Flipped) -> [String; 3] {
    let Flipped { digest, at, size, before, after, computed } = flipped;
    let fits = if digest == computed { ", as it should be" } else { "" };
    [
        format!("Flipped: byte {at} of {size} was 0x{before:02x} and is 0x{after:02x}"),
        format!("Stored under: {digest}"),
        format!("Digest now: {computed}{fits}"),
    ]
}
