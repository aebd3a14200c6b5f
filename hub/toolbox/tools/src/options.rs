//! Options, and how a program fails.

use std::io;

/// Why a program ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Called wrongly.
    Usage(String),
    /// In these words, with this status.
    Told(String, u8),
    /// A system call failed, on what is named.
    System(String, io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::System(String::new(), error)
    }
}

impl Failure {
    /// The message and the status.
    pub(crate) fn told(self) -> (String, u8) {
        match self {
            Self::Usage(message) => (message, 2),
            Self::Told(message, status) => (message, status),
            Self::System(name, error) => {
                let reason = reason(&error);
                (
                    if name.is_empty() {
                        reason
                    } else {
                        format!("{name}: {reason}")
                    },
                    1,
                )
            }
        }
    }
}

/// A failure on a file.
pub(crate) fn on(name: &str) -> impl Fn(io::Error) -> Failure + '_ {
    move |error| Failure::System(name.to_owned(), error)
}

/// An error in the words of the C library, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The options of a program, as letters, and what is left.
#[derive(Debug, Default)]
pub(crate) struct Options {
    letters: String,
    values: Vec<(char, String)>,
    pub(crate) rest: Vec<String>,
}

impl Options {
    /// Reads letters; a colon follows those that take a value, as in `getopts`.
    pub(crate) fn read(arguments: &[String], known: &str) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--" {
                options.rest.extend(words.by_ref().cloned());
                break;
            }
            let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                options.rest.push(word.clone());
                continue;
            };
            for (at, letter) in letters.char_indices() {
                let Some(place) = known.find(letter).filter(|_| letter != ':') else {
                    return Err(Failure::Usage(format!("unrecognized option: {letter}")));
                };
                if !known[place + 1..].starts_with(':') {
                    options.letters.push(letter);
                    continue;
                }
                let inline = &letters[at + letter.len_utf8()..];
                let value = if inline.is_empty() {
                    words.next().cloned()
                } else {
                    Some(inline.to_owned())
                };
                let value = value.ok_or_else(|| {
                    Failure::Usage(format!("option requires an argument: {letter}"))
                })?;
                options.values.push((letter, value));
                break;
            }
        }
        Ok(options)
    }

    pub(crate) fn has(&self, letter: char) -> bool {
        self.letters.contains(letter)
    }

    pub(crate) fn value(&self, letter: char) -> Option<&str> {
        self.values
            .iter()
            .rev()
            .find(|(known, _)| *known == letter)
            .map(|(_, value)| value.as_str())
    }

    /// All values in their order, each with its letter.
    pub(crate) fn values(&self) -> &[(char, String)] {
        &self.values
    }

    /// A value that is a number.
    pub(crate) fn number(&self, letter: char, otherwise: usize) -> Result<usize, Failure> {
        let Some(text) = self.value(letter) else {
            return Ok(otherwise);
        };
        text.parse()
            .map_err(|_| Failure::Usage(format!("invalid number '{text}'")))
    }

    /// At least this many operands.
    pub(crate) fn at_least(&self, count: usize) -> Result<&[String], Failure> {
        if self.rest.len() < count {
            Err(Failure::Usage("missing operand".to_owned()))
        } else {
            Ok(&self.rest)
        }
    }
}
