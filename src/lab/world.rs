//! Everything outside a machine: the virtual clock, the seeded randomness and
//! the registries a request can reach by name. Each lab with the same seed
//! sees the same world, so the same lines make the same digests.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::Ways;
use crate::host::{Host, Ingest, Job, Kept, Link, SendError, Stopwatch};
use crate::limits;
use crate::oci::{DEFAULT_DOMAIN, Digest, Reference, Timestamp};
use crate::registry::Registry;
use crate::registry::hub::Hub;
use crate::text::quoted;

/// The hosts a docker daemon reaches Docker Hub by.
const HUB_HOSTS: [&str; 4] = ["docker.io", "registry-1.docker.io", "auth.docker.io", "index.docker.io"];

/// The world of one lab.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// The virtual time.
    pub clock: Timestamp,
    /// The registries of the lab by name; each state of its history has them, and few states others.
    pub registries: Arc<BTreeMap<String, Registry>>,
    /// `docker.io`: images made for this lab, read where the page's files are.
    pub hub: Hub,
    /// Whether a registry that is none of these may be a real one; in a lab it never is.
    pub is_open: bool,
    /// How fast the ways to registries are, and which of these are real.
    pub ways: Ways,
    /// The registries that are shown from the start; the others when something is in them.
    pub(super) shown: BTreeSet<String>,
    seed: u64,
    drawn: u64,
}

/// Why there cannot be one more registry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    /// No image could be named by it.
    #[error("{} is no name of a registry", quoted(.name))]
    Name {
        /// As typed.
        name: String,
    },
    /// There is one already.
    #[error("there is a registry {name} already")]
    Taken {
        /// Its name.
        name: String,
    },
    /// The name means a real one.
    #[error("{name} is bound to a real registry")]
    Real {
        /// Its name.
        name: String,
    },
    /// There are more than anybody looks at.
    #[error("a lab has no more than {limit} registries")]
    Many {
        /// The bound.
        limit: usize,
    },
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
        let registry = |name: &String| (name.clone(), Registry::named(name));
        let registries: BTreeMap<_, _> = registries.iter().map(registry).collect();
        let shown = registries.keys().next().cloned().into_iter().collect();
        Self {
            clock,
            registries: Arc::new(registries),
            hub,
            is_open: false,
            ways: Ways::default(),
            shown,
            seed,
            drawn: 0,
        }
    }

    /// One more registry, empty.
    pub fn add(&mut self, name: &str) -> Result<(), AddError> {
        let (name, limit) = (name.to_owned(), limits::REGISTRIES);
        let is_host = format!("{name}/x").parse::<Reference>().is_ok_and(|reference| reference.domain == name);
        if !is_host {
            return Err(AddError::Name { name });
        }
        if self.ways.real(&name).is_some() {
            return Err(AddError::Real { name });
        }
        if HUB_HOSTS.contains(&name.as_str()) || self.registries.contains_key(&name) {
            return Err(AddError::Taken { name });
        }
        if self.registries.len() >= limit {
            return Err(AddError::Many { limit });
        }
        Arc::make_mut(&mut self.registries).insert(name.clone(), Registry::named(&name));
        self.shown.insert(name);
        Ok(())
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
        let link = self.link(authority(&request), "");
        let sent = request.body().len();
        let (parts, body) = self.route(request.map(Kept::from))?.into_parts();
        let body = in_memory(&body)?;
        if let Some(link) = link {
            self.world.pass(link.time_of((sent + body.len()) as u64));
        }
        Ok(Response::from_parts(parts, body))
    }

    fn link(&self, authority: &str, repository: &str) -> Option<Link> {
        let registry = if HUB_HOSTS.contains(&authority) { DEFAULT_DOMAIN } else { authority };
        let usual = (!self.is_outside(authority)).then(|| self.world.ways.link(&self.machine, registry))?;
        let slow = self.world.registries.get(authority).and_then(|registry| registry.bytes_per_second(repository));
        let bits_per_second = slow.map_or(usual.bits_per_second, |bytes| bytes.saturating_mul(8));
        Some(Link { bits_per_second: bits_per_second.min(usual.bits_per_second), ..usual })
    }

    fn deliver(&mut self, request: Request<Kept>) -> Result<Response<Kept>, SendError> {
        self.route(request)
    }

    fn blob_limit(&self) -> u64 {
        self.outside.blob_limit()
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

    fn keep(&mut self, kept: Kept, digest: &Digest) -> io::Result<Kept> {
        self.outside.keep(kept, digest)
    }
}

impl Wire<'_> {
    /// To Docker Hub, to a registry of the lab, or to whoever is outside, if anybody is.
    fn route(&mut self, request: Request<Kept>) -> Result<Response<Kept>, SendError> {
        let host = authority(&request).to_owned();
        if HUB_HOSTS.contains(&host.as_str()) {
            let (parts, body) = request.into_parts();
            let request = Request::from_parts(parts, in_memory(&body)?);
            let mut hub = self.world.hub.clone();
            let response = hub.handle(&request, &mut Outside(self));
            self.world.hub = hub;
            return response.map(|response| response.map(Kept::from));
        }
        if let Some(place) = self.world.ways.outside(request.uri()) {
            let (mut parts, body) = request.into_parts();
            parts.uri = place;
            let response = self.outside.deliver(Request::from_parts(parts, body))?;
            return Ok(self.world.ways.heard(&host, response));
        }
        if self.is_outside(&host) {
            return self.outside.deliver(request);
        }
        let Some(mut registry) = self.world.registries.get(&host).cloned() else {
            let name = host.split(':').next().unwrap_or_default();
            return Err(SendError { reason: format!("dial tcp: lookup {name}: no such host") });
        };
        let (parts, body) = request.into_parts();
        let response = registry.exchange(Request::from_parts(parts, in_memory(&body)?), self);
        Arc::make_mut(&mut self.world.registries).insert(host, registry);
        response.map(|response| response.map(Kept::from))
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
fn authority<B>(request: &Request<B>) -> &str {
    request.uri().authority().map_or("", http::uri::Authority::as_str)
}

/// What a registry of the lab takes, and gives, it takes whole.
fn in_memory(body: &Kept) -> Result<Bytes, SendError> {
    body.bytes().map_err(|error| SendError { reason: error.to_string() })
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
