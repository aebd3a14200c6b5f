//! An OCI distribution registry as a function from request to response, with
//! no server inside. Its state is cheap to clone: the lab keeps one a moment.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md>

mod access;
mod answer;
mod blobs;
mod damage;
mod document;
mod errors;
mod faults;
mod garbage;
mod grant;
pub mod hub;
mod intake;
mod journal;
mod manifests;
mod policy;
mod referrers;
mod reopened;
mod repository;
mod route;
mod tags;
mod token;
mod uploads;

pub use access::{Access, Account, Check, Scheme};
pub use answer::{Body, User};
pub use damage::{DamageError, Flipped};
pub use errors::{Refusal, RegistryError};
pub use faults::{Fault, Mishap, MishapError, Part};
pub use garbage::{Garbage, GarbageError, Sweep};
pub use grant::{Grant, GrantError};
pub use intake::{Intake, Received};
pub use journal::Change;
pub use policy::{PatternError, Policies, Policy, Rules, TagRule, repository_pattern, tag_pattern};
pub use reopened::Opened;
pub use repository::{Referrer, Repository, Shown};
pub use route::{Route, Target};
pub use uploads::is_upload_id;

use std::io;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode, header};
use imbl::OrdMap;

use self::answer::{Asked, answer};
use self::uploads::Upload;
use crate::host::{Host, Kept};
use crate::limits;
use crate::oci::{Digest, Timestamp};
use crate::store::{Blobs, ContentError};

/// One registry. Bytes are kept once, however many repositories hold them; a
/// repository shows only what was pushed or mounted into it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Registry {
    name: String,
    blobs: Blobs,
    /// When what is in memory came last: a collection must know it of those that no manifest names yet.
    arrived: OrdMap<Digest, Timestamp>,
    repositories: OrdMap<String, Repository>,
    uploads: OrdMap<String, Upload>,
    bounds: Bounds,
    /// What goes wrong on demand.
    pub faults: Vec<Fault>,
    /// Whom it lets in.
    pub access: Access,
    /// How it treats its repositories.
    pub policies: Policies,
}

/// How much a registry takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// One blob, in bytes.
    pub blob_bytes: u64,
    /// All blobs, in bytes: beyond it the disk is full.
    pub total_bytes: u64,
    /// Uploads that are open.
    pub uploads: usize,
}

/// Those of a registry in a lab.
impl Default for Bounds {
    fn default() -> Self {
        Self { blob_bytes: limits::BLOB_BYTES, total_bytes: limits::REGISTRY_BYTES, uploads: limits::UPLOADS }
    }
}

impl Registry {
    /// An empty registry called `name`, such as `registry.example.com`.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// An empty registry with bounds of its own.
    pub fn bounded(name: impl Into<String>, bounds: Bounds) -> Self {
        Self { bounds, ..Self::named(name) }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its repositories by name.
    pub fn repositories(&self) -> impl Iterator<Item = (&str, &Repository)> {
        self.repositories.iter().map(|(name, repository)| (name.as_str(), repository))
    }

    /// Everything it keeps, also what no repository shows any more.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Answers a request with the bytes of its body and of the answer's at hand.
    pub fn answer(&mut self, request: Request<Bytes>, host: &mut dyn Host) -> Response<Bytes> {
        let is_head = request.method() == Method::HEAD;
        let (parts, body) = self.take(request, host).into_parts();
        let body = if is_head { Body::default() } else { body };
        match self.read(&body) {
            Ok(bytes) => Response::from_parts(parts, bytes),
            Err(error) => {
                let refusal = Refusal::from(RegistryError::Unknown { detail: error.to_string() });
                refusal.into_response().map(|body| self.read(&body).unwrap_or_default())
            }
        }
    }

    fn take(&mut self, request: Request<Bytes>, host: &mut dyn Host) -> Response<Body> {
        if let Some(token) = self.give_token(&request, host.now()) {
            return token;
        }
        let (mut parts, body) = request.into_parts();
        match self.admit(&parts, host.now()) {
            Ok(user) => drop(parts.extensions.insert(user)),
            Err(refused) => return *refused,
        }
        let mut received = || {
            let mut intake = self.intake(&parts, host)?;
            intake.take(&body)?;
            Ok::<_, Refusal>(intake.finish()?)
        };
        match received() {
            Ok(received) => self.handle(Request::from_parts(parts, received), host),
            Err(refusal) => refusal.into_response(),
        }
    }

    /// Answers a request whose body went through its [`Registry::intake`]; only the path,
    /// the query, the headers and the body matter.
    pub fn handle(&mut self, request: Request<Received>, host: &mut dyn Host) -> Response<Body> {
        let (parts, body) = request.into_parts();
        if is_safe(&parts.method) {
            return self.look(&parts);
        }
        self.change(&parts, body, host).unwrap_or_else(Refusal::into_response)
    }

    /// Answers a GET or a HEAD, which change nothing.
    pub fn look(&self, parts: &Parts) -> Response<Body> {
        let mut response = self.show_page(parts).unwrap_or_else(Refusal::into_response);
        if parts.method == Method::HEAD {
            *response.body_mut() = Body::default();
        }
        response
    }

    /// The bytes of a body. What is in memory was verified when it came, and goes out as it lies, as
    /// from any registry: it is the client who verifies. What the host keeps is verified here.
    pub fn read(&self, body: &Body) -> Result<Bytes, ContentError> {
        let (digest, start, end) = match body {
            Body::Bytes(bytes) => return Ok(bytes.clone()),
            Body::Blob { digest, start, end } => (*digest, *start, *end),
        };
        let bytes = self.blobs.get(&digest).ok_or(ContentError::NotFound { digest })?;
        let position = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes.slice(position(start).min(position(end))..position(end)))
    }

