//! `docker builder prune`, which is buildx's: the results of build steps.

use super::{FORCE, is_confirmed, list, size};
use crate::build::CacheRecord;
use crate::cli::docker::buildx::{check_builder, last_used};
use crate::cli::filters::Filters;
use crate::cli::flags::Parsed;
use crate::cli::moment::duration;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::host::Host;
use crate::oci::Timestamp;
use crate::text::units::typed_size;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["buildx prune", "builder prune"],
    usage: "",
    about: "Remove build cache",
    arguments: Arguments::None,
    flags: &[
        Flag::switch("all", Some('a'), "Include internal/frontend images"),
        Flag::value("builder", None, "Override the configured builder instance"),
        Flag::values("filter", None, "Provide filter values").of("filter"),
        FORCE,
        Flag::value("keep-storage", None, "Amount of disk space to keep for cache").of("bytes").hidden(),
        Flag::value("max-used-space", None, "Maximum amount of disk space allowed to keep for cache").of("bytes"),
        Flag::value("min-free-space", None, "Target amount of free disk space after pruning").of("bytes"),
        Flag::value("reserved-space", None, "Amount of disk space always allowed to keep for cache").of("bytes"),
        Flag::switch("verbose", None, "Provide a more verbose output"),
    ],
    run,
};

/// What the columns of a row are padded to, by spaces and then by tabs.
const ID_WIDTH: usize = 40;
const SIZE_WIDTH: usize = 10;

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let failed = |text: String| Failure::new(format!("ERROR: {text}"));
    if parsed.value("keep-storage").is_some() {
        desk.terminal
            .err("Flag --keep-storage has been deprecated, keep-storage flag has been changed to reserved-space");
    }
    check_builder(parsed)?;
    let now = desk.wire.now();
    let wanted = wanted(parsed, now).map_err(failed)?;
    let what = if parsed.has("all") { "all build cache" } else { "all dangling build cache" };
    let warning = format!("WARNING! This will remove {what}. Are you sure you want to continue?");
    if !is_confirmed(parsed, &warning, desk) {
        return Ok(Flow::Done(0));
    }
    let kept = kept(parsed, desk);
    let pruned = desk.machine.engine.prune_cache(parsed.has("all"), kept, wanted);
    for (at, (record, shared)) in pruned.removed.iter().enumerate() {
        if parsed.has("verbose") {
            desk.terminal.lines(verbose(record, *shared, now));
        } else {
            desk.terminal.lines(row(record, *shared, at == 0, now));
        }
    }
    desk.terminal.out(format!("Total:\t{}", size(pruned.space)));
    Ok(Flow::Done(0))
}

/// The bytes that stay, as `BuildKit` reckons: as many as may be used, fewer if the machine's disk is to have more
/// room, and never fewer than are reserved. Without any of these nothing is to stay.
fn kept(parsed: &Parsed<'_>, desk: &Desk<'_>) -> u64 {
    let bytes = |flag| parsed.value(flag).and_then(typed_size).map_or(0, i64::unsigned_abs);
    let (most, free) = (bytes("max-used-space"), bytes("min-free-space"));
    let total: u64 = desk.machine.engine.disk_usage().each_record.iter().map(|(record, _)| record.size).sum();
    let missing = free.saturating_sub(desk.machine.free_bytes());
    let kept = match (most, missing) {
        (0, 0) if free > 0 => total,
        (most, 0) => most,
        (0, missing) => total.saturating_sub(missing),
        (most, missing) => most.min(total.saturating_sub(missing)),
    };
    kept.max(bytes("reserved-space")).max(bytes("keep-storage"))
}

/// The same as docker's own command lists it, as a part of `docker system prune`.
pub fn prune_objects(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<u64, Failure> {
    let wanted = wanted(parsed, desk.wire.now()).map_err(Failure::new)?;
    let pruned = desk.machine.engine.prune_cache(parsed.has("all"), 0, wanted);
    let ids = pruned.removed.iter().map(|(record, _)| record.id.clone()).collect();
    list("Deleted build cache objects:", ids, desk);
    Ok(pruned.space)
}

/// Which records the filters leave.
fn wanted(parsed: &Parsed<'_>, now: Timestamp) -> Result<impl Fn(&CacheRecord) -> bool, String> {
    let known = ["id", "until", "unused-for"];
    let filters = Filters::read(parsed, &known).map_err(|failure| failure.text())?;
    let key = if filters.has("unused-for") { "unused-for" } else { "until" };
    if filters.has("until") && filters.has("unused-for") {
        return Err("conflicting filters \"until\" and \"unused-for\"".to_owned());
    }
    if let Some(twice) = known.iter().find(|name| filters.values(name).count() > 1) {
        return Err(format!("{twice:?} filter expects only one value"));
    }
    let age = filters.values(key).next().map(|value| {
        let wrong = || format!("{key:?} filter expects a duration (e.g., '24h'): time: invalid duration {value:?}");
        duration(value).ok_or_else(wrong)
    });
    let age = age.transpose()?;
    let id = filters.values("id").next().map(str::to_owned);
    Ok(move |record: &CacheRecord| {
        age.is_none_or(|age| now.since(record.used.last) >= age)
            && id.as_ref().is_none_or(|id| record.id.contains(id.as_str()))
    })
}

/// Go writes tabs between the columns, and the heading together with the first row.
fn row(record: &CacheRecord, shared: bool, first: bool, now: Timestamp) -> Vec<String> {
    let size = format!("{}{}", size(record.size), if shared { "*" } else { "" });
    let gap = if first { "\t\t" } else { "\t" };
    let last = last_used(record, now);
    let row = format!("{:ID_WIDTH$}\t{:5}{gap}{size:SIZE_WIDTH$}\t{last}", record.id, "true");
    let heading = first.then(|| "ID\t\t\t\t\t\tRECLAIMABLE\tSIZE\t\tLAST ACCESSED".to_owned());
    heading.into_iter().chain([row]).collect()
}

/// What `--verbose` tells of a record, aligned as Go's `tabwriter` does.
fn verbose(record: &CacheRecord, shared: bool, now: Timestamp) -> Vec<String> {
    let pairs = [
        ("ID:", record.id.clone()),
        ("Created at:", record.created.in_go()),
        ("Mutable:", "false".to_owned()),
        ("Reclaimable:", "true".to_owned()),
        ("Shared:", shared.to_string()),
        ("Size:", size(record.size)),
        ("Usage count:", record.used.count.to_string()),
        ("Last used:", last_used(record, now)),
        ("Type:", "regular".to_owned()),
    ];
    let line = |(name, value): &(&str, String)| format!("{name}{}{value}", if name.len() < 8 { "\t\t" } else { "\t" });
    pairs.iter().map(line).chain([String::new()]).collect()
}
