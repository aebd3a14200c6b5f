//! A client of one repository: where things are in its registry, and what is
//! remembered of it between requests.

use std::collections::BTreeMap;

use super::auth::Credentials;
use super::remote::Remote;
use super::wire::Line;
use crate::event::Direction;
use crate::host::Host;
use crate::oci::{Digest, Reference};

/// One repository of one registry: what a client remembers of it between requests.
pub struct Client {
    line: Line,
    pub(super) address: Address,
}

/// Where things are in a registry.
pub(super) struct Address {
    pub(super) reference: Reference,
    pub(super) scope: String,
    /// What the reference's tag is to name; only a push sets it.
    pub(super) root: Option<Digest>,
    /// Repositories of this registry that are known to have a blob.
    pub(super) mounts: BTreeMap<Digest, String>,
    /// A repository of this registry that has all that is to come.
    pub(super) neighbour: Option<String>,
}

impl Client {
    /// For the repository of `reference`, to read from or to write to.
    pub fn new(reference: &Reference, direction: Direction, credentials: Option<&Credentials>) -> Self {
        let actions = match direction {
            Direction::Push => "pull,push",
            Direction::Pull => "pull",
        };
        let address = Address {
            reference: reference.clone().tagged(),
            scope: format!("repository:{}:{actions}", reference.path),
            root: None,
            mounts: BTreeMap::new(),
            neighbour: None,
        };
        Self { line: Line::new(&reference.domain, credentials).about(&reference.path), address }
    }

    /// The same, with the manifest that the tag is to name and with
    /// repositories from which blobs may be mounted.
    #[must_use]
    pub fn tagging(mut self, root: Digest, mounts: &[(Digest, String)]) -> Self {
        let others = mounts.iter().filter(|(_, repository)| *repository != self.address.reference.path);
        self.address.mounts = others.cloned().collect();
        self.address.root = Some(root);
        self
    }

    /// The same, for what the repository of `other` has: in the same registry nothing of it need travel.
    #[must_use]
    pub(super) fn beside(mut self, other: &Reference) -> Self {
        let own = &self.address.reference;
        let is_beside = other.domain == own.domain && other.path != own.path;
        self.address.neighbour = is_beside.then(|| other.path.clone());
        self
    }

    /// The same, for requests that travel side by side.
    #[must_use]
    pub fn shared(self) -> Self {
        Self { line: self.line.shared(), ..self }
    }

    /// The same, as docker's own client and not containerd's.
    #[must_use]
    pub(super) fn classic(self) -> Self {
        Self { line: self.line.classic(), ..self }
    }

    /// Speaks over `host`.
    pub fn over<'a>(&'a mut self, host: &'a mut dyn Host) -> Remote<'a> {
        Remote { wire: self.line.over(host), address: &self.address }
    }
}