    fn show_page(&self, parts: &Parts) -> Result<Response<Body>, Refusal> {
        let route = Route::parse(parts.uri.path())?;
        let asked = Asked::of(parts);
        match &route {
            Route::Base => Ok(base()),
            Route::Catalog => self.catalog(&asked),
            Route::Tags { repository } => self.list_tags(repository, &asked),
            Route::Manifest { repository, target } => self.get_manifest(repository, target, &asked),
            Route::Referrers { repository, subject } => self.list_referrers(repository, subject, &asked),
            Route::Blob { repository, digest } => self.get_blob(repository, digest, &asked),
            Route::Upload { repository, id } => self.upload_status(repository, id, asked.user),
            Route::Uploads { .. } => Err(RegistryError::Unsupported { allowed: allowed(&route) }.into()),
        }
    }

    fn change(&mut self, parts: &Parts, body: Received, host: &mut dyn Host) -> Result<Response<Body>, Refusal> {
        let route = Route::parse(parts.uri.path())?;
        let asked = Asked::of(parts);
        match (&route, parts.method.as_str()) {
            (Route::Manifest { repository, target }, "PUT") => {
                self.put_manifest(repository, target, &asked, &body, host)
            }
            (Route::Manifest { repository, target }, "DELETE") => self.delete_manifest(repository, target),
            (Route::Blob { repository, digest }, "DELETE") => self.delete_blob(repository, digest),
            (Route::Uploads { repository }, "POST") => self.start_upload(repository, &asked, body, host),
            (Route::Upload { repository, id }, "PATCH") => self.continue_upload(repository, id, &asked, body, host),
            (Route::Upload { repository, id }, "PUT") => self.close_upload(repository, id, &asked, body, host),
            (Route::Upload { repository, id }, "DELETE") => self.cancel_upload(repository, id, asked.user),
            (route, _) => Err(RegistryError::Unsupported { allowed: allowed(route) }.into()),
        }
    }

    /// Whether something differs between two moments that a client can come to see: contents, open uploads, faults.
    pub fn differs_from(&self, before: &Self) -> bool {
        self.faults != before.faults
            || self.repositories.diff(&before.repositories).next().is_some()
            || self.uploads.diff(&before.uploads).next().is_some()
    }

    /// Whether nothing was done to it since one of both was copied from the other.
    pub fn is_same(&self, other: &Self) -> bool {
        self.holds_same(other)
            && self.faults == other.faults
            && self.access == other.access
            && self.policies == other.policies
    }

    /// Whether nothing came or went since one of both was copied from the other.
    pub fn holds_same(&self, other: &Self) -> bool {
        self.repositories.ptr_eq(&other.repositories)
            && self.uploads.ptr_eq(&other.uploads)
            && self.blobs.is_same(&other.blobs)
    }

    fn repository(&self, name: &str) -> Result<&Repository, RegistryError> {
        self.repositories.get(name).ok_or_else(|| RegistryError::NameUnknown { name: name.to_owned() })
    }

    /// Keeps what came, unless it is here already; then it came once more.
    fn keep(&mut self, digest: Digest, kept: Kept, host: &mut dyn Host) -> io::Result<()> {
        if !self.blobs.has(&digest) {
            self.blobs.keep(digest, host.keep(kept, &digest)?);
        }
        self.note_arrival(digest, host.now())
    }

    /// Whether the disk takes `size` more bytes, unless it has them already.
    fn check_room(&self, digest: &Digest, size: u64) -> Result<(), RegistryError> {
        if !self.blobs.has(digest) && self.blobs.size_bytes().saturating_add(size) > self.bounds.total_bytes {
            return Err(RegistryError::Unknown { detail: "no space left on device".to_owned() });
        }
        Ok(())
    }
}

/// Whether the method asks and changes nothing. <https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1>
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

fn base() -> Response<Body> {
    answer(StatusCode::OK, &[(header::CONTENT_TYPE, "application/json")], Bytes::from_static(b"{}"))
}

fn allowed(route: &Route) -> &'static str {
    match route {
        Route::Base | Route::Catalog | Route::Tags { .. } | Route::Referrers { .. } => "GET, HEAD",
        Route::Manifest { .. } => "DELETE, GET, HEAD, PUT",
        Route::Blob { .. } => "DELETE, GET, HEAD",
        Route::Uploads { .. } => "POST",
        Route::Upload { .. } => "DELETE, GET, HEAD, PATCH, PUT",
    }
}

#[cfg(test)]
mod tests;
