//! A pull as docker's own client does it: it looks whether a registry is
//! there, asks what the name means, and fetches what one platform needs.

use super::{ClassicError, stopped, unreachable, unresolved};
use crate::event::{Direction, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Platform, Reference};
use crate::store::{Content, ContentError};
use crate::transfer::{Client, Copy, Credentials, Journey, Partials, Progress};

use http::Method;

/// A pull under way: a value that goes on a piece at a time.
pub struct Pull {
    reference: Reference,
    platform: Platform,
    client: Client,
    /// None before it is known what the name means there.
    copy: Option<(Descriptor, Copy)>,
}

impl Pull {
    /// Of what `reference` names for `platform`, without what attests it.
    pub fn new(reference: &Reference, platform: &Platform, credentials: Option<&Credentials>) -> Self {
        let client = Client::new(reference, Direction::Pull, credentials).classic().shared();
        Self { reference: reference.clone(), platform: platform.clone(), client, copy: None }
    }

    /// Does the next piece of the work and lets the time pass that it takes; the
    /// descriptor of the list or manifest, when all has come into `target`.
    pub fn advance(
        &mut self,
        target: &mut impl Content<Error = ContentError>,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Option<Descriptor>, ClassicError> {
        let mut remote = self.client.over(host);
        let Some((root, copy)) = &mut self.copy else {
            remote.ping(events).map_err(unreachable)?;
            let url = remote.manifest_call(Method::HEAD).url;
            let root = remote.resolve_on_wire(events).map_err(|error| unresolved(error, &self.reference, url))?;
            Progress::Wait(remote.take_waits()).pass(&self.reference.domain, host);
            let journey = Journey::pull(&self.reference, &self.platform);
            let journey = Journey { attestations: false, is_classic: true, ..journey };
            self.copy = Some((root.clone(), Copy::new(root, journey, Partials::new())));
            return Ok(None);
        };
        let progress = copy.advance(&mut remote, target, events).map_err(stopped)?;
        let root = root.clone();
        Ok(progress.pass(&self.reference.domain, host).then_some(root))
    }

    /// Gives it up. Docker takes away what came: it was only in temporary files.
    /// <https://github.com/moby/moby/blob/v28.5.2/distribution/pull_v2.go>
    pub fn cancel(self, target: &mut impl Content<Error = ContentError>, events: Events<'_>) {
        if let Some((_, copy)) = self.copy {
            drop(copy.cancel(target, events));
        }
    }
}
