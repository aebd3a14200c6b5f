//! `registry access`: whether a registry asks who is there, and how.

use super::{changed, check_room, registry, repositories};
use crate::cli::flags::Parsed;
use crate::cli::{Arguments, Desk, Failure, Flag, Flow, Verb};
use crate::host::Host;
use crate::limits;
use crate::registry::{Access, Grant, Scheme};
use crate::text::quoted;

/// The command.
pub const VERB: Verb = Verb {
    paths: &["registry access"],
    usage: "[OPTIONS] REGISTRY anonymous|basic|token",
    about: "Set how a registry is told who asks: not at all, by password, or by a token",
    arguments: Arguments::Exactly(2),
    flags: &[
        Flag::value("actions", None, "What anonymous may do with --repository: pull, push, delete").defaults_to("pull"),
        Flag::value("repository", None, "Only for the repositories this pattern fits, such as public/*").of("pattern"),
    ],
    run,
};

fn run(parsed: &Parsed<'_>, desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (name, word) = (parsed.arguments[0].as_str(), parsed.arguments[1].as_str());
    let mut key = [0; 32];
    desk.wire.random(&mut key);
    let realm = format!("https://{name}/token");
    let scheme = match word {
        "anonymous" => None,
        "basic" => Some(Scheme::Basic),
        "token" => Some(Scheme::Bearer { realm, key }),
        _ => return Err(Failure::new(format!("registry: no such access: {}", quoted(word))).hint(
            "`anonymous` lets everybody do everything, `basic` wants name and password with each request, `token` wants \
             them once and gives a token for what is asked.",
        )),
    };
    let pattern = repositories(parsed)?;
    let actions = Grant::actions(parsed.value("actions").unwrap_or("pull"));
    let actions = actions.map_err(|error| Failure::new(format!("registry: {error}")))?;
    let access = &mut registry(name, desk)?.access;
    match (scheme, pattern.clone()) {
        (None, None) => (access.scheme, access.anybody) = (None, Vec::new()),
        (None, Some(_)) if access.scheme.is_none() => {
            return Err(Failure::new(format!("registry: {name} asks nobody who it is: all of it is anonymous"))
                .hint(format!("`registry access {name} token` first; then open a part of it again.")));
        }
        (None, Some(repositories)) => {
            check_room(access.anybody.len(), limits::RULES, "patterns with an access of their own")?;
            access.grant_anybody(Grant { repositories, actions });
        }
        (Some(scheme), None) => access.ask(same_or(scheme, access)),
        (Some(scheme), Some(_)) if access.scheme.as_ref().is_some_and(|known| !known.is_like(&scheme)) => {
            return Err(Failure::new(format!(
                "registry: {name} asks in another way already, and all of it in one way"
            ))
            .hint(format!("`registry access {name} {word}` changes that for all of it.")));
        }
        (Some(scheme), Some(repositories)) => {
            check_room(access.anybody.len(), limits::RULES, "patterns with an access of their own")?;
            access.ask_for(repositories, same_or(scheme, access));
        }
    }
    Ok(changed(name, pattern, "access", word.to_owned(), desk))
}

/// Tokens that were given out stay good if nothing becomes different.
fn same_or(scheme: Scheme, access: &Access) -> Scheme {
    match (&scheme, &access.scheme) {
        (Scheme::Bearer { .. }, Some(known @ Scheme::Bearer { .. })) => known.clone(),
        _ => scheme,
    }
}
