//! `# check=skip=…;experimental=…;error=…`: which rules speak, and whether
//! they fail the build.
//! <https://docs.docker.com/reference/dockerfile/#check>

use std::borrow::Cow;

use super::rule::Rule;
use crate::dockerfile::{Dockerfile, directive, quote};

/// An argument of the build that goes before the directive.
const ARGUMENT: &str = "BUILDKIT_DOCKERFILE_CHECK";

/// Which rules speak.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Options {
    skip_all: bool,
    skip: Vec<String>,
    experimental_all: bool,
    experimental: Vec<String>,
    /// Whether remarks fail the build.
    pub fatal: bool,
}

/// Why the options are none; `BuildKit`'s words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to parse {place}: {fault}")]
pub struct CheckError {
    /// Where they stand.
    pub place: &'static str,
    /// What is wrong with them.
    pub fault: CheckFault,
}

/// What is wrong with an option.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckFault {
    /// There is no such option, or it has no value.
    #[error("invalid check option {}", quote(.option))]
    Option {
        /// As written.
        option: String,
    },
    /// `error=perhaps`
    #[error("failed to parse check option {}: strconv.ParseBool: parsing {}: invalid syntax", quote(.option), quote(.value))]
    Value {
        /// As written.
        option: String,
        /// What stands behind its `=`.
        value: String,
    },
}

impl Options {
    pub(super) fn of(file: &Dockerfile, arguments: &[(String, String)]) -> Result<Self, CheckError> {
        let given = arguments.iter().rev().find(|(name, _)| name == ARGUMENT);
        let (place, text) = match given {
            Some((_, text)) => (ARGUMENT, text.as_str()),
            None => ("check options", first_word(file.check.as_deref().unwrap_or_default())),
        };
        Self::parse(text).map_err(|fault| CheckError { place, fault })
    }

    /// These options and those of a comment right above an instruction, which can but add.
    pub(super) fn below(&self, comments: &[String]) -> Cow<'_, Self> {
        let check = comments.iter().find_map(|comment| directive::in_comment("check", comment));
        let Some(Ok(more)) = check.map(|text| Self::parse(first_word(&text))) else { return Cow::Borrowed(self) };
        Cow::Owned(Self {
            skip_all: self.skip_all || more.skip_all,
            skip: [&self.skip[..], &more.skip].concat(),
            experimental_all: self.experimental_all || more.experimental_all,
            experimental: [&self.experimental[..], &more.experimental].concat(),
            fatal: self.fatal,
        })
    }

    pub(super) fn wants(&self, rule: &Rule) -> bool {
        let names = |list: &[String]| list.iter().any(|name| name == rule.name);
        if rule.experimental {
            self.experimental_all || names(&self.experimental)
        } else {
            !self.skip_all && !names(&self.skip)
        }
    }

    fn parse(text: &str) -> Result<Self, CheckFault> {
        let mut options = Self::default();
        if text.trim().is_empty() {
            return Ok(options);
        }
        for option in text.trim().splitn(3, ';') {
            let wrong = |option: &str| CheckFault::Option { option: option.to_owned() };
            let (name, value) = option.split_once('=').ok_or_else(|| wrong(option))?;
            let value = value.trim();
            let list = || value.split(',').map(|rule| rule.trim().to_owned()).collect();
            match (name.trim(), value) {
                ("skip", "all") => options.skip_all = true,
                ("skip", _) => options.skip = list(),
                ("experimental", "all") => options.experimental_all = true,
                ("experimental", _) => options.experimental = list(),
                ("error", "1" | "t" | "T" | "TRUE" | "true" | "True") => options.fatal = true,
                ("error", "0" | "f" | "F" | "FALSE" | "false" | "False") => options.fatal = false,
                ("error", value) => {
                    return Err(CheckFault::Value { option: option.to_owned(), value: value.to_owned() });
                }
                (name, _) => return Err(wrong(name)),
            }
        }
        Ok(options)
    }
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}
