//! `docker pull`, and the `FROM` of a build: from a registry to the machine's
//! blobs.

use bytes::Bytes;

use super::auth::Credentials;
use super::copy::{Journey, copy};
use super::error::TransferError;
use super::remote::Remote;
use crate::event::{Direction, Events, Outcome};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Platform, Reference};
use crate::store::{Blobs, Content};

/// What a pull found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// What the reference names.
    pub root: Descriptor,
    /// Whether the name meant exactly this here before.
    pub up_to_date: bool,
}

/// Fetches what `reference` names and is not here yet. `known` is what the
/// name means here now; one HEAD decides whether that still holds. The events
/// are the exchanges and the blobs; the image's name is the caller's to set
/// and to tell. On an error some blobs may have come, no manifest before them.
pub fn pull(
    local: &mut Blobs,
    known: Option<Digest>,
    reference: &Reference,
    platform: &Platform,
    credentials: Option<&Credentials>,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<Pulled, TransferError> {
    let mut remote = Remote::new(reference, Direction::Pull, credentials, host);
    let root = remote.resolve(events)?;
    let journey = Journey {
        direction: Direction::Pull,
        registry: &reference.domain,
        repository: &reference.path,
        platform: Some(platform),
        attestations: true,
    };
    let mut source = Nearby { here: local.clone(), there: remote };
    copy(&mut source, local, &root, &journey, events)?;
    Ok(Pulled { up_to_date: known == Some(root.digest), root })
}

/// The tags of the repository of `reference`, for a pull of all of them.
pub fn tags(
    reference: &Reference,
    credentials: Option<&Credentials>,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<Vec<String>, TransferError> {
    Remote::new(reference, Direction::Pull, credentials, host).tags(events)
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

    fn put(&mut self, blob: &Descriptor, bytes: Bytes, events: Events<'_>) -> Result<Outcome, TransferError> {
        self.there.put(blob, bytes, events)
    }

    fn referrers(&mut self, subject: &Descriptor, events: Events<'_>) -> Result<Vec<Descriptor>, TransferError> {
        self.there.referrers(subject, events)
    }
}
