//! `docker save`: an image as a file of the machine, ready for other tools.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::Event;
use crate::fs::{Metadata, Node};
use crate::host::Host;
use crate::limits;
use crate::oci::Reference;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["save", "image save"],
    usage: "[OPTIONS] IMAGE",
    about: "Save one or more images to a tar archive (streamed to STDOUT by default)",
    arguments: Arguments::Exactly(1),
    flags: &[Flag::value("output", Some('o'), "Write to a file, instead of STDOUT")],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let Some(file) = parsed.value("output") else {
        return Err(Failure::new("cowardly refusing to save to a terminal. Use the -o flag or redirect"));
    };
    let engine = &desk.machine.engine;
    let typed = &parsed.arguments[0];
    let root = engine.find_image(typed).map_err(Failure::daemon)?;
    let reference = typed.parse::<Reference>().ok().map(Reference::tagged);
    let named = reference.filter(|reference| engine.find_reference(reference).is_some());
    let bytes = engine.save(&root, named.as_ref()).map_err(Failure::daemon)?;
    let path = desk.machine.directory.join(file);
    let size = bytes.len() as u64;
    if size > limits::MACHINE_BYTES {
        return Err(Failure::new(format!("failed to save image: write {path}: no space left on device")));
    }
    let node = Node::file(Metadata { mode: 0o600, ..Metadata::file(desk.wire.now()) }, bytes);
    let failed = |error| Failure::new(format!("failed to save image: {error}"));
    desk.machine.files.insert(&path, node).map_err(failed)?;
    desk.terminal.event(Event::FileWritten { path: path.to_string(), size });
    Ok(Flow::Done(0))
}
