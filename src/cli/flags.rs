//! Flags and arguments, told apart as docker's own parser does, with its errors.

use super::ulimit::ulimit;
use super::verb::{program, typed};
use super::{Arguments, Failure, Flag, Takes, Verb};
use crate::text::quoted;
use crate::text::units::typed_size;

/// A command line that fits its verb.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// The command.
    pub verb: &'a Verb,
    /// Its words as docker's errors say them, such as `image ls` for `image list`.
    pub command: &'static str,
    /// The arguments.
    pub arguments: Vec<String>,
    flags: Vec<(&'a str, String)>,
    /// Whether `--help` was among them.
    pub help: bool,
    /// Whether it was written `-h`.
    pub short_help: bool,
}

impl<'a> Parsed<'a> {
    /// Reads `words`, all that follows the verb's own words `path`.
    pub fn read(verb: &'a Verb, path: &'static str, words: &[String]) -> Result<Self, Failure> {
        let command = verb.command(path);
        let mut parsed =
            Self { verb, command, arguments: Vec::new(), flags: Vec::new(), help: false, short_help: false };
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let whole_rest =
                matches!(verb.arguments, Arguments::Command | Arguments::Rest) && !parsed.arguments.is_empty();
            match word.strip_prefix("--") {
                _ if whole_rest => parsed.arguments.push(word.clone()),
                Some("") => parsed.arguments.extend(rest.by_ref().cloned()),
                Some(long) if long.starts_with(['-', '=']) => {
                    return Err(parsed.wrong(&format!("bad flag syntax: {word}")));
                }
                Some(long) => parsed.long(long, &mut rest)?,
                None if word.len() > 1 && word.starts_with('-') => parsed.short(word, &mut rest)?,
                None => parsed.arguments.push(word.clone()),
            }
        }
        if !parsed.help {
            parsed.check_count()?;
        }
        Ok(parsed)
    }

    /// Whether the switch was given.
    pub fn has(&self, long: &str) -> bool {
        self.flags.iter().rev().find(|(name, _)| *name == long).is_some_and(|(_, value)| value != "false")
    }

    /// Whether no flag was given.
    pub fn is_bare(&self) -> bool {
        self.flags.is_empty()
    }

    /// The last value given.
    pub fn value(&self, long: &str) -> Option<&str> {
        self.flags.iter().rev().find(|(name, _)| *name == long).map(|(_, value)| value.as_str())
    }

    /// Every value given, in order.
    pub fn values(&self, long: &str) -> Vec<String> {
        self.flags.iter().filter(|(name, _)| *name == long).map(|(_, value)| value.clone()).collect()
    }

    /// The whole number given, checked when it was read.
    pub fn number(&self, long: &str) -> Option<i64> {
        self.value(long)?.parse().ok()
    }

    /// Whether it was given at all.
    pub fn given(&self, long: &str) -> bool {
        self.value(long).is_some()
    }

    fn long<'w>(&mut self, text: &str, rest: &mut impl Iterator<Item = &'w String>) -> Result<(), Failure> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        if name == "help" {
            self.help = true;
            return Ok(());
        }
        let flag = self.verb.flags.iter().find(|flag| flag.long == name);
        let flag = flag.ok_or_else(|| self.wrong(&format!("unknown flag: --{name}")))?;
        let value = match (flag.takes, value) {
            (_, Some(value)) => value,
            (Takes::Nothing, None) => "true",
            (_, None) => rest.next().ok_or_else(|| self.wrong(&format!("flag needs an argument: --{name}")))?.as_str(),
        };
        self.set(flag, value)
    }

    /// `-aq`, `-tmlmodel`, `-t mlmodel`, `-t=mlmodel`, `-a=false`.
    fn short<'w>(&mut self, word: &str, rest: &mut impl Iterator<Item = &'w String>) -> Result<(), Failure> {
        let mut letters = word[1..].chars();
        while let Some(letter) = letters.next() {
            let shown = format!("'{letter}' in -{letter}{}", letters.as_str());
            let Some(flag) = self.verb.flags.iter().find(|flag| flag.short == Some(letter)) else {
                return if letter == 'h' {
                    self.ask_help()
                } else {
                    Err(self.wrong(&format!("unknown shorthand flag: {shown}")))
                };
            };
            let attached = letters.as_str();
            let value = match (attached.strip_prefix('='), flag.takes) {
                (Some(value), _) => value,
                (None, Takes::Nothing) => {
                    self.set(flag, "true")?;
                    continue;
                }
                (None, _) if !attached.is_empty() => attached,
                _ => rest.next().ok_or_else(|| self.wrong(&format!("flag needs an argument: {shown}")))?.as_str(),
            };
            return self.set(flag, value);
        }
        Ok(())
    }

    fn ask_help(&mut self) -> Result<(), Failure> {
        self.help = true;
        self.short_help = true;
        Ok(())
    }

    /// Keeps a value that fits its flag.
    fn set(&mut self, flag: &'a Flag, value: &str) -> Result<(), Failure> {
        let value = fitting(flag, value).map_err(|reason| {
            let short = flag.short.map(|short| format!("-{short}, ")).unwrap_or_default();
            let named = format!("{short}--{}", flag.long);
            self.wrong(&format!("invalid argument {} for \"{named}\" flag: {reason}", quoted(value)))
        })?;
        self.flags.push((flag.long, value));
        Ok(())
    }

    fn check_count(&self) -> Result<(), Failure> {
        let given = self.arguments.len();
        let plural = |count: usize| if count == 1 { "argument" } else { "arguments" };
        let (fits, words) = match self.verb.arguments {
            Arguments::None => (given == 0, "accepts no arguments".to_owned()),
            Arguments::Exactly(count) => (given == count, format!("requires {count} {}", plural(count))),
            Arguments::AtLeast(count) => (given >= count, format!("requires at least {count} {}", plural(count))),
            Arguments::AtMost(count) => (given <= count, format!("requires at most {count} {}", plural(count))),
            Arguments::Between(least, most) => (
                (least..=most).contains(&given),
                format!("requires at least {least} and at most {most} {}", plural(most)),
            ),
            Arguments::Rest => (true, String::new()),
            Arguments::Command => (given >= 1, "requires at least 1 argument".to_owned()),
        };
        if fits { Ok(()) } else { Err(self.wrong_count(&words)) }
    }

    /// A line with too few or too many arguments, in docker's `words`.
    pub fn wrong_count(&self, words: &str) -> Failure {
        let (command, usage) = (self.command, self.verb.usage_of(self.command));
        let typed = typed(command);
        let message = format!("{}: '{typed}' {words}\n\n{usage}\n\n", program(command));
        let (before, more) = match (command.starts_with("buildx "), self.verb.arguments) {
            (true, _) => ("ERROR: ", "Run"),
            (false, Arguments::AtLeast(_) | Arguments::Command) => ("", "See"),
            _ => ("", "Run"),
        };
        Failure::new(format!("{before}{message}{more} '{typed} --help' for more information"))
    }

    /// A line that docker cannot read as this command.
    fn wrong(&self, message: &str) -> Failure {
        let (command, usage) = (self.command, self.verb.usage_of(self.command));
        let more = format!("Run '{} --help' for more information", typed(command));
        Failure::with_code(125, format!("{message}\n\n{usage}\n\n{more}"))
    }
}

/// The value as it is kept, or why it does not fit; Go's words.
fn fitting(flag: &Flag, value: &str) -> Result<String, String> {
    let syntax = |kind: &str| format!("strconv.Parse{kind}: parsing {}: invalid syntax", quoted(value));
    match (flag.takes, flag.kind) {
        (Takes::Nothing, _) => match value {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok("true".to_owned()),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok("false".to_owned()),
            _ => Err(syntax("Bool")),
        },
        (_, "int") => value.parse::<i64>().map(|number| number.to_string()).map_err(|_| syntax("Int")),
        (_, "filter") if !value.is_empty() && !value.contains('=') => {
            Err("bad format of filter (expected name=value)".to_owned())
        }
        (_, "bytes") if typed_size(value).is_none() => Err(format!("invalid size: '{value}'")),
        (_, "ulimit") => ulimit(value).map(|_| value.to_owned()),
        _ => Ok(value.to_owned()),
    }
}
