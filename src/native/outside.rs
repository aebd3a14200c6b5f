//! The outside of a native command: the site's files, and the network for real
//! registries.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::Site;
use super::network::Network;
use crate::host::{Host, Job, Kept, SendError};
use crate::limits;
use crate::oci::Timestamp;

/// A site and the network.
pub struct Outside {
    site: Site,
    network: Network,
    /// Where bodies are that do not fit into memory.
    folder: PathBuf,
}

impl Outside {
    /// The site in this folder; what is under way on the network ends when `interrupted` is set.
    pub fn new(site: Site, interrupted: Arc<AtomicBool>) -> Self {
        Self { site, network: Network::until(interrupted), folder: std::env::temp_dir() }
    }

    /// The same with a folder of one's own for large bodies, which may then stay there.
    pub fn keeping_in(self, folder: PathBuf) -> Self {
        Self { folder, ..self }
    }

    /// As [`Host::deliver`]; `passed` hears how many bytes of how many have travelled.
    pub fn deliver_telling(
        &mut self,
        request: Request<Kept>,
        passed: &dyn Fn(u64, u64),
    ) -> Result<Response<Kept>, SendError> {
        if request.uri().host().is_some() {
            return self.network.deliver(request, &self.folder, passed);
        }
        self.site.deliver(request)
    }
}

impl Host for Outside {
    fn now(&self) -> Timestamp {
        self.site.now()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.site.random(bytes);
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let (parts, body) = self.deliver(request.map(Kept::from))?.into_parts();
        let body = body.bytes().map_err(|error| SendError { reason: error.to_string() })?;
        Ok(Response::from_parts(parts, body))
    }

    fn deliver(&mut self, request: Request<Kept>) -> Result<Response<Kept>, SendError> {
        self.deliver_telling(request, &|_, _| ())
    }

    fn blob_limit(&self) -> u64 {
        limits::DISK_BLOB_BYTES
    }

    fn wait(&mut self, _: &str, duration: Duration) {
        std::thread::sleep(duration);
    }

    fn share(&self, jobs: Vec<Job<'_>>) {
        self.site.share(jobs);
    }
}
