//! `docker build`: a folder and a Dockerfile become an image. All progress
//! goes to standard error, as `buildx` does it.

mod attest;
mod building;
mod cache;
mod caching;
mod call;
mod check;
mod contexts;
mod document;
mod metadata;
mod output;
mod piped;
mod progress;
mod put;
mod sandbox;
mod secret;
mod ssh;

pub use building::Building;
pub use progress::Progress;
pub use put::write_file;

use std::collections::BTreeMap;

use crate::build::{Annotation, BuildError, Request, SolveError, is_address, is_git, parse_tag};
use crate::cli::docker::buildx::check_builder;
use crate::cli::docker::root::DEBUG;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::ImageStore;
use crate::fs::{FsPath, Tree};
use crate::oci::Platform;
use call::Call;
use output::Outputs;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["buildx build", "build", "image build", "builder build", "buildx b"],
    usage: "[OPTIONS] PATH | URL | -",
    about: "Start a build",
    arguments: Arguments::Exactly(1),
    flags: &[
        Flag::values("add-host", None, "Add a custom host-to-IP mapping (format: \"host:ip\")").of("strings"),
        Flag::values(
            "allow",
            None,
            "Allow extra privileged entitlement (e.g., \"network.host\", \"security.insecure\", \"device\", \
             \"buildx.local.delete\")",
        )
        .of("stringArray"),
        Flag::values("annotation", None, "Add annotation to the image").of("stringArray"),
        Flag::values("attest", None, "Attestation parameters (format: \"type=sbom,generator=image\")")
            .of("stringArray"),
        Flag::values("build-arg", None, "Set build-time variables").of("stringArray"),
        Flag::values("build-context", None, "Additional build contexts (e.g., name=path)").of("stringArray"),
        Flag::value("builder", None, "Override the configured builder instance"),
        Flag::values(
            "cache-from",
            None,
            "External cache sources (e.g., \"user/app:cache\", \"type=local,src=path/to/dir\")",
        )
        .of("stringArray"),
        Flag::values(
            "cache-to",
            None,
            "Cache export destinations (e.g., \"user/app:cache\", \"type=local,dest=path/to/dir\")",
        )
        .of("stringArray"),
        Flag::value("call", None, "Set method for evaluating build (\"check\", \"outline\", \"targets\")")
            .defaults_to("build"),
        Flag::value("cgroup-parent", None, "Set the parent cgroup for the \"RUN\" instructions during build"),
        Flag::switch("check", None, "Shorthand for \"--call=check\""),
        Flag::switch("debug", Some('D'), "Enable debug logging"),
        Flag::value("file", Some('f'), "Name of the Dockerfile (default: \"PATH/Dockerfile\")"),
        Flag::value("iidfile", None, "Write the image ID to a file"),
        Flag::values("label", None, "Set metadata for an image").of("stringArray"),
        Flag::switch("load", None, "Shorthand for \"--output=type=docker\""),
        Flag::value("metadata-file", None, "Write build result metadata to a file"),
        Flag::value("network", None, "Set the networking mode for the \"RUN\" instructions during build")
            .defaults_to("default"),
        Flag::switch("no-cache", None, "Do not use cache when building the image"),
        Flag::values("no-cache-filter", None, "Do not cache specified stages").of("stringArray"),
        Flag::values("output", Some('o'), "Output destination (format: \"type=local,dest=path\")").of("stringArray"),
        Flag::values("platform", None, "Set target platform for build").of("stringArray"),
        Flag::value(
            "progress",
            None,
            "Set type of progress output (\"auto\", \"none\", \"plain\", \"quiet\", \"rawjson\", \"tty\"). Use plain to \
             show container output",
        )
        .defaults_to("auto"),
        Flag::value("provenance", None, "Shorthand for \"--attest=type=provenance\""),
        Flag::switch("pull", None, "Always attempt to pull all referenced images"),
        Flag::switch("push", None, "Shorthand for \"--output=type=registry,unpack=false\""),
        Flag::switch("quiet", Some('q'), "Suppress the build output and print image ID on success"),
        Flag::value("sbom", None, "Shorthand for \"--attest=type=sbom\""),
        Flag::values("secret", None, "Secret to expose to the build (format: \"id=mysecret[,src=/local/secret]\")")
            .of("stringArray"),
        Flag::value("shm-size", None, "Shared memory size for build containers").of("bytes"),
        Flag::values(
            "ssh",
            None,
            "SSH agent socket or keys to expose to the build (format: \"default|<id>[=<socket>|<key>[,<key>]]\")",
        )
        .of("stringArray"),
        Flag::values("tag", Some('t'), "Image identifier (format: \"[registry/]repository[:tag]\")").of("stringArray"),
        Flag::value("target", None, "Set the target build stage to build"),
        Flag::values("ulimit", None, "Ulimit options").of("ulimit"),
        Flag::values(
            "resource",
            None,
            "Resource limits for build containers (format: \"memory=2g\", \"cpu-quota=50000\")",
        )
        .of("stringArray"),
        // What the builder before this one was told, and scripts still say.
        Flag::switch("compress", None, "Compress the build context using gzip").hidden(),
        Flag::value("cpu-period", None, "Limit the CPU CFS (Completely Fair Scheduler) period").hidden(),
        Flag::value("cpu-quota", None, "Limit the CPU CFS (Completely Fair Scheduler) quota").hidden(),
        Flag::value("cpu-shares", Some('c'), "CPU shares (relative weight)").hidden(),
        Flag::value("cpuset-cpus", None, "CPUs in which to allow execution (\"0-3\", \"0,1\")").hidden(),
        Flag::value("cpuset-mems", None, "MEMs in which to allow execution (\"0-3\", \"0,1\")").hidden(),
        Flag::switch("force-rm", None, "Always remove intermediate containers").hidden(),
        Flag::value("isolation", None, "Container isolation technology").hidden(),
        Flag::value("memory", Some('m'), "Memory limit").hidden(),
        Flag::value("memory-swap", None, "Swap limit equal to memory plus swap: \"-1\" to enable unlimited swap").hidden(),
        Flag::switch("rm", None, "Remove intermediate containers after a successful build").hidden(),
        Flag::values("security-opt", None, "Security options").hidden(),
        Flag::switch("squash", None, "Squash newly built layers into a single new layer").hidden(),
    ],
    run,
};

