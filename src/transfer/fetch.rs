//! Blobs by their digests, without the image they are of: what a build takes
//! from the cache of another builder.

use super::client::Client;
use super::copy::{Journey, bounded};
use super::error::TransferError;
use super::lanes::{Lanes, Partials};
use crate::event::{Direction, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Reference};
use crate::store::{Blobs, Content};

/// Blobs under way: a value that goes on a piece at a time.
pub struct Fetch {
    blobs: Vec<Descriptor>,
    lanes: Lanes,
    journey: Journey,
}

impl Fetch {
    /// Of `blobs` from the repository of `reference`, whose client shares its way, see [`Client::shared`].
    pub fn new(blobs: Vec<Descriptor>, reference: &Reference) -> Self {
        let journey = Journey { direction: Direction::Pull, ..Journey::push(reference) };
        Self { lanes: Lanes::fetching(blobs.clone(), &Partials::new()), blobs, journey }
    }

    /// Does the next piece of the work and lets the time pass that it takes; true when all are in `local`.
    pub fn advance(
        &mut self,
        client: &mut Client,
        local: &mut Blobs,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<bool, TransferError> {
        let mut there = client.over(host);
        let limit = there.blob_limit();
        self.blobs.drain(..).try_for_each(|blob| bounded(&blob, blob.size, limit))?;
        let progress = self.lanes.advance(&mut there, local, &self.journey, events)?;
        Ok(progress.pass(&self.journey.registry, host))
    }
}
