//! Completion from the table of commands and from what is really there:
//! images, containers, files, machines, registries.

use super::script::begin_of_last;
use super::shell::WORDS;
use super::verb::{Operand, REGISTRY, find_path};
use super::{Arguments, Flag, Takes, Verb, docker, registry, split};
use crate::fs::FsPath;
use crate::lab::State;
use crate::registry::{Part, Registry};
use crate::text::sorted;

/// Whole lines that `line` could become, sorted; none if nothing fits.
pub fn complete(line: &str, state: &State) -> Vec<String> {
    let (before, line) = line.split_at(begin_of_last(line));
    let Ok(mut words) = split(line) else { return Vec::new() };
    let last = if line.ends_with(char::is_whitespace) || words.is_empty() {
        String::new()
    } else {
        words.pop().unwrap_or_default()
    };
    let head = line.strip_suffix(last.as_str()).unwrap_or(line);
    let mut found = sorted(candidates(&words, &last, state).into_iter().filter(|word| word.starts_with(&last)));
    found.dedup();
    found.into_iter().map(|word| format!("{before}{head}{word}")).collect()
}

fn candidates(words: &[String], last: &str, state: &State) -> Vec<String> {
    let Some((first, rest)) = words.split_first() else {
        return WORDS.iter().map(|word| word.name).chain(["docker", REGISTRY]).map(|word| format!("{word} ")).collect();
    };
    match first.as_str() {
        "docker" => of_docker(rest, last, state),
        REGISTRY => match find_path(registry::VERBS, words) {
            Some((verb, path)) => arguments(verb, &words[path.split(' ').count()..], last, state),
            None => next_words(registry::VERBS, words),
        },
        "ssh" => state.machines.iter().map(|machine| machine.name.clone()).collect(),
        "wire" => of_wire(rest, state),
        word => {
            let names_files =
                |usage: &str| ["FILE", "PATH", "DIRECTORY", "TARGET"].iter().any(|named| usage.contains(named));
            let known = WORDS.iter().any(|known| known.name == word && names_files(known.usage));
            if known { files(last, state) } else { Vec::new() }
        }
    }
}

fn of_docker(words: &[String], last: &str, state: &State) -> Vec<String> {
    let (options, words) = words.split_at(options(words));
    if words.is_empty() && (last.starts_with('-') || options.last().is_some_and(|word| awaits(word))) {
        return arguments(&docker::ROOT, options, last, state);
    }
    if words.first().is_some_and(|word| word == "help") {
        return next_words(docker::VERBS, &words[1..]);
    }
    match docker::find(words) {
        Some((verb, given)) => arguments(verb, given, last, state),
        None => {
            next_words(docker::VERBS, words).into_iter().chain(words.is_empty().then(|| "help ".to_owned())).collect()
        }
    }
}

/// How many words before the command are options of docker itself, with their values.
pub(super) fn options(words: &[String]) -> usize {
    let mut count = 0;
    while let Some(word) = words.get(count).filter(|word| word.starts_with('-')) {
        count += if awaits(word) { 2 } else { 1 };
    }
    count.min(words.len())
}

fn awaits(word: &str) -> bool {
    awaiting(&docker::ROOT, word).is_some()
}

/// The words of commands that can follow those typed.
fn next_words(table: &[Verb], typed: &[String]) -> Vec<String> {
    let paths = table.iter().flat_map(|verb| verb.paths);
    let next = |path: &&str| {
        let parts: Vec<&str> = path.split(' ').collect();
        let fits = parts.len() > typed.len() && parts.iter().zip(typed).all(|(part, word)| part == word);
        fits.then(|| format!("{} ", parts[typed.len()]))
    };
    paths.filter_map(next).collect()
}

fn arguments(verb: &Verb, given: &[String], last: &str, state: &State) -> Vec<String> {
    let operands = operands(verb, given);
    // What follows the image of `docker run` belongs to its program.
    let of_the_program = verb.arguments == Arguments::Command && operands > 0;
    if last.starts_with('-') && !of_the_program {
        return flags(verb, last, state);
    }
    if let Some(flag) = given.last().and_then(|word| awaiting(verb, word)) {
        return values(verb, flag, last, state);
    }
    let choices = verb.choices(operands);
    if !choices.is_empty() {
        return choices.into_iter().map(|word| format!("{word} ")).collect();
    }
    match verb.arguments {
        Arguments::None => Vec::new(),
        Arguments::Exactly(count) | Arguments::AtMost(count) | Arguments::Between(_, count) if operands >= count => {
            Vec::new()
        }
        _ if of_the_program => Vec::new(),
        // `network connect` names a network first.
        _ if operands > 0 && verb.usage.ends_with("NETWORK CONTAINER") => things(Operand::Container, last, state),
        _ => things(verb.operand(), last, state),
    }
}

