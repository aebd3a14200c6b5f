//! What stands between `docker` and its command: options of docker itself.
//! <https://github.com/docker/cli/blob/v29.0.0/cli/flags/options.go>

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Failure, Flag, Flow, Verb};
use crate::lab::Machine;
use crate::oci::Digest;

/// The options of docker itself.
pub const FLAGS: &[Flag] = &[
    Flag::value("config", None, "Location of client config files").hidden(),
    Flag::value("context", Some('c'), "Name of the context to use to connect to the daemon").hidden(),
    Flag::switch("debug", Some('D'), "Enable debug mode").hidden(),
    Flag::values("host", Some('H'), "Daemon socket to connect to").hidden(),
    Flag::value("log-level", Some('l'), "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\")")
        .defaults_to("info"),
    Flag::switch("tls", None, "Use TLS; implied by --tlsverify").hidden(),
    Flag::value("tlscacert", None, "Trust certs signed only by this CA").hidden(),
    Flag::value("tlscert", None, "Path to TLS certificate file").hidden(),
    Flag::value("tlskey", None, "Path to TLS key file").hidden(),
    Flag::switch("tlsverify", None, "Use TLS and verify the remote").hidden(),
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

/// Those that this lab does not have: it says so instead of calling them unknown.
const NOT_YET: [&str; 8] = ["config", "debug", "host", "tls", "tlscacert", "tlscert", "tlskey", "tlsverify"];

const LEVELS: [&str; 7] = ["panic", "fatal", "error", "warn", "warning", "info", "debug"];

/// The options before a command, and the command.
pub fn read(words: &[String]) -> Result<Parsed<'static>, Failure> {
    const VERB: &Verb = &ROOT;
    let parsed = Parsed::read(VERB, "", words)?;
    if let Some(flag) = NOT_YET.iter().find(|flag| parsed.given(flag)) {
        let hint = match *flag {
            "debug" => "`docker build --check .` explains the warnings of a build.",
            _ => "Each machine of this lab has one daemon, which `docker` on it finds by itself.",
        };
        return Err(Failure::new(format!("--{flag} is not supported yet in this lab")).hint(hint));
    }
    if let Some(level) = parsed.value("log-level").filter(|level| !LEVELS.contains(level)) {
        return Err(Failure::new(format!("Unable to parse logging level: {level}")));
    }
    match parsed.value("context") {
        Some(name) if name != "default" => {
            let (digest, home) = (Digest::of(name.as_bytes()), Machine::home());
            let place = format!("{home}/.docker/contexts/meta/{}/meta.json", digest.hex());
            Err(Failure::new(format!(
                "Failed to initialize: unable to resolve docker endpoint: context \"{name}\": context not found: \
                 open {place}: no such file or directory"
            )))
        }
        _ => Ok(parsed),
    }
}
