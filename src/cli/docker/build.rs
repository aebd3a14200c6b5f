//! `docker build`: a folder and a Dockerfile become an image. All progress
//! goes to standard error, as `buildx` does it.

use crate::build::progress::{Plain, Tty};
use crate::build::{BuildError, Request, parse_tag};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::event::Event;
use crate::oci::Platform;
use crate::text::Output;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["buildx build", "build", "image build", "builder build"],
    usage: "[OPTIONS] PATH | URL | -",
    about: "Start a build",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::value("file", Some('f'), "Name of the Dockerfile (default: \"PATH/Dockerfile\")"),
        Flag::switch("no-cache", None, "Do not use cache when building the image"),
        Flag::value("platform", None, "Set target platform for build"),
        Flag::value("progress", None, "Set type of progress output (\"auto\", \"plain\", \"tty\", \"quiet\")"),
        Flag::switch("quiet", Some('q'), "Suppress the build output and print image ID on success"),
        Flag::values("tag", Some('t'), "Image identifier (format: \"[registry/]repository[:tag]\")"),
    ],
    run,
};

/// The one of three ways in which a build shows what it does.
enum Progress {
    Plain(Plain),
    Tty(Tty),
    Quiet,
}

impl Progress {
    fn event(&mut self, event: &Event) -> Vec<Output> {
        match self {
            Self::Plain(plain) => plain.event(event),
            Self::Tty(tty) => tty.event(event),
            Self::Quiet => Vec::new(),
        }
    }

    fn finish(self, error: Option<&BuildError>) -> Vec<Output> {
        match self {
            Self::Plain(plain) => plain.finish(error),
            Self::Tty(tty) => tty.finish(error),
            Self::Quiet => Plain::default().finish(error),
        }
    }
}

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let request = request(parsed, desk)?;
    let quiet = parsed.has("quiet");
    let mut progress = progress(parsed, desk.terminal.tty)?;
    let Desk { machine, wire, terminal, .. } = desk;
    let built = machine.engine.build(&request, wire, &mut |event| {
        for output in progress.event(&event) {
            (terminal.print)(output);
        }
        terminal.event(event);
    });
    let ending = progress.finish(built.as_ref().err());
    let (built, took) = match built {
        Ok(built) => built,
        Err(error) => {
            let lines = ending.into_iter().map(|output| output.line).collect();
            return Err(Failure { lines, hint: hint(&error), code: 1 });
        }
    };
    for output in ending {
        (terminal.print)(output);
    }
    wire.world.pass(took);
    if quiet {
        terminal.out(built.image.digest.to_string());
    }
    Ok(Flow::Done(0))
}

fn request(parsed: &Parsed<'_>, desk: &Desk<'_>) -> Result<Request, Failure> {
    let typed = &parsed.arguments[0];
    if typed == "-" || typed.contains("://") {
        let message = format!("ERROR: failed to build: a context from {typed:?} is not supported yet in this lab");
        return Err(Failure::new(message).hint("Build from a folder: `docker build -t NAME .`"));
    }
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("ERROR: failed to build: {error}"));
    let tags = parsed.values("tag").iter().map(|tag| parse_tag(tag)).collect::<Result<_, _>>();
    let context = desk.machine.resolve(typed);
    let dockerfile = match parsed.value("file") {
        Some(file) => desk.machine.resolve(file),
        None => context.child("Dockerfile"),
    };
    let platform = parsed.value("platform").map(str::parse::<Platform>).transpose();
    Ok(Request {
        files: desk.machine.files.clone(),
        context,
        context_typed: typed.clone(),
        dockerfile,
        tags: tags.map_err(|error| failed(&error))?,
        no_cache: parsed.has("no-cache"),
        platform: platform.map_err(|error| failed(&error))?,
    })
}

fn progress(parsed: &Parsed<'_>, tty: bool) -> Result<Progress, Failure> {
    if parsed.has("quiet") {
        return Ok(Progress::Quiet);
    }
    match parsed.value("progress").unwrap_or("auto") {
        "auto" if tty => Ok(Progress::Tty(Tty::default())),
        "auto" | "plain" => Ok(Progress::Plain(Plain::default())),
        "tty" => Ok(Progress::Tty(Tty::default())),
        "quiet" => Ok(Progress::Quiet),
        other => Err(Failure::new(format!("ERROR: failed to build: invalid progress mode {other}"))),
    }
}

/// What to do about the commonest mistakes.
fn hint(error: &BuildError) -> Option<String> {
    let text = error.to_string();
    let hint = if let Some(hint) = super::pull::on_the_way(&text) {
        hint
    } else if text.contains("open Dockerfile: no such file") {
        "There is no Dockerfile in that folder. `ls` shows what is; `-f FILE` names another one."
    } else if text.contains("not found") && text.contains("checksum of ref") {
        "A COPY takes files from the build context only, and not those in `.dockerignore`. Check the name with `ls`."
    } else if text.contains("failed to resolve source metadata") {
        "The base image was not found where its name says. This page's `docker.io` holds `mlserve:1`."
    } else {
        return None;
    };
    Some(hint.to_owned())
}
