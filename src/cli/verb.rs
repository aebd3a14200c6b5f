//! What a command is: its words, flags and arguments. Dispatch, help,
//! completion and the reference all read the same table.

use super::flags::Parsed;
use super::{Desk, Failure, Flow};

/// One command.
#[derive(Debug)]
pub struct Verb {
    /// Its words after `docker`, such as `image ls`, or, of a command that is not docker's, all its words, such as
    /// `registry ls`; the first is the one it is known by.
    pub paths: &'static [&'static str],
    /// Its usage after `docker ` and its words, such as `[OPTIONS] NAME[:TAG]`.
    pub usage: &'static str,
    /// What it does, as docker's help says it.
    pub about: &'static str,
    /// How many arguments it takes.
    pub arguments: Arguments,
    /// Its flags, by long name.
    pub flags: &'static [Flag],
    /// Does it.
    pub run: fn(&Parsed<'_>, &mut Desk<'_>) -> Result<Flow, Failure>,
}

/// How many arguments a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arguments {
    /// None.
    None,
    /// Just so many.
    Exactly(usize),
    /// So many or more.
    AtLeast(usize),
    /// So many or fewer.
    AtMost(usize),
    /// From so many to so many.
    Between(usize, usize),
    /// At least one, and from there on all words belong to it, also those with hyphens.
    Command,
    /// The same, but there may be none.
    Rest,
}

/// What a command's arguments name, as its usage says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// There are none, or free words.
    Nothing,
    /// Images of this machine.
    Image,
    /// Containers of this machine.
    Container,
    /// Both.
    Object,
    /// Networks of this machine.
    Network,
    /// Volumes of this machine.
    Volume,
    /// Files and folders of this machine.
    File,
    /// Registries.
    Server,
    /// Images of registries.
    Remote,
}

/// Words of a usage line and what they name; the first that is found counts.
const OPERANDS: [(&str, Operand); 13] = [
    ("NETWORK", Operand::Network),
    ("VOLUME", Operand::Volume),
    ("REGISTRY", Operand::Server),
    ("CONTAINER", Operand::Container),
    ("NAME|ID", Operand::Object),
    ("PATH", Operand::File),
    ("SERVER", Operand::Server),
    ("@DIGEST", Operand::Remote),
    ("MANIFEST", Operand::Remote),
    ("[SOURCE", Operand::Remote),
    ("IMAGE", Operand::Image),
    ("REPOSITORY", Operand::Image),
    ("NAME", Operand::Image),
];

/// One flag.
#[derive(Debug)]
pub struct Flag {
    /// Without hyphens.
    pub long: &'static str,
    /// One letter.
    pub short: Option<char>,
    /// What follows it.
    pub takes: Takes,
    /// What help calls the value: `string`, `list`, `filter`, `int`, `bytes`…
    pub kind: &'static str,
    /// What it does.
    pub about: &'static str,
    /// What it is when it is not given, as help shows it; empty if that goes without saying.
    pub default: &'static str,
    /// Whether help leaves it out.
    pub hidden: bool,
}

/// What follows a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// One value; the last one given counts.
    Value,
    /// One value each time it is given.
    Values,
}

impl Verb {
    /// The word it is known by, such as `build`.
    pub fn name(&self) -> &'static str {
        last_word(self.paths[0])
    }

    /// The command that `path` is another word for: `image ls` of `image list`.
    pub fn canonical(&self, path: &'static str) -> &'static str {
        let same = |known: &&&'static str| group(known) == group(path);
        self.paths.iter().find(same).copied().unwrap_or(path)
    }

    /// What errors and help call it when it was called by `path`; what buildx does is buildx's whatever it is called by.
    pub fn command(&self, path: &'static str) -> &'static str {
        let of_buildx = self.paths.iter().find(|known| group(known) == "buildx");
        of_buildx.copied().unwrap_or_else(|| self.canonical(path))
    }

    /// What its arguments name.
    pub fn operand(&self) -> Operand {
        if group(self.paths[0]) == "buildx imagetools" {
            return Operand::Remote;
        }
        let found = OPERANDS.iter().find(|(word, _)| self.usage.contains(word));
        found.map_or(Operand::Nothing, |(_, operand)| *operand)
    }

    /// The first line of its help, when called by the first of its words.
    pub fn usage_line(&self) -> String {
        self.usage_of(self.paths[0])
    }

    /// The first line of its help.
    pub fn usage_of(&self, command: &str) -> String {
        format!("Usage:  {} {}", typed(command), self.usage).trim_end().to_owned()
    }

    /// The words from which the argument at this place is chosen, such as `on` and `off`, as the usage says.
    pub fn choices(&self, place: usize) -> Vec<&'static str> {
        let word = self.usage.split(' ').filter(|word| *word != "[OPTIONS]").nth(place).unwrap_or_default();
        let is_choice = word.len() > 1 && word.contains('|') && !word.contains(|c: char| c.is_ascii_uppercase());
        word.split('|').filter(|_| is_choice).collect()
    }
}

/// The program of those who run a registry, which is not docker's.
pub const REGISTRY: &str = "registry";

/// The whole command: what is docker's stands behind `docker`.
pub fn typed(command: &str) -> String {
    match program(command) {
        REGISTRY => command.to_owned(),
        docker => format!("{docker} {command}").trim_end().to_owned(),
    }
}

/// The first word of the whole command.
pub fn program(command: &str) -> &'static str {
    if command.split(' ').next() == Some(REGISTRY) { REGISTRY } else { "docker" }
}

/// The verb of a table whose words begin `words`, and those words; the longest one wins.
pub fn find_path(table: &'static [Verb], words: &[String]) -> Option<(&'static Verb, &'static str)> {
    let fits = |path: &str| {
        let count = path.split(' ').count();
        words.len() >= count && path.split(' ').zip(words).all(|(part, word)| part == word)
    };
    let candidates = table.iter().flat_map(|verb| verb.paths.iter().map(move |path| (verb, *path)));
    candidates.filter(|(_, path)| fits(path)).max_by_key(|(_, path)| path.split(' ').count())
}

/// The words before the last one.
pub fn group(path: &str) -> &str {
    path.rsplit_once(' ').map_or("", |(group, _)| group)
}

fn last_word(path: &'static str) -> &'static str {
    path.rsplit(' ').next().unwrap_or(path)
}

impl Flag {
    /// A flag without a value.
    pub const fn switch(long: &'static str, short: Option<char>, about: &'static str) -> Self {
        Self { long, short, takes: Takes::Nothing, kind: "", about, default: "", hidden: false }
    }

    /// A flag with one value.
    pub const fn value(long: &'static str, short: Option<char>, about: &'static str) -> Self {
        Self { takes: Takes::Value, kind: "string", ..Self::switch(long, short, about) }
    }

    /// A flag that can be given several times.
    pub const fn values(long: &'static str, short: Option<char>, about: &'static str) -> Self {
        Self { takes: Takes::Values, kind: "list", ..Self::switch(long, short, about) }
    }

    /// `--filter` of a list.
    pub const fn filter(about: &'static str) -> Self {
        Self::values("filter", Some('f'), about).of("filter")
    }

    /// This flag with another kind of value; a whole number if it is `int`.
    #[must_use]
    pub const fn of(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// This flag with what it is when it is not given.
    #[must_use]
    pub const fn defaults_to(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    /// This flag, left out of help.
    #[must_use]
    pub const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }
}
