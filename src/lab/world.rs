//! Everything outside a machine: the virtual clock, the seeded randomness and
//! the registries a request can reach by name. Each lab with the same seed
//! sees the same world, so the same lines make the same digests.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::Ways;
use crate::host::{Host, Ingest, Job, Kept, Link, SendError, Stopwatch};
use crate::oci::{DEFAULT_DOMAIN, Digest, Timestamp};
use crate::registry::Registry;
use crate::registry::hub::Hub;

/// The hosts a docker daemon reaches Docker Hub by.
const HUB_HOSTS: [&str; 4] = ["docker.io", "registry-1.docker.io", "auth.docker.io", "index.docker.io"];

/// The world of one lab.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// The virtual time.
    pub clock: Timestamp,
    /// The registries of the lab by name.
    pub registries: BTreeMap<String, Registry>,
    /// `docker.io`: images made for this lab, read where the page's files are.
    pub hub: Hub,
    /// Whether a registry that is none of these may be a real one; in a lab it never is.
    pub is_open: bool,
    /// How fast the ways to registries are, and which of these are real.
    pub ways: Ways,
    seed: u64,
    drawn: u64,
}

/// A world and the way out of it, as one machine's daemon sees them.
pub struct Wire<'a> {
    /// The world.
    pub world: &'a mut World,
    /// Whoever runs the lab; asked for the page's own files, and for nothing else unless the world is open.
    pub outside: &'a mut dyn Host,
    /// Whose daemon it is.
    pub machine: String,
}

impl World {
    /// The world of `seed` with empty registries of these names.
    pub fn new(seed: u64, clock: Timestamp, registries: &[String], hub: Hub) -> Self {
        let registries = registries.iter().map(|name| (name.clone(), Registry::named(name))).collect();
        Self { clock, registries, hub, is_open: false, ways: Ways::default(), seed, drawn: 0 }
    }

    /// Lets time pass.
    pub fn pass(&mut self, duration: Duration) {
        self.clock = self.clock.after(duration);
    }

    /// Whether a client can come to see that a registry holds something else than at `before`.
    pub fn has_changed_registries(&self, before: &Self) -> bool {
        let known = &before.registries;
        self.registries.iter().any(|(name, now)| known.get(name).is_none_or(|then| now.differs_from(then)))
    }

    /// The next number of the seeded sequence.
    pub fn draw(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// Blocks of sha256 over seed and counter: the same on every machine, and no pattern an eye could see.
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = Digest::of(format!("drydock {} {}", self.seed, self.drawn).as_bytes());
            self.drawn += 1;
            chunk.copy_from_slice(&block.bytes()[..chunk.len()]);
        }
    }
}

impl Host for Wire<'_> {
    fn now(&self) -> Timestamp {
        self.world.clock
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.world.fill(bytes);
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let link = self.link(authority(&request));
        let sent = request.body().len();
        let response = self.route(request)?;
        if let Some(link) = link {
            self.world.pass(link.time_of((sent + response.body().len()) as u64));
        }
        Ok(response)
    }

    fn link(&self, authority: &str) -> Option<Link> {
        let registry = if HUB_HOSTS.contains(&authority) { DEFAULT_DOMAIN } else { authority };
        let usual = (!self.is_outside(authority)).then(|| self.world.ways.link(&self.machine, registry))?;
        let slow = self.world.registries.get(authority).and_then(Registry::bytes_per_second);
        let bits_per_second = slow.map_or(usual.bits_per_second, |bytes| bytes.saturating_mul(8));
        Some(Link { bits_per_second: bits_per_second.min(usual.bits_per_second), ..usual })
    }

    fn deliver(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        self.route(request)
    }

    fn wait(&mut self, authority: &str, duration: Duration) {
        self.world.pass(duration);
        if self.is_outside(authority) {
            self.outside.wait(authority, duration);
        }
    }

    fn stopwatch(&self) -> Option<Stopwatch> {
        self.outside.stopwatch()
    }

    fn share(&self, jobs: Vec<Job<'_>>) {
        self.outside.share(jobs);
    }

    fn packing(&self, done: u64, of: u64) {
        self.outside.packing(done, of);
    }

    fn ingest(&mut self) -> io::Result<Box<dyn Ingest>> {
        self.outside.ingest()
    }

    fn keep(&mut self, pieces: Vec<Kept>, digest: &Digest) -> io::Result<Kept> {
        self.outside.keep(pieces, digest)
    }
}

impl Wire<'_> {
    /// To Docker Hub, to a registry of the lab, or to whoever is outside, if anybody is.
    fn route(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let host = authority(&request).to_owned();
        if HUB_HOSTS.contains(&host.as_str()) {
            let mut hub = self.world.hub.clone();
            let response = hub.handle(&request, &mut Outside(self));
            self.world.hub = hub;
            return response;
        }
        if let Some(place) = self.world.ways.outside(request.uri()) {
            let (mut parts, body) = request.into_parts();
            parts.uri = place;
            let response = self.outside.send(Request::from_parts(parts, body))?;
            return Ok(self.world.ways.heard(&host, response));
        }
        if self.is_outside(&host) {
            return self.outside.send(request);
        }
        let Some(mut registry) = self.world.registries.get(&host).cloned() else {
            let name = host.split(':').next().unwrap_or_default();
            return Err(SendError { reason: format!("dial tcp: lookup {name}: no such host") });
        };
        let response = registry.exchange(request, self);
        self.world.registries.insert(host, registry);
        response
    }

    /// Whether a registry of this name is a real one.
    fn is_outside(&self, authority: &str) -> bool {
        if self.world.ways.real(authority).is_some() {
            return true;
        }
        let is_here = HUB_HOSTS.contains(&authority) || self.world.registries.contains_key(authority);
        self.world.is_open && !is_here
    }
}

/// Which host a request is for, with its port.
fn authority(request: &Request<Bytes>) -> &str {
    request.uri().authority().map_or("", http::uri::Authority::as_str)
}

/// The same world, but requests go out of it.
struct Outside<'a, 'b>(&'a mut Wire<'b>);

impl Host for Outside<'_, '_> {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.0.random(bytes);
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        self.0.outside.send(request)
    }
}
