//! `docker pull`, and the `FROM` of a build: from a registry to the machine's
//! blobs.

use std::time::Duration;

use bytes::Bytes;

use super::auth::Credentials;
use super::client::Client;
use super::copy::{Copy, Journey};
use super::error::TransferError;
use super::lanes::{Partials, Progress};
use super::remote::Remote;
use crate::event::{Direction, Events, Outcome};
use crate::host::{Host, Kept, Link};
use crate::oci::{Descriptor, Digest, Platform, Reference};
use crate::store::{Blobs, Content, Part, Upload};

/// What a pull found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// What the reference names.
    pub root: Descriptor,
    /// Whether the name meant exactly this here before.
    pub up_to_date: bool,
}

/// A pull under way: a value that goes on a piece at a time.
pub struct Pull {
    /// What the name means here now.
    known: Option<Digest>,
    platform: Platform,
    reference: Reference,
    client: Client,
    partials: Partials,
    /// None before it is known what the name means there.
    copy: Option<(Descriptor, Copy)>,
}

impl Pull {
    /// Of what `reference` names and is not here yet. `known` is what the name
    /// means here now; one HEAD decides whether that still holds. Of some blobs
    /// a part came earlier.
    pub fn new(
        known: Option<Digest>,
        reference: &Reference,
        platform: &Platform,
        credentials: Option<&Credentials>,
        partials: Partials,
    ) -> Self {
        let client = Client::new(reference, Direction::Pull, credentials).shared();
        Self { known, platform: platform.clone(), reference: reference.clone(), client, partials, copy: None }
    }

    /// Does the next piece of the work and lets the time pass that it takes;
    /// what was found, when all is here. The events are the exchanges and the
    /// blobs; the image's name is the caller's to set and to tell. On an error
    /// some blobs may have come, no manifest before them.
    pub fn advance(
        &mut self,
        local: &mut Blobs,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Option<Pulled>, TransferError> {
        let mut there = self.client.over(host);
        let Some((root, copy)) = &mut self.copy else {
            let root = there.resolve(events)?;
            Progress::Wait(there.take_waits()).pass(&self.reference.domain, host);
            let journey = Journey::pull(&self.reference, &self.platform);
            self.copy = Some((root.clone(), Copy::new(root, journey, std::mem::take(&mut self.partials))));
            return Ok(None);
        };
        let mut source = Nearby { here: local.clone(), there };
        let progress = copy.advance(&mut source, local, events)?;
        let pulled = Pulled { up_to_date: self.known == Some(root.digest), root: root.clone() };
        Ok(progress.pass(&self.reference.domain, host).then_some(pulled))
    }

    /// Gives it up; what had come of blobs that are not whole.
    pub fn cancel(self, local: &mut Blobs, events: Events<'_>) -> Partials {
        self.copy.map_or(self.partials, |(_, copy)| copy.cancel(local, events))
    }
}

/// A pull without leaving, see [`Pull`].
pub fn pull(
    local: &mut Blobs,
    known: Option<Digest>,
    reference: &Reference,
    platform: &Platform,
    credentials: Option<&Credentials>,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<Pulled, TransferError> {
    let mut pull = Pull::new(known, reference, platform, credentials, Partials::new());
    loop {
        if let Some(pulled) = pull.advance(local, host, events)? {
            return Ok(pulled);
        }
    }
}

/// The tags of the repository of `reference`, for a pull of all of them.
pub fn tags(
    reference: &Reference,
    credentials: Option<&Credentials>,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<Vec<String>, TransferError> {
    Client::new(reference, Direction::Pull, credentials).over(host).tags(events)
}

/// A remote whose manifests need not be fetched if they are here.
struct Nearby<'a> {
    here: Blobs,
    there: Remote<'a>,
}

impl Content for Nearby<'_> {
    type Error = TransferError;

    fn has(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<bool, TransferError> {
        if self.here.has(&blob.digest) { Ok(true) } else { self.there.has(blob, events) }
    }

    fn get(&mut self, blob: &Descriptor, events: Events<'_>) -> Result<Bytes, TransferError> {
        if self.here.has(&blob.digest) {
            return Ok(Content::get(&mut self.here, blob, events)?);
        }
        self.there.get(blob, events)
    }

    fn read(&mut self, blob: &Descriptor, offset: u64, events: Events<'_>) -> Result<Part, TransferError> {
        self.there.read(blob, offset, events)
    }

    fn link(&self) -> Option<Link> {
        self.there.link()
    }

    fn take_waits(&mut self) -> Duration {
        self.there.take_waits()
    }

    fn put(&mut self, blob: &Descriptor, bytes: Bytes, events: Events<'_>) -> Result<Outcome, TransferError> {
        self.there.put(blob, bytes, events)
    }

    fn write(
        &mut self,
        blob: &Descriptor,
        upload: &Upload,
        bytes: Kept,
        events: Events<'_>,
    ) -> Result<Outcome, TransferError> {
        self.there.write(blob, upload, bytes, events)
    }

    fn blob_limit(&self) -> u64 {
        self.there.blob_limit()
    }

    fn referrers(&mut self, subject: &Descriptor, events: Events<'_>) -> Result<Vec<Descriptor>, TransferError> {
        self.there.referrers(subject, events)
    }
}
