//! `registry garbage-collect`: what no tag leads to is found, and taken away.
//! The words are distribution's; below them stands why something stayed.
//! <https://distribution.github.io/distribution/about/garbage-collection/>

use std::collections::BTreeSet;
use std::time::Duration;

use super::registry;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb, duration};
use crate::event::{Event, Kept};
use crate::host::Host;
use crate::lab::described;
use crate::oci::{Blob, Digest, Timestamp};
use crate::registry::{Garbage, Registry, Sweep};
use crate::text::quoted;
use crate::text::units;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["registry garbage-collect", "registry gc"],
    usage: "[OPTIONS] REGISTRY",
    about: "Free what no manifest needs any more",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::switch("delete-untagged", Some('m'), "Delete manifests that are not currently referenced via tag"),
        Flag::switch("dry-run", Some('d'), "Do everything except remove the blobs"),
        Flag::value("grace", None, "Keep what came within this time, for a push may not be over")
            .of("duration")
            .defaults_to("2h"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (name, now) = (parsed.arguments[0].as_str(), desk.wire.now());
    let (dry_run, untagged) = (parsed.has("dry-run"), parsed.has("delete-untagged"));
    let sweep = Sweep { untagged, grace_seconds: grace(parsed)?.as_secs() };
    let registry = registry(name, desk)?;
    let garbage = registry.garbage(&sweep, now).map_err(|error| {
        Failure::new(format!("failed to garbage collect: failed to mark: {error}"))
            .hint("What a manifest needs is not known if it cannot be read, so nothing may be taken away.")
    })?;
    let freed: Vec<Blob> = garbage.freed.iter().map(|digest| Blob::from(&described(registry, *digest))).collect();
    let kept = kept(registry, &garbage, &sweep, now);
    let lines = told(registry, &garbage, &kept, dry_run);
    if !dry_run {
        registry.sweep(&garbage);
    }
    desk.terminal.lines(lines);
    desk.terminal.event(Event::GarbageCollected { registry: name.to_owned(), dry_run, freed, kept });
    Ok(Flow::Done(0))
}

fn grace(parsed: &Parsed<'_>) -> Result<Duration, Failure> {
    let Some(typed) = parsed.value("grace") else {
        return Ok(Duration::from_secs(Sweep::default().grace_seconds));
    };
    let wrong = || Failure::new(format!("registry: invalid duration {}", quoted(typed)));
    duration(typed).ok_or_else(|| wrong().hint("Such as `--grace 0s`, `30m` or `2h`."))
}

/// What distribution prints of a collection, and what stayed.
fn told(registry: &Registry, garbage: &Garbage, kept: &[Kept], dry_run: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut marked = BTreeSet::new();
    for ((name, repository), (_, needed)) in registry.repositories().zip(&garbage.needed) {
        lines.push(name.to_owned());
        for digest in needed {
            marked.insert(digest);
            let kind = if repository.manifests.contains_key(digest) { "manifest" } else { "blob" };
            lines.push(format!("{name}: marking {kind} {digest}"));
        }
    }
    lines.extend([
        String::new(),
        format!(
            "{} blobs marked, {} blobs and {} manifests eligible for deletion",
            marked.len(),
            garbage.freed.len(),
            garbage.manifests.len()
        ),
    ]);
    lines.extend(
        garbage.manifests.iter().map(|(name, digest)| format!("manifest eligible for deletion: {name}@{digest}")),
    );
    lines.extend(garbage.freed.iter().map(|digest| format!("blob eligible for deletion: {digest}")));
    lines.extend(kept.iter().map(|kept| format!("kept: {} {}", kept.digest, kept.why)));
    let word = if dry_run { "would be freed" } else { "freed" };
    lines.push(format!("{} {word}", units::size(garbage.freed_bytes)));
    lines
}

/// What no tag leads to and stays all the same.
fn kept(registry: &Registry, garbage: &Garbage, sweep: &Sweep, now: Timestamp) -> Vec<Kept> {
    let young = garbage.young.iter().map(|digest| Kept { digest: *digest, why: young(registry, digest, sweep, now) });
    let mut kept: Vec<Kept> = young.collect();
    if !sweep.untagged {
        // With untagged manifests garbage more would go; those are what the flag is about.
        let more = registry.garbage(&Sweep { untagged: true, ..sweep.clone() }, now).unwrap_or_default();
        let why = "(no tag leads to this manifest; -m takes it away)";
        kept.extend(more.manifests.into_iter().map(|(_, digest)| Kept { digest, why: why.to_owned() }));
    }
    kept
}

fn young(registry: &Registry, digest: &Digest, sweep: &Sweep, now: Timestamp) -> String {
    let age = registry.arrival(digest).map_or(0, |since| now.since(since).as_secs());
    format!("(came {age} s ago; the grace is {} s)", sweep.grace_seconds)
}
