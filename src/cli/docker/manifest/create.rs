//! `docker manifest create`: a list of manifests that registries have, which
//! is only here until it is pushed.

use super::found::Found;
use super::{INSECURE, kept, list_name, name};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::Direction;
use crate::oci::Reference;
use crate::transfer::Client;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["manifest create"],
    usage: "MANIFEST_LIST MANIFEST [MANIFEST...]",
    about: "Create a local manifest list for annotating and pushing to a registry",
    arguments: Arguments::AtLeast(2),
    flags: &[Flag::switch("amend", Some('a'), "Amend an existing manifest list"), INSECURE],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let list = list_name(&parsed.arguments[0])?;
    if !parsed.has("amend") && !kept::list(desk.machine, &list)?.is_empty() {
        return Err(Failure::new("refusing to amend an existing manifest list with no --amend flag"));
    }
    for typed in &parsed.arguments[1..] {
        let image = name(typed).map_err(Failure::new)?;
        let found = match kept::get(desk.machine, &list, &image)? {
            Some(found) => found,
            None => ask(&image, desk)?,
        };
        kept::put(&found, &list, desk)?;
    }
    desk.terminal.out(format!("Created manifest list {list}"));
    Ok(Flow::Done(0))
}

fn ask(image: &Reference, desk: &mut Desk<'_>) -> Result<Found, Failure> {
    let credentials = desk.machine.engine.credentials.get(&image.domain).cloned();
    let Desk { wire, terminal, .. } = desk;
    let mut client = Client::new(image, Direction::Pull, credentials.as_ref());
    let (mut remote, events) = (client.over(wire), &mut |event| terminal.event(event));
    let found = Found::get(&mut remote, image, events)?;
    if found.described.media_type.is_index() {
        let hint = "Only single images go into a list. A build without `--provenance=false` makes an index; \
                    `docker buildx imagetools create` takes these, too.";
        return Err(Failure::new(format!("{image} is a manifest list")).hint(hint));
    }
    found.with_platform(&mut remote, events)
}
