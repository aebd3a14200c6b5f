//! Completion from the table of commands and from what is really there:
//! images, containers, files, machines.

use std::collections::BTreeSet;

use super::shell::WORDS;
use super::{Takes, Verb, docker, split};
use crate::fs::FsPath;
use crate::lab::State;

/// Whole lines that `line` could become, sorted; none if nothing fits.
pub fn complete(line: &str, state: &State) -> Vec<String> {
    let Ok(mut words) = split(line) else { return Vec::new() };
    let last = if line.ends_with(char::is_whitespace) || words.is_empty() {
        String::new()
    } else {
        words.pop().unwrap_or_default()
    };
    let head = line.strip_suffix(last.as_str()).unwrap_or(line);
    let found: BTreeSet<String> =
        candidates(&words, &last, state).into_iter().filter(|word| word.starts_with(&last)).collect();
    found.into_iter().map(|word| format!("{head}{word}")).collect()
}

fn candidates(words: &[String], last: &str, state: &State) -> Vec<String> {
    let Some((first, rest)) = words.split_first() else {
        return WORDS.iter().map(|word| word.name).chain(["docker"]).map(|word| format!("{word} ")).collect();
    };
    match first.as_str() {
        "docker" => match docker::find(rest) {
            Some((verb, given)) => arguments(verb, given, last, state),
            None => next_words(rest),
        },
        "ssh" => state.machines.iter().map(|machine| machine.name.clone()).collect(),
        "ls" | "cat" | "cd" => files(last, state),
        _ => Vec::new(),
    }
}

/// The words that can follow those typed after `docker`.
fn next_words(typed: &[String]) -> Vec<String> {
    let paths = docker::VERBS.iter().flat_map(|verb| verb.paths);
    let next = |path: &&str| {
        let parts: Vec<&str> = path.split(' ').collect();
        let fits = parts.len() > typed.len() && parts.iter().zip(typed).all(|(part, word)| part == word);
        fits.then(|| format!("{} ", parts[typed.len()]))
    };
    paths.filter_map(next).chain(typed.is_empty().then(|| "help ".to_owned())).collect()
}

fn arguments(verb: &Verb, given: &[String], last: &str, state: &State) -> Vec<String> {
    if last.starts_with('-') {
        return verb.flags.iter().map(|flag| format!("--{} ", flag.long)).chain(["--help ".to_owned()]).collect();
    }
    let engine = &state.machine().engine;
    let after_flag = given.last().is_some_and(|word| takes_value(verb, word));
    match verb.name() {
        "build" if !after_flag => files(last, state),
        "ps" | "ls" | "rm" | "logs" => engine.containers.values().map(|container| container.name.clone()).collect(),
        _ => engine.images().into_iter().flat_map(|(names, _)| names).collect(),
    }
}

fn takes_value(verb: &Verb, word: &str) -> bool {
    let named = |flag: &&super::Flag| {
        word.strip_prefix("--") == Some(flag.long)
            || word.strip_prefix('-').is_some_and(|rest| rest.chars().eq(flag.short))
    };
    verb.flags.iter().find(named).is_some_and(|flag| flag.takes != Takes::Nothing)
}

/// The entries of the folder that `typed` is in; folders end in a slash.
fn files(typed: &str, state: &State) -> Vec<String> {
    let folder = typed.rfind('/').map_or("", |at| &typed[..=at]);
    let at: FsPath = state.machine().resolve(folder);
    let tree = &state.machine().files;
    let entries = tree.resolve(&at).ok().and_then(|at| tree.get(&at)).and_then(|node| node.entries());
    let shown = entries.into_iter().flatten().map(|(name, node)| {
        let slash = if node.entries().is_some() { "/" } else { "" };
        format!("{folder}{name}{slash}")
    });
    shown.collect()
}
