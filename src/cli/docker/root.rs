//! What stands between `docker` and its command: options of docker itself.
//! <https://github.com/docker/cli/blob/v29.0.0/cli/flags/options.go>

use super::config;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Failure, Flag, Flow, Verb};
use crate::lab::Machine;
use crate::oci::Digest;

/// The options of docker itself.
pub const FLAGS: &[Flag] = &[
    Flag::value("config", None, "Location of client config files").defaults_to("/home/learner/.docker"),
    Flag::value(
        "context",
        Some('c'),
        "Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with \"docker context use\")",
    ),
    Flag::switch("debug", Some('D'), "Enable debug mode"),
    Flag::values("host", Some('H'), "Daemon socket to connect to").of("list"),
    Flag::value("log-level", Some('l'), "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")")
        .defaults_to("info"),
    Flag::switch("tls", None, "Use TLS; implied by --tlsverify"),
    Flag::value("tlscacert", None, "Trust certs signed only by this CA").defaults_to("/home/learner/.docker/ca.pem"),
    Flag::value("tlscert", None, "Path to TLS certificate file").defaults_to("/home/learner/.docker/cert.pem"),
    Flag::value("tlskey", None, "Path to TLS key file").defaults_to("/home/learner/.docker/key.pem"),
    Flag::switch("tlsverify", None, "Use TLS and verify the remote"),
    Flag::switch("version", Some('v'), "Print version information and quit"),
];

/// Docker itself: its arguments are a command with everything behind it.
pub const ROOT: Verb = Verb {
    paths: &[""],
    usage: "[OPTIONS] COMMAND [ARG...]",
    about: "A self-sufficient runtime for containers",
    arguments: Arguments::Rest,
    flags: FLAGS,
    run: |_, _| Ok(Flow::Done(0)),
};

/// Where the daemon of a machine listens.
pub const SOCKET: &str = "unix:///var/run/docker.sock";

/// The variable by which docker and its plugins know that everything is to be told.
pub const DEBUG: &str = "DEBUG";

/// Commands that ask no daemon.
const ALONE: [&str; 4] = ["buildx imagetools", "buildx version", "context", "manifest"];

const LEVELS: [&str; 7] = ["panic", "fatal", "error", "warn", "warning", "info", "debug"];

/// The options before a command, and the command.
pub fn read(words: &[String]) -> Result<Parsed<'static>, Failure> {
    const VERB: &Verb = &ROOT;
    let parsed = Parsed::read(VERB, "", words)?;
    if let Some(level) = parsed.value("log-level").filter(|level| !LEVELS.contains(level)) {
        return Err(Failure::new(format!("Unable to parse logging level: {level}")));
    }
    Ok(parsed)
}

/// Lets the environment of the command say what these options say.
pub fn set(parsed: &Parsed<'_>, machine: &mut Machine) {
    let folder = parsed.value("config").map(|folder| (config::FOLDER, folder));
    for (name, value) in folder.into_iter().chain(parsed.has("debug").then_some((DEBUG, "1"))) {
        machine.variables.set(name, value);
        machine.export(name);
    }
}

/// Whether these options lead to the daemon of this machine, for the command `path`. `host` is what the
/// environment names, if the line names none.
pub fn reach(parsed: &Parsed<'_>, path: &str, host: Option<&str>) -> Result<(), Failure> {
    let unresolved =
        |reason: &str| Failure::new(format!("Failed to initialize: unable to resolve docker endpoint: {reason}"));
    let hosts = parsed.values("host");
    if !hosts.is_empty() && parsed.given("context") {
        return Err(Failure::new("conflicting options: cannot specify both --host and --context"));
    }
    if let Some(name) = parsed.value("context").filter(|name| *name != "default") {
        let file = context_file(name);
        let reason = format!("context \"{name}\": context not found: open {file}: no such file or directory");
        return Err(unresolved(&reason));
    }
    if hosts.len() > 1 {
        return Err(unresolved("Specify only one -H"));
    }
    let host = hosts.first().map(String::as_str).or(host).filter(|host| !host.is_empty());
    let endpoint = host.map_or_else(|| Ok(SOCKET.to_owned()), endpoint).map_err(|reason| unresolved(&reason))?;
    if parsed.has("tls") || parsed.has("tlsverify") {
        // There is none in a lab: its daemons speak without.
        let usual = format!("{}/.docker/ca.pem", Machine::home());
        let file = parsed.value("tlscacert").unwrap_or(&usual);
        return Err(unresolved(&format!("open {file}: no such file or directory")));
    }
    let is_alone =
        ALONE.iter().any(|alone| path.strip_prefix(alone).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
    if is_alone || endpoint == SOCKET {
        return Ok(());
    }
    let hint =
        "Each machine of this lab has one daemon, which `docker` on it finds by itself; `ssh` goes to another one.";
    let wrong = format!("Cannot connect to the Docker daemon at {endpoint}. Is the docker daemon running?");
    Err(Failure::new(wrong).hint(hint))
}

/// A host as docker's command line completes it.
/// <https://github.com/docker/cli/blob/v29.0.0/opts/hosts.go>
fn endpoint(host: &str) -> Result<String, String> {
    match host.split_once("://") {
        Some(("unix", "")) => Ok(SOCKET.to_owned()),
        Some(("unix" | "tcp" | "ssh" | "fd" | "npipe", _)) => Ok(host.to_owned()),
        Some(_) => Err(format!("invalid bind address format: {host}")),
        None => Ok(format!("tcp://{host}")),
    }
}

/// Where a context would be.
pub fn context_file(name: &str) -> String {
    format!("{}/.docker/contexts/meta/{}/meta.json", Machine::home(), Digest::of(name.as_bytes()).hex())
}
