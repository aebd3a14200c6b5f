//! `docker push`: the name says where to. Errors come inside the progress
//! stream, so they have no prefix.

use std::collections::VecDeque;
use std::fmt;

use super::{real, refused};
use crate::cli::flags::Parsed;
use crate::cli::progress::Progress;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{ImageStore, Push, RegistryError};
use crate::host::Host;
use crate::oci::{DEFAULT_DOMAIN, Descriptor, Platform, Reference};
use crate::text::Stream;
use crate::transfer::Pushed;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["push", "image push"],
    usage: "[OPTIONS] NAME[:TAG]",
    about: "Upload an image to a registry",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::switch("all-tags", Some('a'), "Push all tags of an image to the repository"),
        Flag::value(
            "platform",
            None,
            "Push a platform-specific manifest as a single-platform image to the registry.\nImage index won't be \
             pushed, meaning that other manifests, including attestations won't be preserved.\n\
             'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
        ),
        Flag::switch("quiet", Some('q'), "Suppress verbose output"),
    ],
    run,
};

const NOT_ALL: &str =
    "Not all multiplatform-content is present and only the available single-platform image was pushed";
const ONLY_ONE: &str = "Using --platform pushes only the specified platform manifest of a multi-platform image index.
Other components, like attestations, will not be included.
To push the complete multi-platform image, remove the --platform flag.
";

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let platform = platform(parsed)?;
    if platform.is_some() {
        desk.terminal.note(ONLY_ONE);
    }
    let typed: Reference = parsed.arguments[0].parse().map_err(Failure::new)?;
    let is_bare = typed.tag.is_none() && typed.digest.is_none();
    let (all, quiet) = (parsed.has("all-tags"), parsed.has("quiet"));
    if all && !is_bare {
        return Err(Failure::new("tag can't be used with --all-tags/-a"));
    }
    if !all && is_bare && !quiet {
        desk.terminal.out("Using default tag: latest");
    }
    if platform.is_some() && desk.machine.engine.image_store() == ImageStore::Classic {
        return Err(Failure::daemon("graphdriver backend doesn't support specifying platform for push"));
    }
    if typed.digest.is_some() {
        return Err(Failure::new("cannot push a digest reference"));
    }
    if !quiet {
        desk.terminal.out(format!("The push refers to repository [{}]", typed.repository()));
    }
    let whole = if all { typed.clone() } else { typed.clone().tagged() };
    let references = if all {
        let here = desk.machine.engine.tags_of(&typed);
        here.map_err(|error| failure(&error, &typed, &desk.registries))?
    } else {
        vec![whole.clone()]
    };
    let shown = quiet.then(|| whole.to_string());
    Ok(Pushing { left: references.into(), platform, shown, current: None, notes: Vec::new() }.into())
}

/// Names under way to their registry, one after the other.
pub struct Pushing {
    left: VecDeque<Reference>,
    platform: Option<Platform>,
    /// What is printed in the end if nothing else is.
    shown: Option<String>,
    current: Option<(Reference, Push, Progress)>,
    /// What is said after the last.
    notes: Vec<String>,
}

impl fmt::Debug for Pushing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pushing").field("left", &self.left).finish_non_exhaustive()
    }
}

impl Pushing {
    /// Goes on a piece.
    pub fn step(mut self, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
        if let Some((reference, push, progress)) = self.current.take() {
            self.go_on(reference, push, progress, desk)?;
            return Ok(self.into());
        }
        let Some(reference) = self.left.pop_front() else { return Ok(self.done(desk)) };
        let engine = &desk.machine.engine;
        let progress = Progress::new(Stream::Stdout, engine.image_store());
        let push = engine.begin_push(&reference, self.platform.as_ref());
        let push = push.map_err(|error| failure(&error, &reference, &desk.registries))?;
        self.current = Some((reference, push, progress));
        Ok(self.into())
    }

    fn go_on(
        &mut self,
        reference: Reference,
        mut push: Push,
        mut progress: Progress,
        desk: &mut Desk<'_>,
    ) -> Result<(), Failure> {
        let quiet = self.shown.is_some();
        let Desk { machine, wire, terminal, registries, .. } = desk;
        let pushed = machine.engine.advance_push(&mut push, wire, &mut |event| {
            if quiet { terminal.event(event) } else { progress.take(event, terminal) }
        });
        let pushed = pushed.map_err(|error| {
            progress.refused(terminal);
            let advice = real::advice(&reference, wire, &error.to_string());
            let failure = failure(&error, &reference, registries);
            Failure { hint: advice.or(failure.hint), ..failure }
        })?;
        match pushed {
            None => self.current = Some((reference, push, progress)),
            Some(Pushed { root, instead_of }) => {
                machine.engine.note_image(wire.now(), "push", &reference.familiar(), &reference.familiar_name());
                if !quiet {
                    let tag = reference.tag.clone().unwrap_or_default();
                    terminal.out(format!("{tag}: digest: {} size: {}", root.digest, root.size));
                }
                let note = |index: Descriptor| format!("{NOT_ALL}\n{} -> {}", index.digest, root.digest);
                self.notes.extend(instead_of.map(note));
            }
        }
        Ok(())
    }

    fn done(self, desk: &mut Desk<'_>) -> Flow {
        if let Some(shown) = self.shown {
            desk.terminal.out(shown);
        }
        for note in self.notes {
            desk.terminal.note(&note);
        }
        Flow::Done(0)
    }

    /// Ctrl-C: names that were pushed before it stay pushed.
    pub fn interrupt(self, desk: &mut Desk<'_>) {
        let Some((_, push, _)) = self.current else { return };
        let Desk { machine, wire, terminal, .. } = desk;
        machine.engine.cancel_push(push, wire, &mut |event| terminal.event(event));
    }
}

/// Docker says what is no platform in one line with the reason.
fn platform(parsed: &Parsed<'_>) -> Result<Option<Platform>, Failure> {
    let typed = parsed.value("platform").filter(|typed| !typed.is_empty());
    let invalid = |typed: &str, error| Failure::new(format!("Invalid platform {typed}{error}"));
    typed.map(|typed| typed.parse::<Platform>().map_err(|error| invalid(typed, error))).transpose()
}

fn failure(error: &RegistryError, reference: &Reference, registries: &[String]) -> Failure {
    let failure = Failure::new(error);
    let registry = registries.first().map_or("registry.example.com", String::as_str);
    let name = reference.familiar();
    match error {
        RegistryError::NoSuchTag { .. } | RegistryError::NoSuchRepository { .. } => failure.hint(format!(
            "No image on this machine has the name `{name}`. `docker images` shows the names there are; \
             `docker tag SOURCE {name}` gives one to an image."
        )),
        RegistryError::Platform(_) | RegistryError::Image(_) => failure,
        _ if reference.domain == DEFAULT_DOMAIN => failure.hint(format!(
            "A name without a registry means Docker Hub: `{reference}`, where you may not push. Name the registry: \
             `docker tag {name} {registry}/mlproject/{name}`, then push that name."
        )),
        _ if registries.is_empty() => failure.hint(format!(
            "Who you are to `{}` is read from docker's config.json, which `docker login` writes.",
            reference.domain
        )),
        _ => {
            let known = || format!("The registries of this lab: {}.", registries.join(", "));
            failure.hint(refused::advice(&error.to_string(), &reference.domain).unwrap_or_else(known))
        }
    }
}
