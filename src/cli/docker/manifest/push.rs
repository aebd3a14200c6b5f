//! `docker manifest push`: a list goes to its registry, after those of its
//! manifests that lie in other repositories there.

use super::found::{Found, list_of};
use super::{INSECURE, kept, list_name};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::oci::{Descriptor, MediaType, Reference, json};
use crate::transfer::{Place, Promotion, put_tag};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["manifest push"],
    usage: "[OPTIONS] MANIFEST_LIST",
    about: "Push a manifest list to a repository",
    arguments: Arguments::Exactly(1),
    flags: &[INSECURE, Flag::switch("purge", Some('p'), "Remove the local manifest list after push")],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let list = list_name(&parsed.arguments[0])?;
    let parts = kept::list(desk.machine, &list)?;
    if parts.is_empty() {
        return Err(kept::unknown(&list));
    }
    for part in &parts {
        check(part, &list)?;
    }
    let to = place(&list, desk);
    for part in parts.iter().filter(|part| part.reference.path != list.path) {
        bring(part, &to, desk)?;
    }
    let text = json::printed(&list_of(&parts), "   ").into_bytes();
    let is_oci = parts[0].described.media_type == MediaType::MANIFEST;
    let media_type = if is_oci { MediaType::INDEX } else { MediaType::DOCKER_LIST };
    let root = Descriptor::of(media_type, &text);
    let Desk { wire, terminal, .. } = &mut *desk;
    let put = put_tag(&to, &root, text.into(), wire, &mut |event| terminal.event(event));
    put.map_err(Failure::new)?;
    desk.terminal.out(root.digest.to_string());
    if parsed.has("purge") {
        kept::remove(desk.machine, &list)?;
    }
    Ok(Flow::Done(0))
}

/// A list may name what is in its own registry, and of which it is known where it runs.
fn check(part: &Found, list: &Reference) -> Result<(), Failure> {
    let is_known = part.described.platform.as_ref().is_some_and(|on| !on.os.is_empty() && !on.architecture.is_empty());
    if !is_known {
        let wrong = format!("manifest {} must have an OS and Architecture to be pushed to a registry", part.reference);
        return Err(Failure::new(wrong));
    }
    if part.reference.domain == list.domain {
        return Ok(());
    }
    let (from, to) = (&part.reference.domain, &list.domain);
    let wrong = "cannot use source images from a different registry than the target image";
    Err(Failure::new(format!("{wrong}: {from} != {to}")))
}

/// Mounts what another repository of the registry has, under its digest.
fn bring(part: &Found, to: &Place, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let digest = part.described.digest;
    let manifest = Descriptor::new(part.described.media_type.clone(), digest, part.described.size);
    let by_digest = |name: &Reference| Reference { tag: None, digest: Some(digest), ..name.clone() };
    let from = place(&by_digest(&part.reference), desk);
    let there = Place { reference: by_digest(&to.reference), ..to.clone() };
    let mut promotion = Promotion::new(&from, &there, &manifest);
    let Desk { wire, terminal, .. } = &mut *desk;
    while !promotion.advance(wire, &mut |event| terminal.event(event)).map_err(Failure::new)? {}
    desk.terminal.out(format!("Pushed ref {} with digest: {digest}", there.reference));
    Ok(())
}

fn place(reference: &Reference, desk: &Desk<'_>) -> Place {
    let credentials = desk.machine.engine.credentials.get(&reference.domain).cloned();
    Place { reference: reference.clone(), credentials }
}
