//! `docker buildx imagetools create`: a new name, or a new index, for what the
//! registries have already. One digest under another tag is a promotion.

use super::sources::{self, Combined, Source};
use super::{failed, location, place};
use crate::cli::docker::{platform, refused};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::host::Host;
use crate::oci::{Reference, Timestamp};
use crate::text::sorted;
use crate::transfer::{promote, put_tag};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["buildx imagetools create"],
    usage: "[OPTIONS] [SOURCE...]",
    about: "Create a new image based on source images",
    arguments: Arguments::AtLeast(0),
    flags: &[
        Flag::values("annotation", None, "Add annotation to the image (not supported yet)"),
        Flag::switch("append", None, "Append to existing manifest"),
        Flag::switch("dry-run", None, "Show final image instead of pushing"),
        Flag::values("file", Some('f'), "Read source descriptor from file"),
        Flag::value("metadata-file", None, "Write create result metadata to a file (not supported yet)"),
        Flag::values("platform", Some('p'), "Filter specified platforms of target image"),
        Flag::switch(
            "prefer-index",
            None,
            "When only a single source is specified, prefer outputting an image index or manifest list instead of \
             performing a carbon copy",
        ),
        Flag::value("progress", None, "Set type of progress output (not supported yet)"),
        Flag::values("tag", Some('t'), "Set reference for new image"),
    ],
    run,
};

/// Flags of buildx that this lab does not have yet: it says so instead of calling them unknown.
const NOT_YET: [&str; 3] = ["annotation", "metadata-file", "progress"];

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    if let Some(flag) = NOT_YET.iter().find(|flag| parsed.value(flag).is_some()) {
        return Err(failed(format!("--{flag} is not supported yet in this lab")));
    }
    let (files, typed_tags) = (parsed.values("file"), parsed.values("tag"));
    if parsed.arguments.is_empty() && files.is_empty() {
        return Err(failed("no sources specified"));
    }
    let is_dry = parsed.has("dry-run");
    if !is_dry && typed_tags.is_empty() {
        return Err(failed("can't push with no tags specified, please set --tag or --dry-run"));
    }
    let mut words = Vec::new();
    if parsed.has("append") {
        words.extend(typed_tags.first().cloned());
    }
    for file in &files {
        words.push(read(file, desk)?);
    }
    words.extend(parsed.arguments.iter().cloned());
    let tags = typed_tags.iter().map(|tag| location(tag)).collect::<Result<Vec<_>, _>>()?;
    let platforms = platform::several(parsed).map_err(|failure| failed(failure.text()))?;
    let prefer_index = parsed.value("prefer-index") != Some("false");
    let resolved = resolve(&words, &tags, desk)?;
    let combined = sources::combine(&resolved, prefer_index, &platforms)?;
    if is_dry {
        desk.terminal.lines(String::from_utf8_lossy(&combined.bytes).split('\n'));
        return Ok(Flow::Done(0));
    }
    for (at, tags) in by_repository(&tags).iter().enumerate() {
        push(at + 1, tags, &combined, desk)?;
    }
    Ok(Flow::Done(0))
}

fn read(file: &str, desk: &Desk<'_>) -> Result<String, Failure> {
    let path = desk.machine.resolve(file);
    let absent = |_| failed(format!("open {file}: no such file or directory"));
    let bytes = desk.machine.files.read(&path).map_err(absent)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn resolve(words: &[String], tags: &[Reference], desk: &mut Desk<'_>) -> Result<Vec<sources::Resolved>, Failure> {
    let read = words.iter().map(|word| Source::read(word)).collect::<Result<Vec<_>, _>>()?;
    let named = read.iter().filter_map(|source| source.reference.as_ref());
    let mut repositories = sorted(named.clone().chain(tags).map(Reference::repository));
    repositories.dedup();
    if repositories.is_empty() {
        return Err(failed("no repositories specified, please set a reference in tag or source"));
    }
    let only = named.chain(tags).next().filter(|_| repositories.len() == 1).cloned();
    let mut resolved = Vec::new();
    for (source, word) in read.iter().zip(words) {
        let place = place(&source.placed(only.as_ref(), word)?, desk);
        let Desk { wire, terminal, .. } = &mut *desk;
        resolved.push(sources::resolve(source, place, wire, &mut |event| terminal.event(event))?);
    }
    Ok(resolved)
}

/// The tags that go to one repository together, by repository.
fn by_repository(tags: &[Reference]) -> Vec<Vec<Reference>> {
    let mut groups: Vec<Vec<Reference>> = Vec::new();
    for tag in tags {
        match groups.iter_mut().find(|group| group[0].repository() == tag.repository()) {
            Some(group) => group.push(tag.clone()),
            None => groups.push(vec![tag.clone()]),
        }
    }
    groups
}

/// Step `step`: everything into one repository, then its tags.
fn push(step: usize, tags: &[Reference], combined: &Combined, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let repository = tags[0].repository();
    let began = desk.wire.now();
    if step > 1 {
        desk.terminal.err("");
    }
    desk.terminal.err(format!("#{step} [internal] pushing {repository}"));
    let wrong = |failure: &dyn std::fmt::Display, what: String, desk: &mut Desk<'_>| {
        desk.terminal.err(format!("#{step} ERROR: {what}: {failure}"));
        let text = format!("{what}: {failure}");
        let advice = refused::advice(&text, &tags[0].domain).filter(|_| desk.registries.contains(&tags[0].domain));
        let failure = failed(text);
        if let Some(advice) = advice { failure.hint(advice) } else { failure }
    };
    let whole = place(&Reference { tag: None, digest: Some(combined.root.digest), ..tags[0].clone() }, desk);
    for (manifest, from) in &combined.parts {
        let digest = manifest.digest;
        say(step, began, &format!("copying {digest} from {} to {repository}", from.reference), desk);
        let Desk { wire, terminal, .. } = &mut *desk;
        let copied = promote(from, &whole, manifest, wire, &mut |event| terminal.event(event));
        let what = || format!("copy {digest} from {} to {}", from.reference, tags[0]);
        copied.map_err(|error| wrong(&error, what(), desk))?;
    }
    for tag in tags {
        let digest = combined.root.digest;
        say(step, began, &format!("pushing {digest} to {tag}"), desk);
        let to = place(tag, desk);
        let Desk { wire, terminal, .. } = &mut *desk;
        let put = put_tag(&to, &combined.root, combined.bytes.clone(), wire, &mut |event| terminal.event(event));
        put.map_err(|error| wrong(&error, format!("publish {digest} to {tag}"), desk))?;
    }
    let took = desk.wire.now().since(began).as_secs_f64();
    desk.terminal.err(format!("#{step} DONE {took:.1}s"));
    Ok(())
}

/// A line of the step's log, with the seconds since it began.
fn say(step: usize, began: Timestamp, text: &str, desk: &mut Desk<'_>) {
    let passed = desk.wire.now().since(began).as_secs_f64();
    desk.terminal.err(format!("#{step} {passed:.3} {text}"));
}
