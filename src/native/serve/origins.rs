//! Pages of other sites that may ask this registry and read what it answers.
//! <https://fetch.spec.whatwg.org/#http-cors-protocol>

use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};

use super::body::Outgoing;

/// What a page may ask with, beyond what it always may.
const HEADERS: &str = "Accept, Authorization, Content-Range, Content-Type, If-None-Match, Range";
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// What a client of a registry must read of an answer.
const EXPOSED: &str = "Content-Range, Docker-Content-Digest, Docker-Upload-UUID, ETag, Link, Location, \
                       OCI-Filters-Applied, OCI-Subject, OCI-Tag, Range, Retry-After, WWW-Authenticate";
/// How long a browser may remember that, in seconds.
const REMEMBERED: &str = "600";

/// The sites, such as `https://lab.example.com`; `*` is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(pub Vec<String>);

impl Origins {
    /// The site of the page that asks, if it may.
    pub fn allowed(&self, parts: &Parts) -> Option<HeaderValue> {
        let origin = parts.headers.get(header::ORIGIN)?;
        let known = |site: &String| site == "*" || site.as_bytes() == origin.as_bytes();
        self.0.iter().any(known).then(|| origin.clone())
    }
}

/// The answer to a browser that asks whether its page may ask.
pub fn preflight(parts: &Parts) -> Option<Response<Outgoing>> {
    let asks = parts.method == Method::OPTIONS && parts.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    asks.then(|| {
        let mut response = Response::new(Outgoing::Bytes(bytes::Bytes::new()));
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
            (header::ACCESS_CONTROL_MAX_AGE, REMEMBERED),
        ];
        set(&mut response, headers);
        response
    })
}

/// Lets the page of `origin` read the answer.
pub fn allow(origin: HeaderValue, response: &mut Response<Outgoing>) {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    set(response, [(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED), (header::VARY, "Origin")]);
}

fn set<const N: usize>(response: &mut Response<Outgoing>, headers: [(HeaderName, &'static str); N]) {
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
}
