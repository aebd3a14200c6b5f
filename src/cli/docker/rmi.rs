//! `docker rmi`: takes names away; the last one takes the image with it.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::Removed;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["rmi", "image rm", "image remove"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    about: "Remove one or more images",
    arguments: Arguments::AtLeast(1),
    flags: &[Flag::switch("force", Some('f'), "Force removal of the image")],
    run,
};

/// One name that cannot be removed does not stop the others, as in docker.
fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let mut failures = Vec::new();
    let Desk { machine, terminal, .. } = desk;
    for typed in &parsed.arguments {
        match machine.engine.remove_image(typed, parsed.has("force"), &mut |event| terminal.event(event)) {
            Ok(removed) => terminal.lines(removed.iter().map(line)),
            Err(error) => failures.push(format!("Error response from daemon: {error}")),
        }
    }
    super::rm::outcome(failures, parsed.arguments.len(), desk)
}

fn line(removed: &Removed) -> String {
    match removed {
        Removed::Untagged(name) => format!("Untagged: {name}"),
        Removed::Deleted(digest) => format!("Deleted: {digest}"),
    }
}
