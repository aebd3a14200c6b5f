//! What those type who run a registry of the lab: whom it lets in, what it
//! keeps as it is, what goes wrong or is damaged, and what is garbage. The words are those of
//! distribution, Harbor and zot where these have some.

mod access;
mod account;
mod add;
mod fault;
mod flip;
mod garbage;
mod list;
mod policy;
mod rm;

use std::sync::Arc;

use super::flags::Parsed;
use super::verb::{find_path, group, typed};
use super::{Desk, Failure, Flow, Verb, help};
use crate::event::Event;
use crate::registry::{PatternError, Registry, repository_pattern};
use crate::text::{distance, quoted, sorted};

/// Every command, in the order of the help.
pub const VERBS: &[Verb] = &[
    add::VERB,
    access::VERB,
    account::ADD_USER,
    account::LIST,
    account::REMOVE_USER,
    account::ADD_ROBOT,
    account::REMOVE_ROBOT,
    policy::READ_ONLY,
    policy::IMMUTABLE,
    policy::REFERRERS,
    fault::ADD,
    fault::LIST,
    fault::REMOVE,
    flip::VERB,
    garbage::VERB,
    rm::VERB,
    list::VERB,
    list::INSPECT,
];

/// Runs the words, of which the first is `registry`.
pub fn run(words: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let Some((verb, path)) = find_path(VERBS, words) else { return help_or_unknown(&words[1..], desk) };
    let parsed = Parsed::read(verb, path, &words[path.split(' ').count()..])?;
    if parsed.help {
        return Ok(help::verb(verb, parsed.command, desk));
    }
    (verb.run)(&parsed, desk)
}

/// The registry that is the first argument.
fn registry<'d>(name: &str, desk: &'d mut Desk<'_>) -> Result<&'d mut Registry, Failure> {
    let known = desk.registries.join(", ");
    Arc::make_mut(&mut desk.wire.world.registries).get_mut(name).ok_or_else(|| {
        Failure::new(format!("registry: no such registry: {name}")).hint(match name {
            "docker.io" => "Docker Hub is nobody's here to run: all may pull from it, and none may push.".to_owned(),
            _ => format!("The registries of this lab: {known}. `registry add {name}` makes one more."),
        })
    })
}

/// The repositories that `--repository` names, as a pattern.
fn repositories(parsed: &Parsed<'_>) -> Result<Option<String>, Failure> {
    parsed.value("repository").map(repository_pattern).transpose().map_err(|error| wrong_pattern(&error))
}

fn wrong_pattern(error: &PatternError) -> Failure {
    Failure::new(format!("registry: {error}"))
        .hint("In a pattern `*` is any text and `?` any one character: `team/*` for repositories, `v*` for tags.")
}

/// Whether one more fits.
fn check_room(have: usize, limit: usize, what: &str) -> Result<(), Failure> {
    if have < limit { Ok(()) } else { Err(Failure::new(format!("registry: no more than {limit} {what}"))) }
}

/// Says and tells what was changed.
fn changed(name: &str, repositories: Option<String>, setting: &str, value: String, desk: &mut Desk<'_>) -> Flow {
    let whose = repositories.as_ref().map(|pattern| format!(" for {pattern}")).unwrap_or_default();
    desk.terminal.out(format!("{name}: {setting} {value}{whose}"));
    let setting = setting.to_owned();
    desk.terminal.event(Event::RegistryChanged { registry: name.to_owned(), repositories, setting, value });
    Flow::Done(0)
}

/// `registry`, `registry --help`, `registry user`: the commands there are.
fn help_or_unknown(words: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let words = words.strip_prefix(&["help".to_owned()]).unwrap_or(words);
    if let Some((verb, path)) = find_path(VERBS, &[&["registry".to_owned()], words].concat()) {
        return Ok(help::verb(verb, verb.command(path), desk));
    }
    let is_group = |word: &str| VERBS.iter().any(|verb| group(verb.paths[0]) == format!("registry {word}"));
    let (path, rest) = match words {
        [first, rest @ ..] if is_group(first) => (format!("registry {first}"), rest),
        _ => ("registry".to_owned(), words),
    };
    match rest {
        [] => desk.terminal.lines(of_group(&path)),
        [flag] if flag == "--help" => desk.terminal.lines(of_group(&path)),
        [word, ..] => {
            let message =
                format!("registry: unknown command: {path} {word}\n\nRun '{path} --help' for more information");
            return Err(Failure::new(message).hint(format!("{}`{path}` lists its commands.", nearest(&path, word))));
        }
    }
    Ok(Flow::Done(0))
}

/// The commands of a group, those of its own groups among them.
fn members(path: &str) -> Vec<(String, &'static str)> {
    let known = VERBS.iter().flat_map(|verb| verb.paths.iter().map(move |path| (verb, *path)));
    let known = known.filter(|(verb, path)| verb.canonical(path) == *path);
    sorted(known.filter_map(|(verb, known)| Some((known.strip_prefix(path)?.trim_start().to_owned(), verb.about))))
}

fn of_group(path: &str) -> Vec<String> {
    let mut lines = vec![format!("Usage:  {} COMMAND", typed(path)), String::new()];
    lines.push("Run the registries of this lab".to_owned());
    help::section(&mut lines, "Commands:", &members(path));
    lines.extend([String::new(), format!("Run '{path} COMMAND --help' for more information on a command.")]);
    lines
}

fn nearest(path: &str, word: &str) -> String {
    let close = members(path).into_iter().map(|(name, _)| (distance(&name, word), name)).min();
    let close = close.filter(|(far, _)| *far <= 2);
    close.map(|(_, name)| format!("Did you mean `{path} {name}`? ")).unwrap_or_default()
}

/// `on` or `off`.
fn is_on(word: &str) -> Result<bool, Failure> {
    match word {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(Failure::new(format!("registry: {} is neither on nor off", quoted(word)))),
    }
}
