//! Names that are known at a place of the file, and the words that use them.

use std::collections::BTreeSet;

use crate::dockerfile::suggest::nearest;
use crate::dockerfile::{ExpandError, Expanded, Expander, Keep};

/// ARGs that are never variables.
const NO_VARIABLES: [&str; 2] = ["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"];

/// Variables with their values, in the order in which they were last set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scope {
    variables: Vec<(String, String)>,
    /// Every ARG of the stage, whether it has a value or not.
    pub declared: Vec<String>,
}

impl Scope {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.into()));
    }

    /// Sets an ARG, which is a variable if it has a value.
    pub(super) fn declare(&mut self, name: &str, value: Option<String>) {
        self.declared.push(name.to_owned());
        if let Some(value) = value.filter(|_| !NO_VARIABLES.contains(&name)) {
            self.set(name, value);
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn expand(&self, word: &str, escape: char, keep: Keep) -> Result<Expanded, ExpandError> {
        Expander { escape, lookup: &|name| self.get(name).map(str::to_owned) }.process_but(word, keep)
    }

    /// What is said of the variables in `unmatched` that nothing declares.
    pub(super) fn undefined(&self, unmatched: &BTreeSet<String>) -> Vec<String> {
        let known = |name: &str| NO_VARIABLES.contains(&name) || self.declared.iter().any(|known| known == name);
        let message = |name: &String| match nearest(name, self.names()) {
            Some(meant) => format!("Usage of undefined variable '${name}' (did you mean ${meant}?)"),
            None => format!("Usage of undefined variable '${name}'"),
        };
        unmatched.iter().filter(|name| !known(name)).map(message).collect()
    }
}
