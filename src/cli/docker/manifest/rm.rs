//! `docker manifest rm`: lists that are only here.

use super::{kept, name};
use crate::cli::docker::each::outcome;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flow, Verb};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["manifest rm"],
    usage: "MANIFEST_LIST [MANIFEST_LIST...]",
    about: "Delete one or more manifest lists from local storage",
    arguments: Arguments::AtLeast(1),
    flags: &[],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let mut failures = Vec::new();
    for typed in &parsed.arguments {
        let removed = name(typed).map_err(Failure::new).and_then(|list| kept::remove(desk.machine, &list));
        failures.extend(removed.err().map(|failure| failure.text()));
    }
    outcome(failures, parsed.arguments.len(), desk)
}
