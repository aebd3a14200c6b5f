//! What help says of the last word of a line: of a flag, else of its command.

use super::complete::{awaiting, options};
use super::script::begin_of_last;
use super::shell::WORDS;
use super::verb::{REGISTRY, find_path};
use super::{Flag, Verb, docker, registry, split};

/// One line about the word that `line` ends with; none if nothing is known of it.
pub fn explain(line: &str) -> Option<String> {
    let words = split(&line[begin_of_last(line)..]).ok()?;
    let (first, rest) = words.split_first()?;
    match first.as_str() {
        "docker" => {
            let (global, rest) = rest.split_at(options(rest));
            match find_path(docker::VERBS, rest) {
                Some((verb, path)) => of_verb(verb, path, rest),
                None => flag(&docker::ROOT, global),
            }
        }
        REGISTRY => find_path(registry::VERBS, &words).and_then(|(verb, path)| of_verb(verb, path, &words)),
        name => {
            let word = WORDS.iter().find(|word| word.name == name)?;
            Some(format!("{} {}: {}", word.name, word.usage, word.about))
        }
    }
}

fn of_verb(verb: &Verb, path: &'static str, words: &[String]) -> Option<String> {
    let given = &words[path.split(' ').count()..];
    flag(verb, given).or_else(|| {
        Some(format!("{} — {}", verb.about, verb.usage_of(verb.command(path)).trim_start_matches("Usage:  ")))
    })
}

/// The flag that the last word is, or whose value it is.
fn flag(verb: &Verb, given: &[String]) -> Option<String> {
    let (last, before) = given.split_last()?;
    let name = last.split('=').next().unwrap_or(last);
    let named = |flag: &&Flag| {
        name.strip_prefix("--") == Some(flag.long)
            || name.strip_prefix('-').is_some_and(|rest| rest.chars().eq(flag.short))
    };
    let of_a_value = || before.last().and_then(|word| awaiting(verb, word));
    let flag = verb.flags.iter().find(named).or_else(of_a_value)?;
    let kind = if flag.kind.is_empty() { String::new() } else { format!(" {}", flag.kind) };
    Some(format!("--{}{kind}: {}", flag.long, flag.about))
}
