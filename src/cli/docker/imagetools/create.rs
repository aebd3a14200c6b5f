//! `docker buildx imagetools create`: a new name, or a new index, for what the
//! registries have already. One digest under another tag is a promotion.

use std::collections::VecDeque;
use std::fmt;

use serde_json::{Value, json};

use super::sources::{self, Combined, Source};
use super::{failed, location, place};
use crate::build::Annotation;
use crate::cli::docker::build::{Progress, write_file};
use crate::cli::docker::{platform, refused};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::Event;
use crate::host::Host;
use crate::oci::{Descriptor, Reference, Timestamp, json as documents};
use crate::text::{Stream, sorted};
use crate::transfer::{Place, Promotion, put_tag};

/// The command.
pub const VERB: Verb = Verb {
    paths: &["buildx imagetools create"],
    usage: "[OPTIONS] [SOURCE...]",
    about: "Create a new image based on source images",
    arguments: Arguments::AtLeast(0),
    flags: &[
        Flag::values("annotation", None, "Add annotation to the image").of("stringArray"),
        Flag::switch("append", None, "Append to existing manifest"),
        Flag::switch("dry-run", None, "Show final image instead of pushing"),
        Flag::values("file", Some('f'), "Read source descriptor from file").of("stringArray"),
        Flag::value("metadata-file", None, "Write create result metadata to a file"),
        Flag::values("platform", Some('p'), "Filter specified platforms of target image").of("stringArray"),
        Flag::switch(
            "prefer-index",
            None,
            "When only a single source is specified, prefer outputting an image index or manifest list instead of \
             performing a carbon copy",
        )
        .defaults_to("true"),
        Flag::value(
            "progress",
            None,
            "Set type of progress output (\"auto\", \"none\", \"plain\", \"rawjson\", \"tty\"). Use plain to show container \
             output",
        )
        .defaults_to("auto"),
        Flag::values("tag", Some('t'), "Set reference for new image").of("stringArray"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let mode = parsed.value("progress").map_or("auto", |mode| if mode == "none" { "quiet" } else { mode });
    let progress = Progress::named(mode, desk.terminal.tty_err).map(Progress::bare);
    let progress = progress.ok_or_else(|| failed(format!("invalid progress mode {mode}")))?;
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
    let notes = parsed.values("annotation").into_iter().filter(|text| !text.is_empty());
    let notes = notes.map(|text| Annotation::parse(&text)).collect::<Result<Vec<_>, _>>();
    let notes = notes.map_err(|error| failed(format!("failed to parse annotations: {error}")))?.concat();
    let combined = sources::combine(&resolved, prefer_index, &notes, &platforms)?;
    if is_dry {
        desk.terminal.lines(String::from_utf8_lossy(&combined.bytes).split('\n'));
        return Ok(Flow::Done(0));
    }
    let known = parsed.value("metadata-file").filter(|file| !file.is_empty()).map(|file| {
        let names = tags.iter().map(Reference::to_string).collect::<Vec<_>>().join(",");
        (file.to_owned(), json!({ "containerimage.descriptor": combined.root, "image.name": names }))
    });
    let left = (1..).zip(by_repository(&tags)).collect();
    Ok(Creating { combined, left, current: None, progress, known }.into())
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

/// A document and all it names on the way into repositories, one after the other.
pub struct Creating {
    combined: Combined,
    /// The tags of each repository, with the number of its step.
    left: VecDeque<(u32, Vec<Reference>)>,
    current: Option<Current>,
    /// How the steps are shown.
    progress: Progress,
    /// The file that is told what was made, and what it is told.
    known: Option<(String, Value)>,
}

/// One repository: everything goes there, then its tags.
struct Current {
    step: u32,
    began: Timestamp,
    tags: Vec<Reference>,
    /// What is still to come, and from where.
    parts: VecDeque<(Descriptor, Place)>,
    /// What is on its way, and what that is called.
    promotion: Option<(Promotion, String)>,
}

impl fmt::Debug for Creating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Creating").field("left", &self.left).finish_non_exhaustive()
    }
}

impl Creating {
    /// Goes on a piece.
    pub fn step(mut self, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
        if let Some(mut current) = self.current.take() {
            if !current.go_on(&self.combined, &mut self.progress, desk)? {
                self.current = Some(current);
            }
            return Ok(self.into());
        }
        let Some((step, tags)) = self.left.pop_front() else {
            self.progress.finish(None).into_iter().for_each(&mut *desk.terminal.print);
            if let Some((file, known)) = &self.known {
                write_file(file, documents::indented(known), desk)?;
            }
            return Ok(Flow::Done(0));
        };
        let began = desk.wire.now();
        let name = format!("[internal] pushing {}", tags[0].repository());
        let parts = self.combined.parts.iter().cloned().collect();
        let current = Current { step, began, tags, parts, promotion: None };
        tell(&Event::BuildStepStarted { step, name }, &mut self.progress, desk);
        self.current = Some(current);
        Ok(self.into())
    }

    /// Ctrl-C: what has landed stays there, and no tag names it.
    pub fn interrupt(self, desk: &mut Desk<'_>) {
        let Some((promotion, _)) = self.current.and_then(|current| current.promotion) else { return };
        let Desk { wire, terminal, .. } = desk;
        promotion.cancel(wire, &mut |event| terminal.event(event));
    }
}

impl Current {
    /// True when the repository has everything.
    fn go_on(&mut self, combined: &Combined, progress: &mut Progress, desk: &mut Desk<'_>) -> Result<bool, Failure> {
        if let Some((mut promotion, what)) = self.promotion.take() {
            let Desk { wire, terminal, .. } = &mut *desk;
            let arrived = promotion.advance(wire, &mut |event| terminal.event(event));
            if !arrived.map_err(|error| self.wrong(&error, &what, progress, desk))? {
                self.promotion = Some((promotion, what));
            }
            return Ok(false);
        }
        let Some((manifest, from)) = self.parts.pop_front() else {
            self.put_tags(combined, progress, desk)?;
            return Ok(true);
        };
        let (digest, source) = (manifest.digest, &from.reference);
        self.say(format!("copying {digest} from {source} to {}", self.tags[0].repository()), progress, desk);
        let whole = Reference { tag: None, digest: Some(combined.root.digest), ..self.tags[0].clone() };
        let what = format!("copy {digest} from {source} to {}", self.tags[0]);
        self.promotion = Some((Promotion::new(&from, &place(&whole, desk), &manifest), what));
        Ok(false)
    }

    fn put_tags(&self, combined: &Combined, progress: &mut Progress, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let digest = combined.root.digest;
        for tag in &self.tags {
            self.say(format!("pushing {digest} to {tag}"), progress, desk);
            let to = place(tag, desk);
            let Desk { wire, terminal, .. } = &mut *desk;
            let put = put_tag(&to, &combined.root, combined.bytes.clone(), wire, &mut |event| terminal.event(event));
            put.map_err(|error| self.wrong(&error, &format!("publish {digest} to {tag}"), progress, desk))?;
        }
        let millis = self.millis(desk);
        tell(&Event::BuildStepDone { step: self.step, millis, layer: None }, progress, desk);
        Ok(())
    }

    /// A line of the step, with the time since it began.
    fn say(&self, text: String, progress: &mut Progress, desk: &mut Desk<'_>) {
        let (stream, millis) = (Stream::Stdout, self.millis(desk));
        tell(&Event::BuildStepWrote { step: self.step, stream, text, millis }, progress, desk);
    }

    fn millis(&self, desk: &Desk<'_>) -> u64 {
        u64::try_from(desk.wire.now().since(self.began).as_millis()).unwrap_or(u64::MAX)
    }

    fn wrong(&self, error: &dyn fmt::Display, what: &str, progress: &mut Progress, desk: &mut Desk<'_>) -> Failure {
        let text = format!("{what}: {error}");
        tell(&Event::BuildStepFailed { step: self.step, message: text.clone() }, progress, desk);
        progress.finish(None).into_iter().for_each(&mut *desk.terminal.print);
        let domain = &self.tags[0].domain;
        let advice = refused::advice(&text, domain).filter(|_| desk.registries.contains(domain));
        let failure = failed(text);
        if let Some(advice) = advice { failure.hint(advice) } else { failure }
    }
}

/// Shows what a step says of itself. It is no step of a build, which others would want to know of.
fn tell(event: &Event, progress: &mut Progress, desk: &mut Desk<'_>) {
    progress.event(event).into_iter().for_each(&mut *desk.terminal.print);
}
