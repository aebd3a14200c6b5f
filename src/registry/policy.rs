//! What registries do differently from each other, as a value: each registry
//! has one policy, and repositories may have their own.

use std::collections::BTreeMap;

use super::Registry;

/// How a registry treats a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether it lists referrers; where it does not, clients keep the list under a tag.
    pub referrers: bool,
    /// Whether a manifest may name what is not here.
    pub sparse: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { referrers: true, sparse: false }
    }
}

/// The policies of a registry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    /// For all repositories that have none of their own.
    pub all: Policy,
    /// For single repositories, by name.
    pub own: BTreeMap<String, Policy>,
}

impl Policies {
    /// The one that holds for a repository.
    pub fn of(&self, repository: &str) -> &Policy {
        self.own.get(repository).unwrap_or(&self.all)
    }
}

impl Registry {
    pub(super) fn policy(&self, repository: &str) -> &Policy {
        self.policies.of(repository)
    }
}