/// The variable for the moment that all is to be of.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

const GIT: &str =
    "Neither a lab nor this builder has the program git. Take a folder, or an archive at an `http` address.";
const FRONTEND: &str = "Another frontend is an image with a program for Linux, and here only programs for WASI run. \
                        This builder does itself what `docker/dockerfile:1` does.";

const MULTI_PLATFORM: &str = "Multi-platform build is not supported for the docker driver.
Switch to a different driver, or turn on the containerd image store, and try again.
Learn more at https://docs.docker.com/go/build-multi-platform/";

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    check_builder(parsed)?;
    for line in sandbox::deprecated(parsed) {
        desk.terminal.err(line);
    }
    sandbox::check_resources(parsed)?;
    let platforms = parsed.values("platform").iter().flat_map(|list| list.split(',')).count();
    if platforms > 1 && desk.machine.engine.image_store() == ImageStore::Classic {
        return Err(refused(MULTI_PLATFORM));
    }
    if parsed.has("no-cache") && parsed.given("no-cache-filter") {
        return Err(refused("--no-cache and --no-cache-filter cannot currently be used together"));
    }
    if let Some(agent) = parsed.values("ssh").first() {
        let hint = "A build here reaches no agent, for its programs open no socket. A RUN that can do without one is \
                    built without `--ssh`.";
        return Err(refused(&ssh::refusal(agent, desk.machine)).hint(hint));
    }
    let outputs = Outputs::read(parsed, desk)?;
    let call = Call::read(parsed)?;
    let (caches, inline_cache) =
        if parsed.given("cache-to") { cache::targets(parsed, desk)? } else { (Vec::new(), false) };
    // Whoever only asks does no step.
    let is_fed = parsed.given("cache-from") && call.is_none();
    let cache_from = if is_fed { cache::sources(parsed, desk)? } else { Vec::new() };
    let request = Request { cache_from, inline_cache, ..request(parsed, &outputs, desk)? };
    if request.push && request.tags.is_empty() {
        return Err(refused("tag is needed when pushing to registry"));
    }
    let quiet = parsed.has("quiet") || parsed.value("progress") == Some("quiet");
    let progress = progress(parsed, desk)?;
    let build = desk.machine.engine.begin_build(request).map_err(|error| failed(&error))?;
    let file = |flag| parsed.value(flag).filter(|file| !file.is_empty()).map(str::to_owned);
    Ok(Flow::Building(Box::new(Building {
        build: Some(build),
        fetch: None,
        after: None,
        progress,
        quiet,
        is_debug: parsed.has("debug") || desk.machine.environment().contains_key(DEBUG),
        outputs,
        caches,
        call,
        id_file: file("iidfile"),
        metadata_file: file("metadata-file"),
    })))
}

