//! Words as `BuildKit` reads them: quotes removed, escapes obeyed, variables
//! replaced. What is allowed inside `${…}` is what its shell lexer allows.
//! <https://docs.docker.com/reference/dockerfile/#environment-replacement>

use std::collections::BTreeSet;

use super::lexer::Lexer;
use super::quote::quote;
use crate::limits;

/// Resolves words against an environment.
pub struct Expander<'a> {
    /// The escape character of the Dockerfile.
    pub escape: char,
    /// The value of a variable, if it is set.
    pub lookup: &'a dyn Fn(&str) -> Option<String>,
}

/// What stays as written, where `BuildKit` reads a word only in part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the four switches of BuildKit's lexer, each on its own")]
pub struct Keep {
    /// Quotes are obeyed, and stay in the text.
    pub quotes: bool,
    /// Escapes are obeyed, and stay in the text.
    pub escapes: bool,
    /// A variable that is not set stays in the text.
    pub unset: bool,
    /// A quote is a character like any other.
    pub plain_quotes: bool,
}

/// A word, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expanded {
    /// As one text.
    pub text: String,
    /// As the words between its blanks; quoted blanks do not separate.
    pub words: Vec<String>,
    /// The variables it names that are set.
    pub matched: BTreeSet<String>,
    /// The variables it names that are not.
    pub unmatched: BTreeSet<String>,
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
    /// `${V/a` without its second slash.
    #[error("syntax error: missing '/' in ${{}}")]
    Slash,
    /// `${}` and the like.
    #[error("syntax error: bad substitution")]
    Substitution,
    /// `${V:x}`
    #[error("unsupported modifier ({modifier}) in substitution")]
    Modifier {
        /// Which.
        modifier: String,
    },
    /// `${V#\a}`
    #[error("invalid pattern ({pattern}) in substitution: invalid escape '\\{escaped}'")]
    Pattern {
        /// As the pattern is read: the suffix of a value is matched from its end.
        pattern: String,
        /// What must not be escaped.
        escaped: char,
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
    /// A pattern and a value that would take too long to compare.
    #[error("the pattern of the substitution and its value are longer than {limit} characters together")]
    TooSlow {
        /// The bound on the product of their lengths.
        limit: usize,
    },
}

impl Expander<'_> {
    /// `word` as one text.
    pub fn word(&self, word: &str) -> Result<String, ExpandError> {
        self.process(word).map(|expanded| expanded.text)
    }

    /// `word` as the words between its blanks, after replacement; quoted blanks do not separate.
    pub fn words(&self, word: &str) -> Result<Vec<String>, ExpandError> {
        self.process(word).map(|expanded| expanded.words)
    }

    /// `word` in every form, with the variables it names.
    pub fn process(&self, word: &str) -> Result<Expanded, ExpandError> {
        self.process_but(word, Keep::default())
    }

    /// As [`Expander::process`], with some of it kept as written.
    pub fn process_but(&self, word: &str, keep: Keep) -> Result<Expanded, ExpandError> {
        // A text without variables grows by nothing, however long it is.
        let limit = limits::EXPANDED_BYTES.max(word.len());
        Lexer::new(self, word, keep, limit).run().map_err(|fault| ExpandError { word: word.to_owned(), fault })
    }
}
