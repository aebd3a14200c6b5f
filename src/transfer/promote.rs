//! From one repository to another, and be it only to another tag: the digest
//! stays what it was. `docker buildx imagetools create` does this.

use std::cell::RefCell;

use bytes::Bytes;
use http::{Request, Response};

use super::auth::Credentials;
use super::copy::{Journey, copy};
use super::error::TransferError;
use super::remote::Remote;
use crate::event::{Direction, Events};
use crate::host::{Host, SendError};
use crate::oci::{Descriptor, Reference, Timestamp};
use crate::store::Content;

/// One end of a promotion: a place, and how to show who asks there.
#[derive(Debug, Clone)]
pub struct Place {
    /// Where.
    pub reference: Reference,
    /// As whom.
    pub credentials: Option<Credentials>,
}

/// Copies `manifest` and all it names from one repository to another; what is
/// there already does not travel.
pub fn promote(
    from: &Place,
    to: &Place,
    manifest: &Descriptor,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<(), TransferError> {
    let line = RefCell::new(host);
    let (mut source, mut target) = (Shared(&line), Shared(&line));
    let mut source = Remote::new(&from.reference, Direction::Pull, from.credentials.as_ref(), &mut source);
    let mut target = Remote::new(&to.reference, Direction::Push, to.credentials.as_ref(), &mut target);
    let journey = Journey {
        direction: Direction::Push,
        registry: &to.reference.domain,
        repository: &to.reference.path,
        platform: None,
        attestations: true,
    };
    copy(&mut source, &mut target, manifest, &journey, events)
}

/// Lets the tag of `to` name a document whose parts are all there.
pub fn put_tag(
    to: &Place,
    document: &Descriptor,
    bytes: Bytes,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<(), TransferError> {
    let remote = Remote::new(&to.reference, Direction::Push, to.credentials.as_ref(), host);
    let mut remote = remote.tagging(document.digest, &[]);
    if !remote.has(document, events)? {
        remote.put(document, bytes, events)?;
    }
    Ok(())
}

/// One host for both ends.
struct Shared<'a, 'h>(&'a RefCell<&'h mut dyn Host>);

impl Host for Shared<'_, '_> {
    fn now(&self) -> Timestamp {
        self.0.borrow().now()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.0.borrow_mut().random(bytes);
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        self.0.borrow_mut().send(request)
    }
}
