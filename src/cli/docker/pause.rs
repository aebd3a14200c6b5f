//! `docker pause` and `docker unpause`: a container is held, and notices nothing.

use super::each::{each, find};
use crate::cli::{Arguments, Desk, Verb};

/// `docker pause`.
pub const VERB: Verb = Verb {
    paths: &["pause", "container pause"],
    usage: "CONTAINER [CONTAINER...]",
    about: "Pause all processes within one or more containers",
    arguments: Arguments::AtLeast(1),
    flags: &[],
    run: |parsed, desk| each(&parsed.arguments, desk, |typed, desk| hold(typed, true, desk)),
};

/// `docker unpause`.
pub const UNPAUSE: Verb = Verb {
    paths: &["unpause", "container unpause"],
    usage: "CONTAINER [CONTAINER...]",
    about: "Unpause all processes within one or more containers",
    arguments: Arguments::AtLeast(1),
    flags: &[],
    run: |parsed, desk| each(&parsed.arguments, desk, |typed, desk| hold(typed, false, desk)),
};

fn hold(typed: &str, is_held: bool, desk: &mut Desk<'_>) -> Result<(), String> {
    let id = find(typed, desk)?;
    let held = desk.daemon(|engine, around| engine.hold(&id, is_held, around));
    // As in docker, the container is called as it was typed.
    held.map_err(|error| error.to_string().replace(&id, typed))
}
