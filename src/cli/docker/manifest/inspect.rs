//! `docker manifest inspect`: a list that is made here, or what a name means
//! at its registry.

use serde_json::Value;

use super::found::{Found, list_of};
use super::{INSECURE, kept, name};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::{Direction, Events};
use crate::oci::{Reference, json};
use crate::transfer::{Client, Remote};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["manifest inspect"],
    usage: "[OPTIONS] [MANIFEST_LIST] MANIFEST",
    about: "Display an image manifest, or manifest list",
    arguments: Arguments::Between(1, 2),
    flags: &[INSECURE, Flag::switch("verbose", Some('v'), "Output additional info including layers and platform")],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let names =
        parsed.arguments.iter().map(|typed| name(typed)).collect::<Result<Vec<_>, _>>().map_err(Failure::new)?;
    let verbose = parsed.has("verbose");
    let text = match &names[..] {
        [list, image] => {
            let found = kept::get(desk.machine, list, image)?;
            one(&found.ok_or_else(|| kept::unknown(image))?, verbose)?
        }
        names => {
            let parts = kept::list(desk.machine, &names[0])?;
            if parts.is_empty() { asked(&names[0], verbose, desk)? } else { several(&parts, verbose)? }
        }
    };
    desk.terminal.lines(text.split('\n'));
    Ok(Flow::Done(0))
}

fn asked(reference: &Reference, verbose: bool, desk: &mut Desk<'_>) -> Result<String, Failure> {
    let credentials = desk.machine.engine.credentials.get(&reference.domain).cloned();
    let Desk { wire, terminal, .. } = desk;
    let mut client = Client::new(reference, Direction::Pull, credentials.as_ref());
    inspect(&mut client.over(wire), reference, verbose, &mut |event| terminal.event(event))
}

fn inspect(
    remote: &mut Remote<'_>,
    reference: &Reference,
    verbose: bool,
    events: Events<'_>,
) -> Result<String, Failure> {
    let found = Found::get(remote, reference, events)?;
    if found.described.media_type.is_manifest() {
        return one(&found.with_platform(remote, events)?, verbose);
    }
    if !found.described.media_type.is_index() {
        return Err(Failure::new(format!("{reference} is not a manifest")));
    }
    // Docker asks first for a manifest, then once more for a list.
    let list = Found::get(remote, reference, events)?;
    several(&list.parts(remote, events)?, verbose)
}

/// A manifest is printed with tabs as it is.
fn one(found: &Found, verbose: bool) -> Result<String, Failure> {
    let value = if verbose { found.told()? } else { found.value()? };
    Ok(json::printed(&value, "\t"))
}

/// A list is printed anew, from its parts.
fn several(parts: &[Found], verbose: bool) -> Result<String, Failure> {
    if !verbose {
        return Ok(json::printed(&list_of(parts), "   "));
    }
    let parts = parts.iter().map(Found::told).collect::<Result<Vec<Value>, Failure>>()?;
    Ok(json::printed(&parts, "\t"))
}