/// Names of flags; behind `--name=` its values.
fn flags(verb: &Verb, last: &str, state: &State) -> Vec<String> {
    if let Some((name, typed)) = last.split_once('=') {
        let flag = verb.flags.iter().find(|flag| name.strip_prefix("--") == Some(flag.long));
        let values = flag.map_or_else(Vec::new, |flag| values(verb, flag, typed, state));
        return values.into_iter().map(|value| format!("{name}={value}")).collect();
    }
    let shown = verb.flags.iter().filter(|flag| !flag.hidden);
    shown.map(|flag| format!("--{} ", flag.long)).chain(["--help ".to_owned()]).collect()
}

/// How many words are no flags and no values of flags.
fn operands(verb: &Verb, given: &[String]) -> usize {
    let mut count = 0;
    let mut words = given.iter();
    while let Some(word) = words.next() {
        if awaiting(verb, word).is_some() {
            words.next();
        } else if !word.starts_with('-') {
            count += 1;
        }
    }
    count
}

/// The flag that takes the next word as its value.
pub(super) fn awaiting(verb: &Verb, word: &str) -> Option<&'static Flag> {
    let named = |flag: &&Flag| {
        word.strip_prefix("--") == Some(flag.long)
            || word.strip_prefix('-').is_some_and(|rest| rest.chars().eq(flag.short))
    };
    verb.flags.iter().find(named).filter(|flag| flag.takes != Takes::Nothing)
}

/// What a flag can be given.
fn values(verb: &Verb, flag: &Flag, typed: &str, state: &State) -> Vec<String> {
    let words = |words: &[&str]| words.iter().map(|word| format!("{word} ")).collect();
    match flag.long {
        "detach-keys" => vec!["ctrl-".to_owned()],
        "network" => things(Operand::Network, typed, state),
        "restart" => words(&["always", "no", "on-failure", "unless-stopped"]),
        "signal" => words(&["HUP", "INT", "KILL", "QUIT", "TERM", "USR1", "USR2"]),
        "env-file" | "cidfile" | "file" | "output" | "input" | "metadata-file" | "iidfile" => files(typed, state),
        "format" if verb.name().ends_with("inspect") => words(&["json"]),
        "format" => words(&["json", "table"]),
        "log-level" => words(&["debug", "error", "fatal", "info", "warn"]),
        "platform" => words(&["wasi/wasm"]),
        "progress" => words(&["auto", "plain", "quiet", "rawjson", "tty"]),
        "type" => words(&["container", "image"]),
        "pull" => words(&["always", "missing", "never"]),
        "on" => words(&Part::NAMES.map(|(name, _)| name)),
        "repository" => repositories(state),
        "tag" => things(Operand::Image, typed, state),
        _ => Vec::new(),
    }
}

fn things(operand: Operand, typed: &str, state: &State) -> Vec<String> {
    let engine = &state.machine().engine;
    let images = || engine.images().into_iter().flat_map(|(names, _)| names);
    let containers = || engine.containers.values().map(|container| container.name.clone());
    match operand {
        Operand::Nothing => Vec::new(),
        Operand::Image => images().collect(),
        Operand::Container => containers().collect(),
        Operand::Object => images().chain(containers()).collect(),
        Operand::Network => engine.list_networks().into_iter().map(|network| network.name).collect(),
        Operand::Volume => engine.volumes.keys().cloned().collect(),
        Operand::File => files(typed, state),
        Operand::Server => state.world.registries.keys().cloned().collect(),
        Operand::Remote => images().chain(remote(state)).collect(),
    }
}

/// A machine and a registry, then what can be set between them.
fn of_wire(words: &[String], state: &State) -> Vec<String> {
    let registries = || state.world.registries.keys().map(|name| format!("{name} "));
    match words {
        [] => {
            let machines = state.machines.iter().map(|machine| format!("{} ", machine.name));
            machines.chain(["ls", "bind ", "unbind "].map(str::to_owned)).collect()
        }
        [word] if word == "ls" => Vec::new(),
        [word] if word == "unbind" => state.world.ways.bound().map(|(name, _)| name.clone()).collect(),
        [_] => registries().chain(["docker.io ".to_owned()]).collect(),
        _ => ["--bandwidth ", "--latency ", "--reset "].map(str::to_owned).into(),
    }
}

/// Every tag of every registry of the lab.
fn remote(state: &State) -> Vec<String> {
    let registries = state.world.registries.iter();
    let tags = registries.flat_map(|(domain, registry)| {
        registry
            .repositories()
            .flat_map(move |(path, repository)| repository.tags.keys().map(move |tag| format!("{domain}/{path}:{tag}")))
    });
    tags.collect()
}

/// Every repository of every registry of the lab.
fn repositories(state: &State) -> Vec<String> {
    let shown = state.world.registries.values().flat_map(Registry::repositories);
    shown.filter(|(_, repository)| !repository.is_empty()).map(|(name, _)| name.to_owned()).collect()
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
