//! The outside of a lab at a real terminal: the site's files, and the network
//! for names that are bound to real registries.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::Site;
use super::network::Network;
use crate::host::{Host, Job, SendError};
use crate::oci::Timestamp;

/// A site and the network.
pub struct Outside {
    site: Site,
    network: Network,
}

impl Outside {
    /// The site in this folder; what is under way on the network ends when `interrupted` is set.
    pub fn new(site: Site, interrupted: Arc<AtomicBool>) -> Self {
        Self { site, network: Network::until(interrupted) }
    }
}

impl Host for Outside {
    fn now(&self) -> Timestamp {
        self.site.now()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.site.random(bytes);
    }

    /// Only names that are bound come here with a host.
    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        if request.uri().host().is_some() { self.network.send(request) } else { self.site.send(request) }
    }

    fn wait(&mut self, _: &str, duration: Duration) {
        std::thread::sleep(duration);
    }

    fn share(&self, jobs: Vec<Job<'_>>) {
        self.site.share(jobs);
    }
}
