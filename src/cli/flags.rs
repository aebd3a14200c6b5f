//! Flags and arguments, told apart as docker's own parser does, with its errors.

use super::{Arguments, Failure, Flag, Takes, Verb};

/// A command line that fits its verb.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// The command.
    pub verb: &'a Verb,
    /// The arguments.
    pub arguments: Vec<String>,
    flags: Vec<(&'a str, String)>,
    /// Whether `--help` was among them.
    pub help: bool,
}

impl<'a> Parsed<'a> {
    /// Reads `words`, all that follows the verb's own words.
    pub fn read(verb: &'a Verb, words: &[String]) -> Result<Self, Failure> {
        let mut parsed = Self { verb, arguments: Vec::new(), flags: Vec::new(), help: false };
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let whole_rest = verb.arguments == Arguments::Command && !parsed.arguments.is_empty();
            match word.strip_prefix("--") {
                _ if whole_rest => parsed.arguments.push(word.clone()),
                Some("") => parsed.arguments.extend(rest.by_ref().cloned()),
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

    /// The last value given.
    pub fn value(&self, long: &str) -> Option<&str> {
        self.flags.iter().rev().find(|(name, _)| *name == long).map(|(_, value)| value.as_str())
    }

    /// Every value given, in order.
    pub fn values(&self, long: &str) -> Vec<String> {
        self.flags.iter().filter(|(name, _)| *name == long).map(|(_, value)| value.clone()).collect()
    }

    fn long<'w>(&mut self, text: &str, rest: &mut impl Iterator<Item = &'w String>) -> Result<(), Failure> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value.to_owned())));
        if name == "help" {
            self.help = true;
            return Ok(());
        }
        let flag = self.verb.flags.iter().find(|flag| flag.long == name);
        let flag = flag.ok_or_else(|| unknown(self.verb, &format!("unknown flag: --{name}")))?;
        let value = match (flag.takes, value) {
            (_, Some(value)) => value,
            (Takes::Nothing, None) => "true".to_owned(),
            (_, None) => self.next(flag, rest, &format!("--{name}"))?,
        };
        self.flags.push((flag.long, value));
        Ok(())
    }

    /// `-aq`, `-tmlmodel`, `-t mlmodel`, `-t=mlmodel`.
    fn short<'w>(&mut self, word: &str, rest: &mut impl Iterator<Item = &'w String>) -> Result<(), Failure> {
        for (at, letter) in word[1..].char_indices() {
            let flag = self.verb.flags.iter().find(|flag| flag.short == Some(letter));
            let flag =
                flag.ok_or_else(|| unknown(self.verb, &format!("unknown shorthand flag: '{letter}' in {word}")))?;
            if flag.takes == Takes::Nothing {
                self.flags.push((flag.long, "true".to_owned()));
                continue;
            }
            let attached = &word[1 + at + letter.len_utf8()..];
            let value = match attached.strip_prefix('=').unwrap_or(attached) {
                "" => self.next(flag, rest, &format!("'{letter}' in {word}"))?,
                value => value.to_owned(),
            };
            self.flags.push((flag.long, value));
            return Ok(());
        }
        Ok(())
    }

    fn next<'w>(
        &self,
        flag: &Flag,
        rest: &mut impl Iterator<Item = &'w String>,
        shown: &str,
    ) -> Result<String, Failure> {
        let needs = || unknown(self.verb, &format!("flag needs an argument: {shown}"));
        debug_assert_ne!(flag.takes, Takes::Nothing);
        rest.next().cloned().ok_or_else(needs)
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
            Arguments::Command => (given >= 1, "requires at least 1 argument".to_owned()),
        };
        if fits { Ok(()) } else { Err(wrong_count(self.verb, &words)) }
    }
}

fn wrong_count(verb: &Verb, words: &str) -> Failure {
    let path = verb.paths[0];
    if path == "buildx build" {
        let message = format!("ERROR: docker: 'docker buildx build' {words}");
        let usage = verb.usage_line();
        let more = "Run 'docker buildx build --help' for more information";
        return Failure::new(format!("{message}\n\n{usage}\n\n{more}"));
    }
    let more = match verb.arguments {
        Arguments::AtLeast(_) | Arguments::Command => format!("See 'docker {path} --help' for more information"),
        _ => format!("Run 'docker {path} --help' for more information"),
    };
    Failure::new(format!("docker: 'docker {path}' {words}\n\n{}\n\n{more}", verb.usage_line()))
}

fn unknown(verb: &Verb, message: &str) -> Failure {
    let more = format!("Run 'docker {} --help' for more information", verb.paths[0]);
    Failure::with_code(125, format!("{message}\n\n{}\n\n{more}", verb.usage_line()))
}
