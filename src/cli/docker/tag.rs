//! `docker tag`: one more name for an image. No bytes move, no registry is asked.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};
use crate::host::Host;
use crate::oci::Reference;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["tag", "image tag"],
    usage: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
    about: "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
    arguments: Arguments::Exactly(2),
    flags: &[],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (source, typed) = (&parsed.arguments[0], &parsed.arguments[1]);
    let target: Reference = typed.parse().map_err(|error| {
        Failure::new(format!("error parsing reference: {typed:?} is not a valid repository/tag: {error}"))
    })?;
    if target.digest.is_some() {
        return Err(Failure::new("refusing to create a tag with a digest reference"));
    }
    let Desk { machine, wire, terminal, .. } = desk;
    let target = target.tagged();
    let tagged = machine.engine.tag(source, &target, &mut |event| terminal.event(event));
    let tagged = tagged.map(|()| machine.engine.note_tagged(&target, wire.now()));
    if let Ok(root) = machine.engine.find_image(&target.to_string()) {
        machine.engine.note_image(wire.now(), "tag", &root.digest.to_string(), &target.familiar());
    }
    tagged.map_err(|error| {
        Failure::daemon(error).hint("`docker images` shows the names there are; `docker build -t NAME .` makes one.")
    })?;
    Ok(Flow::Done(0))
}
