//! What `docker run` and `docker create` have in common: the flags that say
//! what a container is made with.
//! <https://github.com/docker/cli/blob/v29.0.0/cli/command/container/opts.go>

mod mount;
mod port;

use std::collections::BTreeMap;

use super::signal;
use crate::cli::flags::Parsed;
use crate::cli::{Desk, Failure, duration};
use crate::engine::{Attachment, ContainerSpec, Image, Restart, Settings};
use crate::fs::FsPath;
use crate::oci::Healthcheck;
use crate::text::units::typed_size;

/// The least memory docker gives: 6 MiB.
const LEAST_MEMORY: i64 = 6 << 20;

/// The flags of both commands, and those of one of them.
macro_rules! flags {
    ($($own:expr),*) => { &[
        $($own,)*
        Flag::value("cidfile", None, "Write the container ID to the file"),
        Flag::value("cpus", None, "Number of CPUs").of("decimal"),
        Flag::value("entrypoint", None, "Overwrite the default ENTRYPOINT of the image"),
        Flag::values("env", Some('e'), "Set environment variables"),
        Flag::values("env-file", None, "Read in a file of environment variables"),
        Flag::values("expose", None, "Expose a port or a range of ports"),
        Flag::value("health-cmd", None, "Command to run to check health"),
        Flag::value("health-interval", None, "Time between running the check (ms|s|m|h) (default 0s)").of("duration"),
        Flag::value("health-retries", None, "Consecutive failures needed to report unhealthy").of("int"),
        Flag::value("health-start-interval", None, "Time between running the check during the start period (ms|s|m|h) (default 0s)").of("duration"),
        Flag::value("health-start-period", None, "Start period for the container to initialize before starting health-retries countdown (ms|s|m|h) (default 0s)").of("duration"),
        Flag::value("health-timeout", None, "Maximum time to allow one check to run (ms|s|m|h) (default 0s)").of("duration"),
        Flag::value("hostname", Some('h'), "Container host name"),
        Flag::switch("init", None, "Run an init inside the container that forwards signals and reaps processes"),
        Flag::switch("interactive", Some('i'), "Keep STDIN open even if not attached"),
        Flag::values("label", Some('l'), "Set meta data on a container"),
        Flag::value("memory", Some('m'), "Memory limit").of("bytes"),
        Flag::values("mount", None, "Attach a filesystem mount to the container").of("mount"),
        Flag::value("name", None, "Assign a name to the container"),
        Flag::values("network", None, "Connect a container to a network").of("network"),
        Flag::values("network-alias", None, "Add network-scoped alias for the container"),
        Flag::switch("no-healthcheck", None, "Disable any container-specified HEALTHCHECK"),
        Flag::value("platform", None, "Set platform if server is multi-platform capable"),
        Flag::values("publish", Some('p'), "Publish a container's port(s) to the host"),
        Flag::switch("publish-all", Some('P'), "Publish all exposed ports to random ports"),
        Flag::value("pull", None, r#"Pull image before running ("always", "missing", "never")"#).defaults_to("missing"),
        Flag::switch("quiet", Some('q'), "Suppress the pull output"),
        Flag::switch("read-only", None, "Mount the container's root filesystem as read only"),
        Flag::value("restart", None, "Restart policy to apply when a container exits").defaults_to("no"),
        Flag::switch("rm", None, "Automatically remove the container and its associated anonymous volumes when it exits"),
        Flag::value("stop-signal", None, "Signal to stop the container"),
        Flag::value("stop-timeout", None, "Timeout (in seconds) to stop a container").of("int"),
        Flag::values("tmpfs", None, "Mount a tmpfs directory"),
        Flag::switch("tty", Some('t'), "Allocate a pseudo-TTY"),
        Flag::value("user", Some('u'), "Username or UID (format: <name|uid>[:<group|gid>])"),
        Flag::values("volume", Some('v'), "Bind mount a volume"),
        Flag::value("workdir", Some('w'), "Working directory inside the container"),
    ] };
}
pub(super) use flags;

/// What is asked for, before the image is known.
pub fn spec(parsed: &Parsed<'_>, desk: &Desk<'_>) -> Result<ContainerSpec, Failure> {
    let (image, arguments) = parsed.arguments.split_first().expect("the verb takes at least one argument");
    let directory = parsed.value("workdir").map(str::to_owned);
    if let Some(directory) = directory.as_ref().filter(|directory| !directory.starts_with('/')) {
        return Err(daemon(format!("the working directory '{directory}' is invalid, it needs to be an absolute path")));
    }
    Ok(ContainerSpec {
        image: image.clone(),
        name: parsed.value("name").map(str::to_owned),
        entrypoint: parsed.value("entrypoint").map(str::to_owned),
        arguments: arguments.to_vec(),
        environment: environment(parsed, desk)?,
        directory,
        // Most lines have no flags, and so nothing to be read.
        settings: if parsed.is_bare() { Settings::default() } else { settings(parsed, desk)? },
    })
}

fn settings(parsed: &Parsed<'_>, desk: &Desk<'_>) -> Result<Settings, Failure> {
    let value = |name: &str| parsed.value(name).unwrap_or_default().to_owned();
    let memory = typed_size(&value("memory")).unwrap_or(0);
    if memory > 0 && memory < LEAST_MEMORY {
        return Err(daemon("Minimum memory limit allowed is 6MB"));
    }
    let stop_signal = value("stop-signal");
    if !stop_signal.is_empty() && signal::number(&stop_signal).is_none() {
        return Err(daemon(format!("invalid signal: {stop_signal}")));
    }
    let restart = restart(&value("restart"))?;
    if parsed.has("rm") && restart != Restart::No {
        return Err(refused("conflicting options: cannot specify both --restart and --rm"));
    }
    let mut exposed = std::collections::BTreeSet::new();
    for typed in parsed.values("expose") {
        exposed.extend(port::exposed(&typed).map_err(|error| refused(&error))?);
    }
    let published = parsed.values("publish").iter().map(|typed| port::published(typed)).collect::<Result<Vec<_>, _>>();
    let published: Vec<_> = published.map_err(|error| refused(&error))?.into_iter().flatten().collect();
    exposed.extend(published.iter().map(|published| published.container));
    Ok(Settings {
        hostname: value("hostname"),
        user: value("user"),
        labels: labels(&parsed.values("label")),
        fed: parsed.has("interactive"),
        tty: parsed.has("tty"),
        remove: parsed.has("rm"),
        init: parsed.has("init"),
        read_only: parsed.has("read-only"),
        memory_bytes: u64::try_from(memory).unwrap_or(0),
        nano_cpus: cpus(&value("cpus"))?,
        restart,
        stop_signal,
        stop_seconds: parsed.number("stop-timeout"),
        health: health(parsed)?,
        exposed,
        published,
        publish_all: parsed.has("publish-all"),
        mounts: mount::all(parsed, desk).map_err(|error| refused(&error))?,
        networks: networks(parsed),
    })
}

/// Variables of files, then those typed; a name alone takes its value from those that the shell exports.
pub fn environment(parsed: &Parsed<'_>, desk: &Desk<'_>) -> Result<Vec<String>, Failure> {
    let mut environment = Vec::new();
    for file in parsed.values("env-file") {
        let bytes = desk.machine.files.read(&desk.machine.resolve(&file));
        let bytes = bytes.map_err(|_| refused(&format!("open {file}: no such file or directory")))?;
        for line in String::from_utf8_lossy(&bytes).lines().map(str::trim_start) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let name = line.split('=').next().unwrap_or_default();
            if name.is_empty() || name.contains(char::is_whitespace) {
                let reason = if name.is_empty() { "no variable name on line" } else { "variable contains whitespaces" };
                return Err(refused(&format!("invalid env file ({file}): {reason} '{line}'")));
            }
            environment.extend(valued(line, desk));
        }
    }
    environment.extend(parsed.values("env").iter().filter_map(|entry| valued(entry, desk)));
    Ok(environment)
}

