//! `docker image prune`.

use super::{FORCE, before, is_confirmed, line, list, reclaimed};
use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::Summary;
use crate::host::Host;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["image prune"],
    usage: "[OPTIONS]",
    about: "Remove unused images",
    arguments: Arguments::None,
    flags: &[
        Flag::switch("all", Some('a'), "Remove all unused images, not just dangling ones"),
        Flag::values("filter", None, "Provide filter values (e.g. \"until=<timestamp>\")").of("filter"),
        FORCE,
    ],
    run,
};

/// The filters the daemon knows.
const KNOWN: [&str; 4] = ["dangling", "label", "label!", "until"];

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let what = if parsed.has("all") {
        "all images without at least one container associated to them."
    } else {
        "all dangling images."
    };
    let warning = format!("WARNING! This will remove {what}\nAre you sure you want to continue?");
    if is_confirmed(parsed, &warning, desk) {
        let space = prune(parsed, desk)?;
        reclaimed(space, desk);
    }
    Ok(Flow::Done(0))
}

/// Removes and lists; the room that is free now.
pub fn prune(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<u64, Failure> {
    let filters = Filters::read(parsed, &KNOWN)?;
    let until = before(&filters, desk.wire.now())?;
    let all = parsed.has("all") || filters.truth("dangling")? == Some(false);
    let wanted = |summary: &Summary| {
        let config = summary.config();
        let created = config.and_then(|config| config.created).unwrap_or_default();
        until.is_none_or(|until| created < until) && filters.fit_labels(|key| config?.config.labels.get(key).cloned())
    };
    let Desk { machine, terminal, .. } = desk;
    let pruned = machine.engine.prune_images(all, wanted, &mut |event| terminal.event(event));
    list("Deleted Images:", pruned.removed.iter().map(line).collect(), desk);
    Ok(pruned.space)
}
