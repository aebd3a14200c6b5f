//! `docker login` and `docker logout`: a credential proved and kept, as docker
//! keeps it, in plain base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::fs::{Metadata, Node};
use crate::host::Host;
use crate::lab::Machine;
use crate::oci::{DEFAULT_DOMAIN, json};
use crate::transfer::Credentials;

/// `docker login`.
pub const VERB: Verb = Verb {
    paths: &["login"],
    usage: "[OPTIONS] [SERVER]",
    about: "Authenticate to a registry",
    arguments: Arguments::AtMost(1),
    flags: &[
        Flag::value("password", Some('p'), "Password or Personal Access Token (PAT)"),
        Flag::value("username", Some('u'), "Username"),
    ],
    run,
};

/// `docker logout`.
pub const LOGOUT: Verb = Verb {
    paths: &["logout"],
    usage: "[SERVER]",
    about: "Log out from a registry",
    arguments: Arguments::AtMost(1),
    flags: &[],
    run: logout,
};

/// The key of Docker Hub in `config.json`.
const HUB_KEY: &str = "https://index.docker.io/v1/";

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let registry = parsed.arguments.first().map_or(DEFAULT_DOMAIN, String::as_str);
    let known = desk.machine.engine.credentials.get(registry).cloned();
    let credentials = match (parsed.value("username"), parsed.value("password"), known) {
        (Some(user), Some(password), _) => {
            desk.terminal.err("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
            Credentials { user: user.to_owned(), password: password.to_owned() }
        }
        (None, None, Some(known)) => {
            desk.terminal.out(format!("Authenticating with existing credentials... [Username: {}]", known.user));
            known
        }
        _ => {
            return Err(Failure::new("error: cannot perform an interactive login from a non-TTY device").hint(
                "This prompt does not ask for passwords: `docker login -u NAME -p PASSWORD SERVER`. Any invented ones will do.",
            ));
        }
    };
    let Desk { machine, wire, terminal, .. } = desk;
    let login = machine.engine.login(registry, credentials, wire, &mut |event| terminal.event(event));
    login.map_err(Failure::daemon)?;
    save(machine, wire)?;
    let file = Machine::home().join(".docker/config.json");
    for line in [
        String::new(),
        format!("WARNING! Your credentials are stored unencrypted in '{file}'."),
        "Configure a credential helper to remove this warning. See".to_owned(),
        "https://docs.docker.com/go/credential-store/".to_owned(),
        String::new(),
    ] {
        terminal.err(line);
    }
    terminal.out("Login Succeeded");
    Ok(Flow::Done(0))
}

fn logout(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let registry = parsed.arguments.first().map_or(DEFAULT_DOMAIN, String::as_str);
    let shown = if registry == DEFAULT_DOMAIN { HUB_KEY } else { registry };
    desk.machine.engine.credentials.remove(registry);
    save(desk.machine, &desk.wire)?;
    desk.terminal.out(format!("Removing login credentials for {shown}"));
    Ok(Flow::Done(0))
}

/// Writes `~/.docker/config.json` as docker does.
fn save(machine: &mut Machine, host: &dyn Host) -> Result<(), Failure> {
    let entry = |(registry, credentials): (&String, &Credentials)| {
        let key = if registry == DEFAULT_DOMAIN { HUB_KEY } else { registry };
        let auth = STANDARD.encode(format!("{}:{}", credentials.user, credentials.password));
        (key.to_owned(), json!({ "auth": auth }))
    };
    let auths: Map<String, Value> = machine.engine.credentials.iter().map(entry).collect();
    let text = json::inspected(&json!({ "auths": auths })).replace("    ", "\t");
    let folder = Machine::home().join(".docker");
    let now = host.now();
    let private = Metadata { mode: 0o600, ..Metadata::file(now) };
    machine
        .files
        .make_directories(&folder, Metadata { mode: 0o700, ..Metadata::directory(now) })
        .map_err(Failure::new)?;
    machine.files.insert(&folder.child("config.json"), Node::file(private, text.into_bytes())).map_err(Failure::new)
}
