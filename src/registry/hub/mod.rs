//! `docker.io`: a public registry over a static OCI image layout, read lazily
//! through the host. Everybody may pull what is listed there; nobody may push.

mod layout;
mod search;
mod token;

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use serde_json::json;

use self::layout::Layout;
use super::answer::{Body, CONTENT_DIGEST, answer, json_answer};
use super::errors::{Refusal, RegistryError};
use super::{Route, Target};
use crate::host::{Host, SendError};
use crate::oci::{Descriptor, MediaType};

/// Where the registry answers.
pub const REGISTRY_HOST: &str = "registry-1.docker.io";
/// Where tokens are given out.
pub const AUTH_HOST: &str = "auth.docker.io";
pub use search::INDEX_HOST;

/// Docker Hub over a layout.
#[derive(Debug, Clone, PartialEq)]
pub struct Hub {
    layout: Layout,
}

/// The hub has no answer, or refuses.
enum Failure {
    /// The layout cannot be reached: the client sees a network that is down.
    Down(SendError),
    Refused(Refusal),
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        Self::Down(error)
    }
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        Self::Refused(error.into())
    }
}

impl Hub {
    /// The hub whose layout is under the URL `base`, which ends in `/`.
    pub fn at(base: impl Into<String>) -> Self {
        Self { layout: Layout::at(base.into()) }
    }

    /// Answers a request to [`REGISTRY_HOST`], [`AUTH_HOST`] or [`INDEX_HOST`]. An error means
    /// that no answer comes, as from a network that is down.
    pub fn handle(&mut self, request: &Request<Bytes>, host: &mut dyn Host) -> Result<Response<Bytes>, SendError> {
        self.layout.open(host)?;
        let answered = match request.uri().host() {
            Some(AUTH_HOST) => Ok(token::give(request, |name| self.layout.has_repository(name), host.now())),
            Some(INDEX_HOST) => {
                let found = search::search(request, &mut self.layout, host)?;
                found.ok_or_else(|| RegistryError::PageNotFound.into())
            }
            _ => self.answer(request, host),
        };
        let response = match answered {
            Ok(response) => response,
            Err(Failure::Refused(refusal)) => refusal.into_response(),
            Err(Failure::Down(error)) => return Err(error),
        };
        let is_head = request.method() == http::Method::HEAD;
        Ok(response.map(|body| match body {
            Body::Bytes(bytes) if !is_head => bytes,
            _ => Bytes::new(),
        }))
    }

    fn answer(&mut self, request: &Request<Bytes>, host: &mut dyn Host) -> Result<Response<Body>, Failure> {
        let route = Route::parse(request.uri().path())?;
        if let Some(challenge) = token::refused(request, &route, host.now()) {
            return Ok(challenge);
        }
        let wants_bytes = request.method() == http::Method::GET;
        if !wants_bytes && request.method() != http::Method::HEAD {
            return Err(RegistryError::Unsupported { allowed: "GET, HEAD" }.into());
        }
        match route {
            Route::Base => Ok(json_answer(StatusCode::OK, &json!({}))),
            Route::Tags { repository } => {
                let tags: Vec<&str> = self.layout.tags(&repository).collect();
                Ok(json_answer(StatusCode::OK, &json!({ "name": repository, "tags": tags })))
            }
            Route::Manifest { repository, target } => {
                let manifest = self.find_manifest(&repository, &target, host)?;
                self.serve(&manifest, manifest.media_type.as_str(), wants_bytes, host)
            }
            Route::Blob { repository, digest } => {
                let found = self.layout.find(&repository, &digest, host)?;
                let blob = found.ok_or(RegistryError::BlobUnknown { digest })?;
                self.serve(&blob, MediaType::OCTETS.as_str(), wants_bytes, host)
            }
            Route::Catalog | Route::Referrers { .. } | Route::Uploads { .. } | Route::Upload { .. } => {
                Err(RegistryError::PageNotFound.into())
            }
        }
    }

    fn find_manifest(&mut self, repository: &str, target: &Target, host: &mut dyn Host) -> Result<Descriptor, Failure> {
        let (found, detail) = match target {
            Target::Tag(tag) => (self.layout.tagged(repository, tag), format!("unknown tag={tag}")),
            Target::Digest(digest) => {
                let found = self.layout.find(repository, digest, host)?;
                let is_document = |found: &Descriptor| found.media_type.is_manifest() || found.media_type.is_index();
                (found.filter(is_document), format!("unknown manifest name={repository} revision={digest}"))
            }
        };
        found.ok_or_else(|| RegistryError::ManifestUnknown { detail }.into())
    }

    /// The bytes go out as they came in: it is the client who verifies them,
    /// as with any registry behind a cache.
    fn serve(
        &mut self,
        found: &Descriptor,
        content_type: &str,
        wants_bytes: bool,
        host: &mut dyn Host,
    ) -> Result<Response<Body>, Failure> {
        let digest = found.digest;
        let body = if wants_bytes {
            Body::Bytes(self.layout.fetch(&digest, host)?.map_err(|detail| RegistryError::Unknown { detail })?)
        } else {
            Body::Blob { digest, start: 0, end: found.size }
        };
        let (text, etag) = (digest.to_string(), format!("\"{digest}\""));
        let headers =
            [(header::CONTENT_TYPE, content_type), (CONTENT_DIGEST, text.as_str()), (header::ETAG, etag.as_str())];
        Ok(answer(StatusCode::OK, &headers, body))
    }
}
