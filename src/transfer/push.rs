//! `docker push`: from the machine's blobs to a registry.

use super::auth::Credentials;
use super::client::Client;
use super::copy::{Copy, Journey};
use super::error::TransferError;
use super::lanes::Partials;
use crate::event::{Direction, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Platform, Reference};
use crate::store::Blobs;

/// What a push puts under the tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// What the tag is to name.
    pub root: Descriptor,
    /// The index it stands for, when only one of its platforms is here.
    pub instead_of: Option<Descriptor>,
}

/// A push under way: a value that goes on a piece at a time.
pub struct Push {
    local: Blobs,
    client: Client,
    copy: Copy,
}

impl Push {
    /// Of `root`, all of which is in `local`, under the tag of `reference`. `mounts` are
    /// repositories of the same registry that are known to have a blob.
    pub fn new(
        local: &Blobs,
        root: &Descriptor,
        reference: &Reference,
        credentials: Option<&Credentials>,
        mounts: &[(Digest, String)],
    ) -> Self {
        let client = Client::new(reference, Direction::Push, credentials).tagging(root.digest, mounts).shared();
        let copy = Copy::new(root.clone(), Journey::push(reference), Partials::new());
        Self { local: local.clone(), client, copy }
    }

    /// Does the next piece of the work and lets the time pass that it takes;
    /// true when all is there. The events are the exchanges and the blobs; that
    /// the image is pushed is the caller's to tell.
    pub fn advance(&mut self, host: &mut dyn Host, events: Events<'_>) -> Result<bool, TransferError> {
        let progress = self.copy.advance(&mut self.local, &mut self.client.over(host), events)?;
        Ok(progress.pass(&self.copy.journey.registry, host))
    }

    /// Gives it up. The registry keeps what it has taken, and docker nothing.
    pub fn cancel(mut self, host: &mut dyn Host, events: Events<'_>) {
        self.copy.cancel(&mut self.client.over(host), events);
    }
}

/// A push without leaving, see [`Push`].
pub fn push(
    local: &Blobs,
    root: &Descriptor,
    reference: &Reference,
    credentials: Option<&Credentials>,
    mounts: &[(Digest, String)],
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<(), TransferError> {
    let mut push = Push::new(local, root, reference, credentials, mounts);
    while !push.advance(host, events)? {}
    Ok(())
}

/// What of `root` can be pushed: an index that is not whole as the one image of
/// it that is here, or of several as the one for `platform`, what the machine
/// runs. `reference` is its name in the error.
pub fn present(
    local: &Blobs,
    root: &Descriptor,
    reference: &Reference,
    platform: &Platform,
) -> Result<Pushed, TransferError> {
    if !root.media_type.is_index() || local.is_whole(root) {
        return Ok(Pushed { root: root.clone(), instead_of: None });
    }
    let is_here = |child: &Descriptor| !child.is_pseudo_image() && local.is_whole(child);
    let images: Vec<Descriptor> = local.manifests(root).into_iter().filter(is_here).collect();
    let own = |image: &&Descriptor| image.platform.as_ref().is_some_and(|offered| platform.accepts(offered));
    let chosen = match images.as_slice() {
        [] => return Err(TransferError::NothingHere { name: reference.familiar() }),
        [only] => only,
        several => several.iter().find(own).ok_or(TransferError::Ambiguous)?,
    };
    Ok(Pushed { root: chosen.clone(), instead_of: Some(root.clone()) })
}
