//! `docker rmi`: takes names away; the last one takes the image with it.

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{RemoveError, Removed};
use crate::host::Host;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["rmi", "image rm", "image remove", "image rmi"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    about: "Remove one or more images",
    arguments: Arguments::AtLeast(1),
    flags: &[
        Flag::switch("force", Some('f'), "Force removal of the image"),
        // Untagged parents are made by the builder before BuildKit, which this daemon has not.
        Flag::switch("no-prune", None, "Do not delete untagged parents"),
        Flag::values(
            "platform",
            None,
            "Remove only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")",
        ),
    ],
    run,
};

/// One name that cannot be removed does not stop the others, as in docker; a
/// name that is not there is no failure with `--force`.
fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (force, platforms) = (parsed.has("force"), super::platform::several(parsed)?);
    let mut failures = Vec::new();
    let mut is_fatal = false;
    let Desk { machine, terminal, wire, .. } = desk;
    for typed in &parsed.arguments {
        let id = machine.engine.find_image(typed).map(|root| root.digest.to_string()).unwrap_or_default();
        let removed = if platforms.is_empty() {
            machine.engine.remove_image(typed, force, &mut |event| terminal.event(event))
        } else {
            machine.engine.remove_platforms(typed, &platforms, force)
        };
        match removed {
            Ok(removed) => {
                terminal.lines(removed.iter().map(line));
                for removed in removed {
                    let action = if matches!(removed, Removed::Untagged(_)) { "untag" } else { "delete" };
                    machine.engine.note_image(wire.now(), action, &id, &id);
                }
            }
            Err(error) => {
                is_fatal |= !matches!(error, RemoveError::NotFound(_));
                failures.push(format!("Error response from daemon: {error}"));
            }
        }
    }
    if force && !is_fatal {
        for failure in failures {
            terminal.err(failure);
        }
        return Ok(Flow::Done(0));
    }
    super::each::outcome(failures, parsed.arguments.len(), desk)
}

fn line(removed: &Removed) -> String {
    match removed {
        Removed::Untagged(name) => format!("Untagged: {name}"),
        Removed::Deleted(digest) => format!("Deleted: {digest}"),
    }
}
