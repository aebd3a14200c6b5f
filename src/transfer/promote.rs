//! From one repository to another, and be it only to another tag: the digest
//! stays what it was. `docker buildx imagetools create` does this.

use std::cell::RefCell;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::auth::Credentials;
use super::client::Client;
use super::copy::{Copy, Journey};
use super::error::TransferError;
use super::lanes::Partials;
use crate::event::{Direction, Events};
use crate::host::{Host, Kept, Link, SendError};
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

/// A manifest and all it names on the way from one repository to another; what is
/// there already does not travel, and within a registry blobs are mounted. It goes
/// on a piece at a time.
pub struct Promotion {
    source: Client,
    target: Client,
    copy: Copy,
}

impl Promotion {
    /// Of `manifest`.
    pub fn new(from: &Place, to: &Place, manifest: &Descriptor) -> Self {
        let source = Client::new(&from.reference, Direction::Pull, from.credentials.as_ref()).shared();
        let target = Client::new(&to.reference, Direction::Push, to.credentials.as_ref());
        let copy = Copy::new(manifest.clone(), Journey::push(&to.reference), Partials::new());
        Self { source, target: target.beside(&from.reference).shared(), copy }
    }

    /// Does the next piece of the work and lets the time pass that it takes; true when all is there.
    pub fn advance(&mut self, host: &mut dyn Host, events: Events<'_>) -> Result<bool, TransferError> {
        let line = RefCell::new(host);
        let (mut here, mut there) = (Shared(&line), Shared(&line));
        let (mut source, mut target) = (self.source.over(&mut here), self.target.over(&mut there));
        let progress = self.copy.advance(&mut source, &mut target, events)?;
        Ok(progress.pass(&self.copy.journey.registry, &mut Shared(&line)))
    }

    /// Gives it up. The registry keeps what it has taken.
    pub fn cancel(mut self, host: &mut dyn Host, events: Events<'_>) {
        self.copy.cancel(&mut self.target.over(host), events);
    }
}

/// Lets the tag of `to` name a document whose parts are all there.
pub fn put_tag(
    to: &Place,
    document: &Descriptor,
    bytes: Bytes,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<(), TransferError> {
    let client = Client::new(&to.reference, Direction::Push, to.credentials.as_ref());
    let mut client = client.tagging(document.digest, &[]);
    let mut remote = client.over(host);
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

    fn link(&self, authority: &str, repository: &str) -> Option<Link> {
        self.0.borrow().link(authority, repository)
    }

    fn deliver(&mut self, request: Request<Kept>) -> Result<Response<Kept>, SendError> {
        self.0.borrow_mut().deliver(request)
    }

    fn blob_limit(&self) -> u64 {
        self.0.borrow().blob_limit()
    }

    fn wait(&mut self, authority: &str, duration: Duration) {
        self.0.borrow_mut().wait(authority, duration);
    }
}
