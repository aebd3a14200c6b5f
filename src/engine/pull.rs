//! `docker pull` as the daemon does it, and the fetch of a base: a value that
//! goes on a piece at a time, whichever store the image goes to.

use super::classic::Arriving;
use super::{Engine, RegistryError};
use crate::event::{Event, Events};
use crate::host::{Host, Kept};
use crate::oci::{Descriptor, Digest, Platform, Reference};
use crate::transfer::{self, Partials, classic};

/// What a pull found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullResult {
    /// What the name means now.
    pub root: Descriptor,
    /// Whether it meant that before.
    pub up_to_date: bool,
    /// What the registry has under the name: the same, but for the classic store.
    pub digest: Digest,
}

/// A pull under way.
pub struct Pull {
    reference: Reference,
    platform: Platform,
    way: Way,
}

/// By the client of either store.
enum Way {
    Containerd(Box<transfer::Pull>),
    Classic(Box<classic::Pull>, Arriving),
}

impl Engine {
    /// Begins to pull what `reference` means at its registry. What came of a blob before goes on there.
    pub fn begin_pull(&self, reference: &Reference, platform: &Platform) -> Pull {
        let credentials = self.credentials.get(&reference.domain);
        let way = if self.is_classic() {
            let pull = classic::Pull::new(reference, platform, credentials);
            Way::Classic(Box::new(pull), self.arriving())
        } else {
            let known = self.find_reference(reference).map(|root| root.digest);
            let partials = self.partials.clone();
            Way::Containerd(Box::new(transfer::Pull::new(known, reference, platform, credentials, partials)))
        };
        Pull { reference: reference.clone(), platform: platform.clone(), way }
    }

    /// Does the next piece of it; when all is here, it has its name.
    pub fn advance_pull(
        &mut self,
        pull: &mut Pull,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Option<PullResult>, RegistryError> {
        let Some(found) = self.advance_fetch(pull, host, events)? else { return Ok(None) };
        if self.is_classic() {
            return Ok(Some(self.take_pulled(&pull.reference, found, events)));
        }
        // By digest the name is without a tag, even if one was typed.
        let tag = pull.reference.tag.clone().filter(|_| pull.reference.digest.is_none());
        let name = Reference { tag, ..pull.reference.clone() };
        self.name(&name, &found.root);
        self.note_tagged(&name, host.now());
        let (reference, image, up_to_date) = (pull.reference.familiar(), found.root.clone(), found.up_to_date);
        events(Event::ImagePulled { reference, image, up_to_date });
        Ok(Some(found))
    }

    /// Gives it up. With containerd's store docker keeps what has come, whole
    /// blobs and parts: a lease holds them for eight hours, or until a prune,
    /// so that the same pull goes on where it was. The classic store keeps nothing.
    /// <https://github.com/moby/moby/blob/v28.5.2/daemon/containerd/leases.go>
    pub fn cancel_pull(&mut self, pull: Pull, events: Events<'_>) {
        match pull.way {
            Way::Containerd(pull) => self.partials.extend(pull.cancel(&mut self.blobs, events)),
            Way::Classic(pull, mut target) => pull.cancel(&mut target, events),
        }
    }

    /// What has come of blobs whose pull was given up.
    pub fn partials(&self) -> &Partials {
        &self.partials
    }

    /// Notes what had come of a blob before.
    pub fn note_partial(&mut self, digest: Digest, came: Kept) {
        self.partials.insert(digest, came);
    }

    /// A pull without leaving.
    pub fn pull(
        &mut self,
        reference: &Reference,
        platform: &Platform,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<PullResult, RegistryError> {
        let mut pull = self.begin_pull(reference, platform);
        loop {
            if let Some(result) = self.advance_pull(&mut pull, host, events)? {
                return Ok(result);
            }
        }
    }

    /// Does the next piece of bringing the content here, which has no name then, as a build does for its base.
    pub(super) fn advance_fetch(
        &mut self,
        pull: &mut Pull,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Option<PullResult>, RegistryError> {
        let Pull { reference, platform, way } = pull;
        match way {
            Way::Containerd(pull) => {
                let Some(pulled) = pull.advance(&mut self.blobs, host, events)? else { return Ok(None) };
                self.remember_origin(&pulled.root, reference);
                let here = &self.blobs;
                self.partials.retain(|digest, _| !here.has(digest));
                let digest = pulled.root.digest;
                Ok(Some(PullResult { root: pulled.root, up_to_date: pulled.up_to_date, digest }))
            }
            Way::Classic(pull, target) => {
                let Some(document) = pull.advance(target, host, events)? else { return Ok(None) };
                self.take_arrived(reference, platform, target, &document).map(Some)
            }
        }
    }
}
