//! The table of docker's commands, and how a line finds its verb in it.

mod build;
mod config;
mod history;
mod images;
mod imagetools;
mod inspect;
mod load;
mod login;
mod logs;
mod manifest;
mod platform;
mod ps;
mod pull;
mod push;
mod rm;
mod rmi;
mod run;
mod save;
mod tag;
mod version;

use super::flags::Parsed;
use super::{Desk, Failure, Flow, Verb, help};

/// Every command, in the order of the help.
pub const VERBS: &[Verb] = &[
    run::VERB,
    ps::VERB,
    build::VERB,
    pull::VERB,
    push::VERB,
    images::VERB,
    login::VERB,
    login::LOGOUT,
    version::VERB,
    history::VERB,
    inspect::VERB,
    inspect::ANY,
    load::VERB,
    logs::VERB,
    manifest::VERB,
    imagetools::INSPECT,
    imagetools::CREATE,
    rm::VERB,
    rmi::VERB,
    save::VERB,
    tag::VERB,
];

/// Runs the words after `docker`.
pub fn run(words: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    match config::credentials(&desk.machine.files) {
        Ok(known) => desk.machine.engine.credentials = known,
        Err(error) => {
            desk.machine.engine.credentials.clear();
            desk.terminal.err(format!("WARNING: Error {error}"));
        }
    }
    match words.first().map(String::as_str) {
        None | Some("help" | "--help" | "-h") => return help::docker(words.get(1..).unwrap_or_default(), desk),
        Some("-v" | "--version") => return version::short(desk),
        Some(_) => {}
    }
    let Some((verb, rest)) = find(words) else { return help::group_or_unknown(words, desk) };
    let parsed = Parsed::read(verb, rest)?;
    if parsed.help {
        return Ok(help::verb(verb, desk));
    }
    (verb.run)(&parsed, desk)
}

/// The verb whose words begin `words`, and what follows; the longest one wins.
pub fn find(words: &[String]) -> Option<(&'static Verb, &[String])> {
    let fits = |path: &str| {
        let count = path.split(' ').count();
        let same = words.len() >= count && path.split(' ').zip(words).all(|(part, word)| part == word);
        same.then_some(count)
    };
    let candidates = VERBS.iter().flat_map(|verb| verb.paths.iter().map(move |path| (verb, *path)));
    let best = candidates.filter_map(|(verb, path)| Some((verb, fits(path)?))).max_by_key(|(_, count)| *count)?;
    Some((best.0, &words[best.1..]))
}