/// `NAME=value` as it is, `NAME` with the value it has in the shell, if it exports it.
fn valued(entry: &str, desk: &Desk<'_>) -> Option<String> {
    if entry.contains('=') {
        return Some(entry.to_owned());
    }
    desk.machine.environment().get(entry).map(|value| format!("{entry}={value}"))
}

/// `key=value` or `key`, as docker keeps labels.
pub fn labels(typed: &[String]) -> BTreeMap<String, String> {
    let pair = |label: &String| {
        let (key, value) = label.split_once('=').unwrap_or((label, ""));
        (key.to_owned(), value.to_owned())
    };
    typed.iter().map(pair).collect()
}

fn cpus(typed: &str) -> Result<u64, Failure> {
    if typed.is_empty() {
        return Ok(0);
    }
    crate::cli::scaled(typed, 1_000_000_000).ok_or_else(|| {
        refused(&format!(
            "invalid argument \"{typed}\" for \"--cpus\" flag: failed to parse {typed} as a rational number"
        ))
    })
}

fn restart(typed: &str) -> Result<Restart, Failure> {
    let (policy, count) = typed.split_once(':').map_or((typed, None), |(policy, count)| (policy, Some(count)));
    let retries = count
        .map(str::parse::<u32>)
        .transpose()
        .map_err(|_| refused("invalid restart policy format: maximum retry count must be an integer"))?;
    match (policy, retries) {
        ("" | "no", None) => Ok(Restart::No),
        ("on-failure", retries) => Ok(Restart::OnFailure(retries.unwrap_or(0))),
        ("always", None) => Ok(Restart::Always),
        ("unless-stopped", None) => Ok(Restart::UnlessStopped),
        ("no" | "always" | "unless-stopped", Some(_)) => {
            Err(daemon("invalid restart policy: maximum retry count can only be used with 'on-failure'"))
        }
        _ => Err(daemon(format!(
            "invalid restart policy: unknown policy '{policy}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
        ))),
    }
}

