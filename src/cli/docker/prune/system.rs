//! `docker system prune`: all kinds together.

use super::super::{network, volume};
use super::{FORCE, builder, container, image, is_confirmed, reclaimed};
use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::text::sorted;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["system prune"],
    usage: "[OPTIONS]",
    about: "Remove unused data",
    arguments: Arguments::None,
    flags: &[
        Flag::switch("all", Some('a'), "Remove all unused images not just dangling ones"),
        Flag::values("filter", None, "Provide filter values (e.g. \"label=<key>=<value>\")").of("filter"),
        FORCE,
        Flag::switch("volumes", None, "Prune anonymous volumes"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if !is_confirmed(parsed, &warning(parsed), desk) {
        return Ok(Flow::Done(0));
    }
    let mut space = container::prune(parsed, desk)?;
    network::prune_objects(parsed, desk)?;
    if parsed.has("volumes") {
        space += volume::prune_objects(&Filters::default(), false, desk)?;
    }
    space += image::prune(parsed, desk)?;
    let has_label = parsed.values("filter").iter().any(|filter| filter.starts_with("label"));
    if !has_label {
        space += builder::prune_objects(parsed, desk)?;
    }
    reclaimed(space, desk);
    Ok(Flow::Done(0))
}

fn warning(parsed: &Parsed<'_>) -> String {
    let (all, volumes) = (parsed.has("all"), parsed.has("volumes"));
    let mut kinds = vec!["all stopped containers", "all networks not used by at least one container"];
    kinds.extend(volumes.then_some("all anonymous volumes not used by at least one container"));
    kinds.push(if all {
        "all images without at least one container associated to them"
    } else {
        "all dangling images"
    });
    kinds.push(if all { "all build cache" } else { "unused build cache" });
    let lines = |items: &[String]| items.iter().flat_map(|item| ["\n  - ", item]).collect::<String>();
    let kinds: Vec<String> = kinds.into_iter().map(str::to_owned).collect();
    let filters = sorted(parsed.values("filter"));
    let filtered = if filters.is_empty() {
        String::new()
    } else {
        format!("\n  Items to be pruned will be filtered with:{}\n", lines(&filters))
    };
    format!("WARNING! This will remove:{}\n{filtered}\nAre you sure you want to continue?", lines(&kinds))
}