/// The files, the context and the Dockerfile.
fn sources(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<(Tree, FsPath, FsPath), Failure> {
    let typed = &parsed.arguments[0];
    if is_git(typed) {
        return Err(without_git(typed));
    }
    if is_address(typed) {
        let dockerfile = parsed.value("file").map_or_else(FsPath::root, FsPath::from);
        return Ok((desk.machine.files.clone(), FsPath::root(), dockerfile));
    }
    if typed == "-" {
        return piped::context(parsed.value("file"), desk);
    }
    let context = desk.machine.resolve(typed);
    if parsed.value("file") == Some("-") {
        let (files, dockerfile) = piped::dockerfile(desk)?;
        return Ok((files, context, dockerfile));
    }
    let dockerfile =
        parsed.value("file").map_or_else(|| context.child("Dockerfile"), |file| desk.machine.resolve(file));
    Ok((desk.machine.files.clone(), context, dockerfile))
}

fn request(parsed: &Parsed<'_>, outputs: &Outputs, desk: &mut Desk<'_>) -> Result<Request, Failure> {
    let typed = &parsed.arguments[0];
    let (files, context, dockerfile) = sources(parsed, desk)?;
    let environment = desk.machine.environment();
    let call = Call::read(parsed)?;
    let usual = Request::new(files, context, desk.machine.engine.platform());
    let names = parsed.values("tag").into_iter().chain(outputs.all().flat_map(|one| one.names.clone()));
    let tags = names.map(|tag| parse_tag(&tag)).collect::<Result<_, _>>();
    let platforms = parsed.values("platform");
    let platforms = platforms.iter().flat_map(|list| list.split(',')).map(|text| text.trim().parse::<Platform>());
    Ok(Request {
        context_typed: typed.clone(),
        remote: is_address(typed).then(|| typed.clone()),
        dockerfile,
        tags: tags.map_err(|error| failed(&error))?,
        arguments: arguments(&parsed.values("build-arg"), &environment),
        labels: labels(&parsed.values("label")),
        target: parsed.value("target").filter(|target| !target.is_empty()).map(str::to_owned),
        platforms: platforms.collect::<Result<_, _>>().map_err(|error| failed(&error))?,
        secrets: secrets(&parsed.values("secret"), desk)?,
        no_cache: parsed.has("no-cache"),
        no_cache_stages: parsed
            .values("no-cache-filter")
            .iter()
            .flat_map(|list| list.split(','))
            .map(str::to_owned)
            .collect(),
        contexts: contexts::read(&parsed.values("build-context"), desk.machine)?,
        attributes: sandbox::attributes(parsed)?,
        rights: sandbox::rights(parsed)?,
        pull: parsed.has("pull"),
        provenance: attest::provenance(parsed, &environment)?,
        annotations: annotations(parsed, outputs)?,
        rewrite_timestamp: outputs.first.rewrite_timestamp,
        all_stages: call.is_some_and(Call::is_check) && parsed.value("target").is_none(),
        is_question: call.is_some(),
        is_check: call.is_some_and(Call::is_check),
        output: outputs.first.kind,
        unpack: outputs.first.unpacks(),
        push: outputs.first.push,
        ..usual
    })
}

fn annotations(parsed: &Parsed<'_>, outputs: &Outputs) -> Result<Vec<Annotation>, Failure> {
    let mut found = Vec::new();
    let of_outputs = outputs.all().flat_map(|one| one.annotations.clone());
    for text in parsed.values("annotation").into_iter().chain(of_outputs).filter(|text| !text.is_empty()) {
        let parsed = Annotation::parse(&text);
        found.extend(parsed.map_err(|error| refused(&format!("parse annotations: {error}")))?);
    }
    Ok(found)
}

/// `NAME=value`; a name alone takes the client's variable, if there is one. The moment that all is to be of comes
/// from the client too.
fn arguments(given: &[String], environment: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let of_client = |name: &str| Some((name.to_owned(), environment.get(name)?.clone()));
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) => Some((name.to_owned(), value.to_owned())),
        None => of_client(text),
    };
    let mut pairs: Vec<(String, String)> = given.iter().filter_map(pair).collect();
    if !pairs.iter().any(|(name, _)| name == EPOCH) {
        pairs.extend(of_client(EPOCH));
    }
    pairs
}

