//! What the registry answers: a status, headers, and a body that is bytes or
//! points into a blob, so that a host may stream what it would rather not copy.

use bytes::Bytes;
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use crate::event;
use crate::oci::{Digest, MediaType, json};
use crate::text::query_pairs;

/// A body: its bytes, or where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The bytes themselves.
    Bytes(Bytes),
    /// Bytes `start..end` of a blob of the registry.
    Blob {
        /// Which blob.
        digest: Digest,
        /// The first byte.
        start: u64,
        /// After the last byte.
        end: u64,
    },
}

impl Body {
    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Blob { start, end, .. } => end.saturating_sub(*start),
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

/// What a request says beside its path and its body, taken apart once.
pub(super) struct Asked<'a> {
    query: Vec<(String, String)>,
    headers: &'a HeaderMap,
    pub(super) user: &'a str,
}

/// Who asks, as the host found out; an extension of a request. Without it, nobody in particular.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct User(pub String);

impl User {
    pub(super) fn of(extensions: &Extensions) -> &str {
        extensions.get::<Self>().map_or("", |user| &user.0)
    }
}

impl<'a> Asked<'a> {
    pub(super) fn of(parts: &'a Parts) -> Self {
        let query = query_pairs(parts.uri.query().unwrap_or_default());
        Self { query, headers: &parts.headers, user: User::of(&parts.extensions) }
    }

    /// The first value of `name` in the query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of `name` in the query.
    pub(super) fn queries(&self, name: &str) -> impl Iterator<Item = &str> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a client that says what it takes takes this. As in distribution, weights are not looked at, and
    /// what is older than OCI is taken by everybody.
    pub(super) fn accepts(&self, media_type: &MediaType) -> bool {
        let accepted = self.headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut ranges = accepted
            .flat_map(|value| value.split(','))
            .map(|range| range.split(';').next().unwrap_or_default().trim())
            .peekable();
        ranges.peek().is_none()
            || ![MediaType::MANIFEST, MediaType::INDEX].contains(media_type)
            || ranges.any(|range| ["*/*", "application/*", media_type.as_str()].contains(&range))
    }

    /// The value of a header, if it is text.
    pub(super) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

pub(super) const CONTENT_DIGEST: HeaderName = HeaderName::from_static(event::CONTENT_DIGEST);
pub(super) const UPLOAD_UUID: HeaderName = HeaderName::from_static("docker-upload-uuid");
const API_VERSION: HeaderName = HeaderName::from_static("docker-distribution-api-version");

/// A response with `headers` in their order, before them the version of the API.
pub(super) fn answer(status: StatusCode, headers: &[(HeaderName, &str)], body: impl Into<Body>) -> Response<Body> {
    let body = body.into();
    let mut response = Response::new(Body::default());
    *response.status_mut() = status;
    let map = response.headers_mut();
    map.insert(API_VERSION, HeaderValue::from_static("registry/2.0"));
    map.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    for (name, value) in headers {
        let value =
            HeaderValue::from_str(value).expect("names, digests and numbers are parsed before they are answered");
        map.append(name, value);
    }
    *response.body_mut() = body;
    response
}

/// A response with a JSON document.
pub(super) fn json_answer(status: StatusCode, document: &serde_json::Value) -> Response<Body> {
    answer(status, &[(header::CONTENT_TYPE, "application/json")], json::compact(document))
}
