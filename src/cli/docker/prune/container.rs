//! `docker container prune`.

use super::{FORCE, before, is_confirmed, list, reclaimed};
use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{Container, Engine};
use crate::host::Host;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["container prune"],
    usage: "[OPTIONS]",
    about: "Remove all stopped containers",
    arguments: Arguments::None,
    flags: &[Flag::values("filter", None, "Provide filter values (e.g. \"until=<timestamp>\")").of("filter"), FORCE],
    run,
};

const WARNING: &str = "WARNING! This will remove all stopped containers.\nAre you sure you want to continue?";

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if is_confirmed(parsed, WARNING, desk) {
        let space = prune(parsed, desk)?;
        reclaimed(space, desk);
    }
    Ok(Flow::Done(0))
}

/// Removes and lists; the room that is free now.
pub fn prune(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<u64, Failure> {
    let filters = Filters::read(parsed, &["label", "label!", "until"])?;
    let until = before(&filters, desk.wire.now())?;
    let wanted = |_: &Engine, container: &Container| {
        until.is_none_or(|until| container.created < until)
            && filters.fit_labels(|key| container.settings.labels.get(key).cloned())
    };
    let Desk { machine, terminal, .. } = desk;
    let pruned = machine.engine.prune_containers(wanted, &mut |event| terminal.event(event));
    list("Deleted Containers:", pruned.removed, desk);
    Ok(pruned.space)
}