/// A label alone has an empty value.
fn labels(given: &[String]) -> Vec<(String, String)> {
    let pair = |text: &String| {
        text.split_once('=').map_or((text.clone(), String::new()), |(n, v)| (n.to_owned(), v.to_owned()))
    };
    given.iter().map(pair).collect()
}

fn secrets(given: &[String], desk: &Desk<'_>) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    given.iter().map(|text| secret::read(text, desk.machine)).collect()
}

fn progress(parsed: &Parsed<'_>, desk: &Desk<'_>) -> Result<Progress, Failure> {
    let typed = parsed.value("progress").unwrap_or("auto");
    if parsed.has("quiet") && !matches!(typed, "auto" | "quiet") {
        return Err(misread(&format!("progress={typed} and quiet cannot be used together")));
    }
    if parsed.has("quiet") {
        return Ok(Progress::Quiet);
    }
    let (tty, environment) = (desk.terminal.tty_err, desk.machine.environment());
    let asked = Some(typed).filter(|mode| *mode != "auto");
    let of_client = || environment.get("BUILDKIT_PROGRESS").map(String::as_str).filter(|mode| !mode.is_empty());
    let mode = asked.or_else(of_client).unwrap_or("auto");
    Progress::named(mode, tty).ok_or_else(|| misread(&format!("invalid progress mode {mode}")))
}

/// A repository of git cannot be read: neither a lab nor this builder has the program.
fn without_git(address: &str) -> Failure {
    let git = "exec: \"git\": executable file not found in $PATH";
    refused(&format!("failed to solve: failed to load cache key: failed to fetch remote {address}: {git}")).hint(GIT)
}

/// What `buildx` says of options that it cannot read.
fn misread(message: &str) -> Failure {
    Failure::new(format!("ERROR: {message}"))
}

/// What it says of all that goes wrong after that.
fn refused(message: &str) -> Failure {
    Failure::new(format!("ERROR: failed to build: {message}"))
}

fn failed(error: &impl std::fmt::Display) -> Failure {
    refused(&error.to_string())
}

/// Whether a shell was to be started that is not there.
fn is_without_shell(error: &BuildError) -> bool {
    let BuildError::Solve { source, .. } = error else { return false };
    matches!(&**source, SolveError::Process { command, started: false, .. } if command.starts_with("/bin/sh -c"))
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
    } else if text.contains("exec: \"git\"") {
        GIT
    } else if text.contains("directive `# syntax=") {
        FRONTEND
    } else if is_without_shell(error) {
        "The shell form of RUN needs `/bin/sh` in the image. If it has none, name a program: `RUN [\"/program\", \"argument\"]`."
    } else if text.contains("failed to resolve source metadata") {
        "The base image was not found where its name says. This page's `docker.io` holds `mlserve:1`, `mlserve:2` and `toolbox:1`."
    } else {
        return None;
    };
    Some(hint.to_owned())
}
