//! What a docker command is: its words, flags and arguments. Dispatch, help,
//! completion and the reference all read the same table.

use super::flags::Parsed;
use super::{Desk, Failure, Flow};

/// One command.
#[derive(Debug)]
pub struct Verb {
    /// Its words after `docker`, such as `image ls`; the first is the one it is known by.
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
}

/// One flag.
#[derive(Debug)]
pub struct Flag {
    /// Without hyphens.
    pub long: &'static str,
    /// One letter.
    pub short: Option<char>,
    /// What follows it.
    pub takes: Takes,
    /// What it does.
    pub about: &'static str,
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
        self.paths[0].rsplit(' ').next().unwrap_or(self.paths[0])
    }

    /// The first line of its help.
    pub fn usage_line(&self) -> String {
        format!("Usage:  docker {} {}", self.paths[0], self.usage).trim_end().to_owned()
    }
}

impl Flag {
    /// A flag without a value.
    pub const fn switch(long: &'static str, short: Option<char>, about: &'static str) -> Self {
        Self { long, short, takes: Takes::Nothing, about }
    }

    /// A flag with one value.
    pub const fn value(long: &'static str, short: Option<char>, about: &'static str) -> Self {
        Self { long, short, takes: Takes::Value, about }
    }

    /// A flag that can be given several times.
    pub const fn values(long: &'static str, short: Option<char>, about: &'static str) -> Self {
        Self { long, short, takes: Takes::Values, about }
    }
}
