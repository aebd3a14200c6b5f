//! `docker diff`: what changed among a container's files.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};
use crate::fs::ChangeKind;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["diff", "container diff"],
    usage: "CONTAINER",
    about: "Inspect changes to files or directories on a container's filesystem",
    arguments: Arguments::Exactly(1),
    flags: &[],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let id = desk.machine.engine.find_container(&parsed.arguments[0]).map_err(Failure::daemon)?;
    let changes =
        desk.daemon(|engine, around| engine.changes_of(&id, around)).map_err(|error| Failure::daemon(&error))?;
    for (path, kind) in changes {
        let letter = match kind {
            ChangeKind::Added => 'A',
            ChangeKind::Modified => 'C',
            ChangeKind::Deleted => 'D',
        };
        desk.terminal.out(format!("{letter} {path}"));
    }
    Ok(Flow::Done(0))
}