/// What the flags say of health; none if they say nothing.
fn health(parsed: &Parsed<'_>) -> Result<Option<Healthcheck>, Failure> {
    const FLAGS: [&str; 6] = [
        "health-cmd",
        "health-interval",
        "health-retries",
        "health-start-interval",
        "health-start-period",
        "health-timeout",
    ];
    let is_given = FLAGS.iter().any(|flag| parsed.given(flag));
    if parsed.has("no-healthcheck") {
        return if is_given {
            Err(refused("--no-healthcheck conflicts with --health-* options"))
        } else {
            Ok(Some(Healthcheck { test: vec!["NONE".to_owned()], ..Healthcheck::default() }))
        };
    }
    let nanos = |flag: &str| -> Result<u64, Failure> {
        let Some(typed) = parsed.value(flag) else { return Ok(0) };
        let time = duration(typed).ok_or_else(|| {
            refused(&format!("invalid argument \"{typed}\" for \"--{flag}\" flag: time: invalid duration \"{typed}\""))
        })?;
        Ok(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
    };
    let retries = parsed.number("health-retries").unwrap_or(0);
    let retries = u64::try_from(retries).map_err(|_| refused("--health-retries cannot be negative"))?;
    let test = parsed.value("health-cmd").map(|command| vec!["CMD-SHELL".to_owned(), command.to_owned()]);
    let check = Healthcheck {
        test: test.unwrap_or_default(),
        interval: nanos("health-interval")?,
        timeout: nanos("health-timeout")?,
        start_period: nanos("health-start-period")?,
        start_interval: nanos("health-start-interval")?,
        retries,
    };
    Ok(is_given.then_some(check))
}

fn networks(parsed: &Parsed<'_>) -> Vec<Attachment> {
    let aliases = parsed.values("network-alias");
    let mut names = parsed.values("network");
    if names.is_empty() {
        names.push("bridge".to_owned());
    }
    let named = |name: String| {
        let network = if name == "default" { "bridge".to_owned() } else { name };
        Attachment { network, aliases: aliases.clone(), address: None }
    };
    names.into_iter().map(named).collect()
}

/// Completes what was asked for by what the image says, and makes the volumes that are not there.
pub fn complete(spec: &mut ContainerSpec, image: &Image, desk: &mut Desk<'_>) -> Result<(), String> {
    let config = &image.config.config;
    let settings = &mut spec.settings;
    for (key, value) in &config.labels {
        settings.labels.entry(key.clone()).or_insert_with(|| value.clone());
    }
    for port in config.exposed_ports.keys() {
        settings.exposed.extend(port::exposed(port)?);
    }
    if settings.user.is_empty() {
        settings.user.clone_from(&config.user);
    }
    if settings.stop_signal.is_empty() {
        settings.stop_signal.clone_from(&config.stop_signal);
    }
    settings.health = match (settings.health.take(), &config.healthcheck) {
        (None, of_image) => of_image.clone(),
        (Some(own), None) => Some(own),
        (Some(own), Some(of_image)) => Some(over(own, of_image)),
    };
    for target in config.volumes.keys().map(|target| FsPath::from(target.as_str())) {
        mount::add_anonymous(&mut settings.mounts, target);
    }
    for attachment in &settings.networks {
        desk.machine.engine.find_network(&attachment.network).map_err(|error| error.to_string())?;
    }
    mount::make_folders(&settings.mounts, desk)?;
    mount::make_volumes(&mut settings.mounts, desk)
}

/// What is said of health, and the rest as the image says.
fn over(own: Healthcheck, image: &Healthcheck) -> Healthcheck {
    let or = |own: u64, image: u64| if own == 0 { image } else { own };
    Healthcheck {
        test: if own.test.is_empty() { image.test.clone() } else { own.test },
        interval: or(own.interval, image.interval),
        timeout: or(own.timeout, image.timeout),
        start_period: or(own.start_period, image.start_period),
        start_interval: or(own.start_interval, image.start_interval),
        retries: or(own.retries, image.retries),
    }
}

/// What stands behind every error of `docker run`.
const MORE: &str = "\n\nRun 'docker run --help' for more information";

/// An error of the command line itself.
pub fn refused(message: &str) -> Failure {
    Failure::with_code(125, format!("docker: {message}{MORE}"))
}

/// An error that the daemon answers.
pub fn daemon(message: impl std::fmt::Display) -> Failure {
    refused(&format!("Error response from daemon: {message}"))
}
