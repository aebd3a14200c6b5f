//! Words as `BuildKit` reads them: quotes removed, escapes obeyed, `$V`,
//! `${V}`, `${V:-default}`, `${V:+other}`, `${V:?message}` replaced.
//! <https://docs.docker.com/reference/dockerfile/#environment-replacement>

use super::quote::quote;
use crate::limits;

/// Resolves words against an environment.
pub struct Expander<'a> {
    /// The escape character of the Dockerfile.
    pub escape: char,
    /// The value of a variable, if it is set.
    pub lookup: &'a dyn Fn(&str) -> Option<String>,
}

/// Why a word cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to process {}: {fault}", quote(.word))]
pub struct ExpandError {
    /// The whole word.
    pub word: String,
    /// What is wrong with it.
    pub fault: ExpandFault,
}

/// What is wrong with a word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpandFault {
    /// A quote that is not closed.
    #[error("unexpected end of statement while looking for matching {quote}-quote")]
    Quote {
        /// `single` or `double`.
        quote: &'static str,
    },
    /// `${V` without its brace.
    #[error("syntax error: missing '}}'")]
    Brace,
    /// `${}` and the like.
    #[error("syntax error: bad substitution")]
    Substitution,
    /// `${V:x}`
    #[error("unsupported modifier ({modifier}) in substitution")]
    Modifier {
        /// Which.
        modifier: String,
    },
    /// `${V#p}`, `${V%p}`, `${V/a/b}`
    #[error("the substitution ${{{name}{modifier}…}} is not supported yet in this lab")]
    Unsupported {
        /// The variable.
        name: String,
        /// What follows its name.
        modifier: char,
    },
    /// `${V:?message}` of an unset variable.
    #[error("{name}: {message}")]
    Unset {
        /// The variable.
        name: String,
        /// As written, or the usual words.
        message: String,
    },
    /// Defaults within defaults without end, or a value that doubles itself.
    #[error("the value is nested too deeply or longer than {limit} bytes")]
    TooLarge {
        /// The bound in bytes.
        limit: usize,
    },
}

impl Expander<'_> {
    /// `word` as one text.
    pub fn word(&self, word: &str) -> Result<String, ExpandError> {
        self.process(word).map(|found| found.text)
    }

    /// `word` as the words between its blanks, after replacement; quoted blanks do not separate.
    pub fn words(&self, word: &str) -> Result<Vec<String>, ExpandError> {
        let found = self.process(word)?;
        Ok(found.words.into_iter().chain(found.word).filter(|word| !word.is_empty()).collect())
    }

    fn process(&self, word: &str) -> Result<Found, ExpandError> {
        let mut reader = Reader { rest: word, expander: self, depth: 0 };
        reader.until(None).map_err(|fault| ExpandError { word: word.to_owned(), fault })
    }
}

/// What was read so far, as one text and as words.
#[derive(Default)]
struct Found {
    text: String,
    words: Vec<String>,
    word: Option<String>,
}

impl Found {
    fn add(&mut self, text: &str, splits: bool) -> Result<(), ExpandFault> {
        if self.text.len() + text.len() > limits::EXPANDED_BYTES {
            return Err(ExpandFault::TooLarge { limit: limits::EXPANDED_BYTES });
        }
        self.text.push_str(text);
        if !splits {
            self.word.get_or_insert_default().push_str(text);
            return Ok(());
        }
        for character in text.chars() {
            if character.is_whitespace() {
                self.words.extend(self.word.take());
            } else {
                self.word.get_or_insert_default().push(character);
            }
        }
        Ok(())
    }
}

