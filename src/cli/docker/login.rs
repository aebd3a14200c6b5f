//! `docker login` and `docker logout`: a credential proved and kept, as docker
//! keeps it, in plain base64.

use super::config;
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::engine::RegistryError;
use crate::host::Host;
use crate::oci::DEFAULT_DOMAIN;
use crate::text::Stream;
use crate::transfer::{Credentials, TransferError};

/// `docker login`.
pub const VERB: Verb = Verb {
    paths: &["login"],
    usage: "[OPTIONS] [SERVER]",
    about: "Authenticate to a registry",
    arguments: Arguments::AtMost(1),
    flags: &[
        Flag::value("password", Some('p'), "Password or Personal Access Token (PAT), or \"-\" to read from stdin"),
        Flag::switch("password-stdin", None, "Take the Password or Personal Access Token (PAT) from stdin"),
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

const NO_STDIN: &str = "This prompt does not ask for passwords: `docker login -u NAME -p PASSWORD SERVER`, or \
                        `--password-stdin SERVER < FILE`. `registry user ls SERVER` lists who is known; a registry that asks \
                        nobody takes any.";

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (user, password) = (parsed.value("username"), parsed.value("password"));
    let from_stdin = parsed.has("password-stdin") || password == Some("-");
    verify(user, password, parsed.value("password-stdin").is_some())?;
    let read = from_stdin.then(|| String::from_utf8_lossy(&desk.input.take().unwrap_or_default()).into_owned());
    let read = read.map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
    if read.as_ref().is_some_and(String::is_empty) {
        return Err(Failure::new("password is empty").hint(NO_STDIN));
    }
    let password = read.as_deref().or(password);
    if password.is_some() && !from_stdin {
        desk.terminal.err("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
    }
    let registry = registry(parsed);
    if user.is_none() && password.is_none() {
        let known = desk.machine.engine.credentials.get(&registry).cloned();
        if let Some(known) = known.filter(|known| !known.password.is_empty())
            && again(&registry, &known, desk)
        {
            return Ok(Flow::Done(0));
        }
    }
    let (Some(user), Some(password)) = (user, password) else {
        return Err(Failure::new("error: cannot perform an interactive login from a non-TTY device").hint(NO_STDIN));
    };
    let credentials = Credentials { user: user.trim().to_owned(), password: password.to_owned() };
    prove(&registry, &credentials, desk).map_err(Failure::daemon)?;
    keep(&registry, credentials, desk)?;
    desk.terminal.out("Login Succeeded");
    Ok(Flow::Done(0))
}

/// What docker finds wrong before it does anything.
fn verify(user: Option<&str>, password: Option<&str>, stdin_given: bool) -> Result<(), Failure> {
    let stdin = stdin_given || password == Some("-");
    let words = match (user, password) {
        (_, Some(given)) if stdin && given != "-" => {
            "conflicting options: cannot specify both --password and --password-stdin"
        }
        (None, _) if stdin => "the --password-stdin option requires --username to be set",
        (Some(""), _) => "username is empty",
        (_, Some("")) => "password is empty",
        _ => return Ok(()),
    };
    Err(Failure::new(words))
}

/// With the credentials there are; whether they still hold.
fn again(registry: &str, known: &Credentials, desk: &mut Desk<'_>) -> bool {
    desk.terminal.err(format!("Authenticating with existing credentials... [Username: {}]", known.user));
    let note = "To login with a different account, run 'docker logout' followed by 'docker login'";
    desk.terminal.note_on(Stream::Stderr, note);
    desk.terminal.err("");
    desk.terminal.err("");
    match prove(registry, known, desk) {
        Ok(()) => desk.terminal.out("Login Succeeded"),
        Err(RegistryError::Transfer(TransferError::Login { .. })) => {
            desk.terminal.err("Stored credentials invalid or expired");
            return false;
        }
        Err(error) => {
            desk.terminal.err(format!("Login did not succeed, error: Error response from daemon: {error}"));
            return false;
        }
    }
    true
}

/// Asks the registry; the daemon does that.
fn prove(registry: &str, credentials: &Credentials, desk: &mut Desk<'_>) -> Result<(), RegistryError> {
    let Desk { machine, wire, terminal, .. } = desk;
    machine.engine.login(registry, credentials, wire, &mut |event| terminal.event(event))
}

fn keep(registry: &str, credentials: Credentials, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let now = desk.wire.now();
    let folder = config::folder(desk.machine);
    let changed = config::store(&mut desk.machine.files, &folder, registry, Some(&credentials), now)?;
    desk.machine.engine.credentials.insert(registry.to_owned(), credentials);
    if changed {
        for line in [
            String::new(),
            format!("WARNING! Your credentials are stored unencrypted in '{folder}/config.json'."),
            "Configure a credential helper to remove this warning. See".to_owned(),
            "https://docs.docker.com/go/credential-store/".to_owned(),
            String::new(),
        ] {
            desk.terminal.err(line);
        }
    }
    Ok(())
}

fn logout(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let registry = registry(parsed);
    let typed = parsed.arguments.first().filter(|typed| !typed.is_empty());
    let shown = typed.map_or_else(|| config::HUB_KEY.to_owned(), |typed| config::domain_of(typed));
    desk.terminal.out(format!("Removing login credentials for {shown}"));
    let now = desk.wire.now();
    let folder = config::folder(desk.machine);
    config::store(&mut desk.machine.files, &folder, &registry, None, now)?;
    desk.machine.engine.credentials.remove(&registry);
    Ok(Flow::Done(0))
}

/// The registry as references name it; the Hub if none is typed.
fn registry(parsed: &Parsed<'_>) -> String {
    let typed = parsed.arguments.first().map(String::as_str).filter(|typed| !typed.is_empty());
    typed.map_or_else(|| DEFAULT_DOMAIN.to_owned(), config::domain_of)
}
