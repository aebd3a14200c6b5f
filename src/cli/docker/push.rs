//! `docker push`: the name says where to. Errors come inside the progress
//! stream, so they have no prefix.

use crate::cli::flags::Parsed;
use crate::cli::progress::Progress;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::{ImageStore, RegistryError};
use crate::oci::{DEFAULT_DOMAIN, Platform, Reference};
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
    let mut notes = Vec::new();
    for reference in references {
        notes.extend(push(&reference, platform.as_ref(), quiet, desk)?);
    }
    if quiet {
        desk.terminal.out(whole.to_string());
    }
    for note in notes {
        desk.terminal.note(&note);
    }
    Ok(Flow::Done(0))
}

/// Docker says what is no platform in one line with the reason.
fn platform(parsed: &Parsed<'_>) -> Result<Option<Platform>, Failure> {
    let typed = parsed.value("platform").filter(|typed| !typed.is_empty());
    let invalid = |typed: &str, error| Failure::new(format!("Invalid platform {typed}{error}"));
    typed.map(|typed| typed.parse::<Platform>().map_err(|error| invalid(typed, error))).transpose()
}

/// Pushes one name; the note there is about it, for after the last.
fn push(
    reference: &Reference,
    platform: Option<&Platform>,
    quiet: bool,
    desk: &mut Desk<'_>,
) -> Result<Option<String>, Failure> {
    let registries = desk.registries.clone();
    let Desk { machine, wire, terminal, .. } = desk;
    let mut progress = Progress::new(Stream::Stdout, machine.engine.image_store());
    let pushed = machine.engine.push(reference, platform, wire, &mut |event| {
        if quiet { terminal.event(event) } else { progress.take(event, terminal) }
    });
    let Pushed { root, instead_of } = pushed.map_err(|error| {
        progress.refused(terminal);
        failure(&error, reference, &registries)
    })?;
    if !quiet {
        let tag = reference.tag.clone().unwrap_or_default();
        terminal.out(format!("{tag}: digest: {} size: {}", root.digest, root.size));
    }
    Ok(instead_of.map(|index| format!("{NOT_ALL}\n{} -> {}", index.digest, root.digest)))
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
        _ => failure.hint(format!("The registries of this lab: {}.", registries.join(", "))),
    }
}
