//! The words behind one of our own commands: flags, their values, and the rest.

use super::NativeError;

/// What is wrong with a command line.
pub fn usage(message: impl Into<String>) -> NativeError {
    NativeError::Usage { message: message.into() }
}

/// Flags with their values, and what is no flag.
pub struct Given {
    /// Each flag with its value, in their order.
    pub flags: Vec<(String, String)>,
    /// What is no flag.
    pub arguments: Vec<String>,
}

impl Given {
    /// Every flag takes a value: `--steps 2`, `--steps=2`, `-o x`.
    pub fn read(words: &[&str], known: &[&str]) -> Result<Self, NativeError> {
        let mut given = Self { flags: Vec::new(), arguments: Vec::new() };
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if *word == "-" || !word.starts_with('-') {
                given.arguments.push((*word).to_owned());
                continue;
            }
            let (flag, value) = word.split_once('=').map_or((*word, None), |(flag, value)| (flag, Some(value)));
            if !known.contains(&flag) {
                return Err(usage(format!("unknown flag: {flag}")));
            }
            let value = value.or_else(|| rest.next().copied());
            let value = value.ok_or_else(|| usage(format!("flag needs an argument: {flag}")))?;
            given.flags.push((flag.to_owned(), value.to_owned()));
        }
        Ok(given)
    }

    /// The value that was given last.
    pub fn last(&self, flag: &str) -> Option<String> {
        self.flags.iter().rev().find(|(name, _)| name == flag).map(|(_, value)| value.clone())
    }

    /// Every value that was given, in order.
    pub fn all(&self, flag: &str) -> Vec<String> {
        self.flags.iter().filter(|(name, _)| name == flag).map(|(_, value)| value.clone()).collect()
    }

    /// An error, if there is an argument left.
    pub fn no_more_arguments(&self) -> Result<(), NativeError> {
        self.arguments.first().map_or(Ok(()), |extra| Err(usage(format!("unexpected argument: {extra}"))))
    }

    /// The words without a flag that takes no value, and whether it was there.
    pub fn switch<'a>(words: &[&'a str], flag: &str) -> (Vec<&'a str>, bool) {
        let rest: Vec<&str> = words.iter().copied().filter(|word| *word != flag).collect();
        let is_there = rest.len() < words.len();
        (rest, is_there)
    }
}
