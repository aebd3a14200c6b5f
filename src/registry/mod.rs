//! An OCI distribution registry as a function from request to response, with
//! no server inside. Its state is cheap to clone: the lab keeps one a moment.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md>

mod answer;
mod blobs;
mod errors;
pub mod hub;
mod manifests;
mod repository;
mod route;
mod tags;
mod uploads;

pub use answer::Body;
pub use errors::RegistryError;
pub use repository::Repository;
pub use route::{Route, Target};

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};

use self::answer::{Call, answer};
use self::errors::Refusal;
use self::uploads::Upload;
use crate::host::Host;
use crate::limits;
use crate::oci::Digest;
use crate::store::{Blobs, ContentError, IntegrityError};
use crate::text::query_pairs;

/// One registry. Bytes are kept once, however many repositories hold them; a
/// repository shows only what was pushed or mounted into it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Registry {
    name: String,
    blobs: Blobs,
    repositories: BTreeMap<String, Repository>,
    uploads: BTreeMap<String, Upload>,
}

impl Registry {
    /// An empty registry called `name`, such as `registry.example.com`.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
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

    /// Answers a request; only the path, the query, the headers and the body matter.
    pub fn handle(&mut self, request: Request<Bytes>, host: &mut dyn Host) -> Response<Body> {
        let is_head = request.method() == Method::HEAD;
        let mut response = self.dispatch(request, host).unwrap_or_else(Refusal::into_response);
        if is_head {
            *response.body_mut() = Body::default();
        }
        response
    }

    /// Answers a request with the bytes of the body at hand.
    pub fn answer(&mut self, request: Request<Bytes>, host: &mut dyn Host) -> Response<Bytes> {
        let (parts, body) = self.handle(request, host).into_parts();
        match self.read(&body) {
            Ok(bytes) => Response::from_parts(parts, bytes),
            Err(error) => {
                let refusal = Refusal::from(RegistryError::Unknown { detail: error.to_string() });
                refusal.into_response().map(|body| self.read(&body).unwrap_or_default())
            }
        }
    }

    /// The bytes of a body. A blob is verified before any part of it leaves.
    pub fn read(&self, body: &Body) -> Result<Bytes, ContentError> {
        let (digest, start, end) = match body {
            Body::Bytes(bytes) => return Ok(bytes.clone()),
            Body::Blob { digest, start, end } => (*digest, *start, *end),
        };
        let bytes = self.blobs.get(&digest).ok_or(ContentError::NotFound { digest })?;
        let computed = Digest::of(&bytes);
        if computed != digest {
            return Err(IntegrityError { expected: digest, computed }.into());
        }
        let position = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes.slice(position(start).min(position(end))..position(end)))
    }

    fn dispatch(&mut self, request: Request<Bytes>, host: &mut dyn Host) -> Result<Response<Body>, Refusal> {
        let (parts, body) = request.into_parts();
        let route = Route::parse(parts.uri.path())?;
        let query = query_pairs(parts.uri.query().unwrap_or_default());
        let call = Call { method: parts.method, query, headers: parts.headers, body };
        match (&route, call.method.as_str()) {
            (Route::Base, "GET" | "HEAD") => Ok(base()),
            (Route::Catalog, "GET") => self.catalog(&call),
            (Route::Tags { repository }, "GET") => self.list_tags(repository, &call),
            (Route::Manifest { repository, target }, "GET" | "HEAD") => self.get_manifest(repository, target, &call),
            (Route::Manifest { repository, target }, "PUT") => self.put_manifest(repository, target, &call),
            (Route::Manifest { repository, target }, "DELETE") => self.delete_manifest(repository, target),
            (Route::Blob { repository, digest }, "GET" | "HEAD") => self.get_blob(repository, digest, &call),
            (Route::Blob { repository, digest }, "DELETE") => self.delete_blob(repository, digest),
            (Route::Uploads { repository }, "POST") => self.start_upload(repository, &call, host),
            (Route::Upload { repository, id }, "GET" | "HEAD") => self.upload_status(repository, id),
            (Route::Upload { repository, id }, "PATCH") => self.continue_upload(repository, id, &call),
            (Route::Upload { repository, id }, "PUT") => self.close_upload(repository, id, &call),
            (Route::Upload { repository, id }, "DELETE") => self.cancel_upload(repository, id),
            (route, _) => Err(RegistryError::Unsupported { allowed: allowed(route) }.into()),
        }
    }

    fn repository(&self, name: &str) -> Result<&Repository, RegistryError> {
        self.repositories.get(name).ok_or_else(|| RegistryError::NameUnknown { name: name.to_owned() })
    }

    /// Whether the disk takes `size` more bytes, unless it has them already.
    fn check_room(&self, digest: &Digest, size: u64) -> Result<(), RegistryError> {
        let used: u64 = self.blobs.iter().map(|(_, kept)| kept.size()).sum();
        if !self.blobs.has(digest) && used.saturating_add(size) > limits::REGISTRY_BYTES {
            return Err(RegistryError::Unknown { detail: "no space left on device".to_owned() });
        }
        Ok(())
    }
}

fn base() -> Response<Body> {
    answer(StatusCode::OK, &[(header::CONTENT_TYPE, "application/json")], Bytes::from_static(b"{}"))
}

fn allowed(route: &Route) -> &'static str {
    match route {
        Route::Base => "GET, HEAD",
        Route::Catalog | Route::Tags { .. } => "GET",
        Route::Manifest { .. } => "DELETE, GET, HEAD, PUT",
        Route::Blob { .. } => "DELETE, GET, HEAD",
        Route::Uploads { .. } => "POST",
        Route::Upload { .. } => "DELETE, GET, HEAD, PATCH, PUT",
    }
}

#[cfg(test)]
mod tests;