struct Reader<'a> {
    rest: &'a str,
    expander: &'a Expander<'a>,
    depth: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Reads up to `stop`, which is taken, or to the end if there is none.
    fn until(&mut self, stop: Option<char>) -> Result<Found, ExpandFault> {
        let mut found = Found::default();
        while let Some(character) = self.next() {
            match character {
                _ if Some(character) == stop => return Ok(found),
                '$' => found.add(&self.variable()?, true)?,
                '\'' => found.add(&self.single_quoted()?, false)?,
                '"' => found.add(&self.double_quoted()?, false)?,
                _ if character == self.expander.escape => {
                    let next = self.next().map(String::from).unwrap_or_default();
                    found.add(&next, false)?;
                }
                _ => found.add(character.encode_utf8(&mut [0; 4]), true)?,
            }
        }
        if stop.is_some() { Err(ExpandFault::Brace) } else { Ok(found) }
    }

    fn single_quoted(&mut self) -> Result<String, ExpandFault> {
        let (inside, after) = self.rest.split_once('\'').ok_or(ExpandFault::Quote { quote: "single" })?;
        self.rest = after;
        Ok(inside.to_owned())
    }

    fn double_quoted(&mut self) -> Result<String, ExpandFault> {
        let escape = self.expander.escape;
        let mut found = Found::default();
        while let Some(character) = self.next() {
            match (character, self.peek()) {
                ('"', _) => return Ok(found.text),
                ('$', _) => found.add(&self.variable()?, false)?,
                (_, None) if character == escape => {}
                (_, Some(next)) if character == escape && (matches!(next, '"' | '$') || next == escape) => {
                    self.next();
                    found.add(next.encode_utf8(&mut [0; 4]), false)?;
                }
                _ => found.add(character.encode_utf8(&mut [0; 4]), false)?,
            }
        }
        Err(ExpandFault::Quote { quote: "double" })
    }

    /// What stands after a `$`.
    fn variable(&mut self) -> Result<String, ExpandFault> {
        if self.peek() != Some('{') {
            let name = self.name();
            return Ok(if name.is_empty() { "$".to_owned() } else { self.value(&name).unwrap_or_default() });
        }
        self.next();
        match self.peek() {
            None => return Err(ExpandFault::Brace),
            Some('{' | '}' | ':') => return Err(ExpandFault::Substitution),
            Some(_) => {}
        }
        let name = self.name();
        match self.next() {
            Some('}') => Ok(self.value(&name).unwrap_or_default()),
            Some(':') => {
                let modifier = self.next().ok_or(ExpandFault::Brace)?;
                self.modified(&name, modifier, true)
            }
            Some(modifier) => self.modified(&name, modifier, false),
            None => Err(ExpandFault::Brace),
        }
    }

    /// `${name-word}` and its kin; after a colon an empty value counts as unset.
    fn modified(&mut self, name: &str, modifier: char, colon: bool) -> Result<String, ExpandFault> {
        let value = self.value(name).filter(|value| !colon || !value.is_empty());
        match modifier {
            '-' => Ok(value.unwrap_or(self.nested()?)),
            '+' => self.nested().map(|word| value.map(|_| word).unwrap_or_default()),
            '?' => {
                let word = self.nested()?;
                let usual = if colon { "is not allowed to be empty" } else { "is not allowed to be unset" };
                let message = if word.is_empty() { usual.to_owned() } else { word };
                value.ok_or(ExpandFault::Unset { name: name.to_owned(), message })
            }
            '#' | '%' | '/' => Err(ExpandFault::Unsupported { name: name.to_owned(), modifier }),
            _ => {
                let colon = if colon { ":" } else { "" };
                Err(ExpandFault::Modifier { modifier: format!("{colon}{modifier}") })
            }
        }
    }

    /// The word of a modifier, up to its brace.
    fn nested(&mut self) -> Result<String, ExpandFault> {
        if self.depth == limits::EXPANSION_DEPTH {
            return Err(ExpandFault::TooLarge { limit: limits::EXPANDED_BYTES });
        }
        self.depth += 1;
        let found = self.until(Some('}'))?;
        self.depth -= 1;
        Ok(found.text)
    }

    fn value(&self, name: &str) -> Option<String> {
        (self.expander.lookup)(name)
    }

    /// A name, a number, or one of the shell's special characters.
    fn name(&mut self) -> String {
        let first = self.peek();
        if first.is_some_and(|first| "@*#?-$!".contains(first)) {
            return self.next().map(String::from).unwrap_or_default();
        }
        let number = first.is_some_and(char::is_numeric);
        let inside = |c: char| if number { c.is_numeric() } else { c.is_alphanumeric() || c == '_' };
        let end = self.rest.find(|c| !inside(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lookup(name: &str) -> Option<String> {
        match name {
            "V" => Some("v w".to_owned()),
            "E" => Some(String::new()),
            "LONG" => Some("x".repeat(limits::EXPANDED_BYTES)),
            _ => None,
        }
    }

    fn expander() -> Expander<'static> {
        Expander { escape: '\\', lookup: &lookup }
    }

    #[test]
    fn variables_quotes_and_escapes_are_resolved() {
        let table = [
            ("a$V-${V}b", "av w-v wb"),
            ("$U|${U}|$", "||$"),
            ("${U:-d}${U-d}${E:-d}${E-d}", "ddd"),
            ("${V:+a}${U:+a}${E:+a}${E+a}", "aa"),
            ("${U:-${V}x}", "v wx"),
            ("'$V'\"$V\"\\$V", "$Vv w$V"),
            ("\"a\\\"b\\c\"", "a\"b\\c"),
            ("a\\ b\\", "a b"),
            ("$1a$é", "a"),
            ("${V:?no}", "v w"),
        ];
        for (word, expected) in table {
            assert_eq!(expander().word(word).as_deref(), Ok(expected), "{word}");
        }
    }

    #[test]
    fn words_split_where_a_variable_brings_a_blank() {
        let expected: Vec<String> = ["8080", "v", "w", "v w"].map(str::to_owned).into();
        assert_eq!(expander().words("8080 $V \"$V\""), Ok(expected));
    }

    #[test]
    fn what_cannot_be_resolved_is_named() {
        let table = [
            ("\"a", "failed to process \"\\\"a\": unexpected end of statement while looking for matching double-quote"),
            ("'a", "failed to process \"'a\": unexpected end of statement while looking for matching single-quote"),
            ("${V", "failed to process \"${V\": syntax error: missing '}'"),
            ("${V:-x", "failed to process \"${V:-x\": syntax error: missing '}'"),
            ("${}", "failed to process \"${}\": syntax error: bad substitution"),
            ("${V:x}", "failed to process \"${V:x}\": unsupported modifier (:x) in substitution"),
            ("${U:?}", "failed to process \"${U:?}\": U: is not allowed to be empty"),
            ("${U?give it}", "failed to process \"${U?give it}\": U: give it"),
            ("${V#p}", "failed to process \"${V#p}\": the substitution ${V#…} is not supported yet in this lab"),
        ];
        for (word, message) in table {
            assert_eq!(expander().word(word).expect_err(word).to_string(), message);
        }
    }

    #[test]
    fn a_value_that_grows_without_end_is_refused() {
        assert!(expander().word("$LONG").is_ok());
        assert!(expander().word("$LONG$LONG").is_err());
        assert!(expander().word(&"${a:-".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn a_word_without_specials_stays_and_no_word_makes_it_panic(word in "[$\\{}:?+\"'VUE é-]{0,12}") {
            let plain = !word.contains(['$', '\\', '"', '\'']);
            let expanded = expander().word(&word);
            prop_assert!(!plain || expanded.as_deref() == Ok(word.as_str()));
        }
    }
}
