//! All commands as one document: what help says of each, in parts.

use super::docker::{ROOT, VERBS};
use super::help::aliases;
use super::registry;
use super::shell::WORDS;
use super::verb::typed;
use super::{Flag, Verb};
use crate::text::sorted_by;

/// One command.
#[derive(Debug, Clone)]
pub struct Entry {
    /// As typed, such as `docker image inspect`.
    pub command: String,
    /// Its usage line, such as `docker rmi [OPTIONS] IMAGE [IMAGE...]`.
    pub usage: String,
    /// What it does.
    pub about: &'static str,
    /// What else it is called, with commas.
    pub aliases: Option<String>,
    /// Its options by name.
    pub options: Vec<&'static Flag>,
}

/// What the prompt understands, in three parts.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Docker's commands by name.
    pub docker: Vec<Entry>,
    /// Those of who runs a registry, by name.
    pub registry: Vec<Entry>,
    /// The words of the shell.
    pub shell: Vec<Entry>,
}

/// Every command there is.
pub fn reference() -> Reference {
    let by_name = |verbs: &'static [Verb]| sorted_by(verbs.iter().map(of_verb), |a, b| a.command.cmp(&b.command));
    let shell = WORDS.iter().map(|word| Entry {
        command: word.name.to_owned(),
        usage: format!("{} {}", word.name, word.usage).trim_end().to_owned(),
        about: word.about,
        aliases: None,
        options: Vec::new(),
    });
    let docker = std::iter::once(of_verb(&ROOT)).chain(by_name(VERBS)).collect();
    Reference { docker, registry: by_name(registry::VERBS), shell: shell.collect() }
}

/// What else it is called.
fn others(verb: &Verb, command: &str) -> Option<String> {
    let all = aliases(verb, command);
    let others: Vec<&str> = all.split(", ").filter(|path| *path != typed(command)).collect();
    (!others.is_empty()).then(|| others.join(", "))
}

fn of_verb(verb: &'static Verb) -> Entry {
    let command = verb.command(verb.paths[0]);
    Entry {
        command: typed(command),
        usage: format!("{} {}", typed(command), verb.usage).trim_end().to_owned(),
        about: verb.about,
        aliases: others(verb, command),
        options: sorted_by(verb.flags.iter().filter(|flag| !flag.hidden), |a, b| a.long.cmp(b.long)),
    }
}
