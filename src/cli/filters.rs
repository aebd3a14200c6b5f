//! `--filter name=value`, as the daemon takes them.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/internal/filters/parse.go>

use super::Failure;
use super::flags::Parsed;
use crate::text::Case;

/// What was given by `--filter`; each value once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    pairs: Vec<(String, String)>,
}

impl Filters {
    /// Those of a command line, if the daemon knows them all.
    pub fn read(parsed: &Parsed<'_>, known: &[&str]) -> Result<Self, Failure> {
        let mut filters = Self::default();
        for given in parsed.values("filter") {
            if let Some((name, value)) = given.split_once('=') {
                filters.add(&name.trim().lowercase(), value.trim());
            }
        }
        match filters.pairs.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => Err(Failure::daemon(format!("invalid filter '{name}'"))),
            None => Ok(filters),
        }
    }

    /// One more.
    pub fn add(&mut self, name: &str, value: &str) {
        let pair = (name.to_owned(), value.to_owned());
        if !self.pairs.contains(&pair) {
            self.pairs.push(pair);
        }
    }

    /// Whether one of this name was given.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(known, _)| known == name)
    }

    /// The values of this name.
    pub fn values<'f>(&'f self, name: &str) -> impl Iterator<Item = &'f str> + Clone {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The truth of a filter that is yes or no, if it was given.
    pub fn truth(&self, name: &str) -> Result<Option<bool>, Failure> {
        if !self.has(name) {
            return Ok(None);
        }
        let values: Vec<&str> = self.values(name).collect();
        let any = |words: [&str; 2]| values.iter().any(|value| words.contains(value));
        match (any(["1", "true"]), any(["0", "false"])) {
            (yes, no) if yes != no => Ok(Some(yes)),
            _ => Err(Failure::daemon(format!("invalid filter '{name}=[{}]'", values.join(" ")))),
        }
    }

    /// Whether labels fit `label=` and `label!=`: each `key` or `key=value`.
    pub fn fit_labels(&self, label: impl Fn(&str) -> Option<String>) -> bool {
        let fits = |wanted: &str, negated: bool| {
            let (key, value) = wanted.split_once('=').map_or((wanted, None), |(key, value)| (key, Some(value)));
            let (key, negated) = key.strip_suffix('!').map_or((key, negated), |key| (key, !negated));
            let there = label(key).is_some_and(|found| value.is_none_or(|value| found == value));
            there != negated
        };
        self.values("label").all(|wanted| fits(wanted, false)) && self.values("label!").all(|wanted| fits(wanted, true))
    }
}
