//! One registry at the other end of the host: requests with the answers to its
//! challenges, each exchange told as an event.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, Uri, header};

use super::auth::{AuthError, Authorizer, Credentials};
use super::server::ServerErrors;
use super::why::{HUNG_UP, Purpose};
use crate::event::{self, Event, Events, Exchange};
use crate::host::{Host, Kept, Link, SendError};
use crate::limits;
use crate::oci::DEFAULT_DOMAIN;

pub(super) const CONTENT_DIGEST: HeaderName = HeaderName::from_static(event::CONTENT_DIGEST);

const USER_AGENT: &str = concat!("drydock/", env!("CARGO_PKG_VERSION"), " (as docker/29.7.2)");
/// Requests that containerd sends after one that was not answered well.
const MORE_REQUESTS: usize = 5;

/// Why a request did not end well; Go's and containerd's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// No answer came.
    #[error("failed to do request: {method} \"{url}\": {reason}")]
    Unreachable {
        /// As Go writes it: `Head`.
        method: String,
        /// Where to.
        url: String,
        /// In the words of whoever tried.
        reason: String,
    },
    /// The registry wants something else than it was given.
    #[error(transparent)]
    Authorization(AuthError),
    /// There is no such thing.
    #[error("{what}: not found")]
    NotFound {
        /// What was asked for.
        what: String,
    },
    /// The answer was none of those expected; the registry's own errors follow, a line each.
    #[error("unexpected status from {method} request to {url}: {status}{errors}")]
    Status {
        /// Such as `PUT`.
        method: String,
        /// Where to.
        url: String,
        /// Such as `500 Internal Server Error`.
        status: String,
        /// In the envelope that registries use.
        errors: ServerErrors,
    },
    /// The answer lacks a header it must have, or the header makes no sense.
    #[error("invalid {name} in the answer to {url}: {value:?}")]
    Header {
        /// Which header.
        name: &'static str,
        /// What was asked.
        url: String,
        /// What it says.
        value: String,
    },
}

/// The host that answers for a registry's name.
pub fn endpoint(domain: &str) -> &str {
    if domain == DEFAULT_DOMAIN { "registry-1.docker.io" } else { domain }
}

/// A request before it knows how to say who asks.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) body: Kept,
    /// What a token must allow.
    pub(super) scopes: Vec<String>,
    pub(super) purpose: Purpose,
}

impl Call {
    /// The error for an answer that nobody expected.
    pub(super) fn unexpected(&self, response: &Response<Kept>) -> WireError {
        WireError::Status {
            method: self.method.to_string(),
            url: self.url.clone(),
            status: response.status().to_string(),
            errors: ServerErrors::read(&start_of(response.body())),
        }
    }

    /// The body of an answer that is small, in memory.
    pub(super) fn read(&self, response: &Response<Kept>) -> Result<Bytes, WireError> {
        let (body, limit) = (response.body(), limits::MANIFEST_BYTES);
        if body.size() > limit {
            return Err(self.unreachable(format!("the answer has more than {limit} bytes")));
        }
        body.bytes().map_err(|error| self.unreachable(error.to_string()))
    }

    /// Whether it may be sent again without doing anything twice.
    fn is_question(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD)
    }

    fn unreachable(&self, reason: String) -> WireError {
        let name = self.method.as_str().to_ascii_lowercase();
        let method = name[..1].to_ascii_uppercase() + &name[1..];
        WireError::Unreachable { method, url: self.url.clone(), reason }
    }
}

/// What is remembered of a registry from one request to the next.
pub(super) struct Line {
    pub(super) endpoint: String,
    /// What is asked about, if it is one repository.
    repository: String,
    pub(super) authorizer: Authorizer,
    /// Whether docker's own client asks, which takes the first answer, and not containerd's.
    is_classic: bool,
    /// Whether the last request was answered, so that the next one goes over a connection that was used before.
    is_warm: bool,
    /// Whether requests travel side by side: then whoever asks lets time pass.
    is_shared: bool,
    /// What the requests took for which nobody has let time pass yet.
    pub(super) waits: Duration,
}

impl Line {
    /// To the registry `domain`, as whom.
    pub(super) fn new(domain: &str, credentials: Option<&Credentials>) -> Self {
        Self {
            endpoint: endpoint(domain).to_owned(),
            repository: String::new(),
            authorizer: Authorizer::new(credentials),
            is_classic: false,
            is_warm: false,
            is_shared: false,
            waits: Duration::ZERO,
        }
    }

    /// The same, to one repository of it.
    pub(super) fn about(mut self, repository: &str) -> Self {
        repository.clone_into(&mut self.repository);
        self
    }

    /// The same, for several requests side by side.
    pub(super) fn shared(mut self) -> Self {
        self.is_shared = true;
        self
    }

    /// The same, for docker's own client.
    pub(super) fn classic(mut self) -> Self {
        self.is_classic = true;
        self
    }

    /// Speaks over `host`.
    pub(super) fn over<'a>(&'a mut self, host: &'a mut dyn Host) -> Wire<'a> {
        Wire { host, line: self }
    }
}

/// A line on which somebody speaks.
pub(super) struct Wire<'a> {
    pub(super) host: &'a mut dyn Host,
    pub(super) line: &'a mut Line,
}

impl Wire<'_> {
    /// Sends a request, and once more if the registry asks who is there, or has no time just now.
    pub(super) fn send(&mut self, call: &Call, events: Events<'_>) -> Result<Response<Kept>, WireError> {
        let mut seen: Vec<StatusCode> = Vec::new();
        let mut asked = 0;
        loop {
            let authorization = self.authorization(call, events).map_err(WireError::Authorization)?;
            let response = self.exchange(call, authorization.as_deref(), events)?;
            seen.push(response.status());
            let again = if response.status() == StatusCode::UNAUTHORIZED {
                asked += 1;
                self.line.authorizer.learn(response.headers(), asked).map_err(WireError::Authorization)?
            } else {
                !self.line.is_classic && is_worth_another(&seen)
            };
            if !again || seen.len() > MORE_REQUESTS {
                return Ok(response);
            }
        }
    }

    /// The modelled way that blobs travel here, if whoever asks lets time pass.
    pub(super) fn link(&self) -> Option<Link> {
        self.host.link(&self.line.endpoint, &self.line.repository).filter(|_| self.line.is_shared)
    }

    /// Sends a request as it stands. A question that a connection used before did
    /// not answer is asked again over a new one, as Go's client does.
    /// <https://github.com/golang/go/blob/go1.25.0/src/net/http/transport.go>
    pub(super) fn exchange(
        &mut self,
        call: &Call,
        authorization: Option<&str>,
        events: Events<'_>,
    ) -> Result<Response<Kept>, WireError> {
        loop {
            let request = request(call, authorization);
            let request = request.map_err(|error| call.unreachable(error.to_string()))?;
            let mut exchange = described(call, &request);
            let answer = self.deliver(call, request);
            let status = answer.as_ref().ok().map(Response::status);
            exchange.why = call.purpose.explain(status);
            if let Ok(response) = &answer {
                exchange.status = response.status().as_u16();
                exchange.response_headers = listed(response.headers());
                exchange.received = response.body().size();
                exchange.says = said(call, response);
            }
            events(Event::Exchanged(exchange));
            let was_warm = std::mem::replace(&mut self.line.is_warm, answer.is_ok());
            match answer {
                Err(error) if was_warm && error.is_hang_up() && call.is_question() => {}
                answer => return answer.map_err(|error| call.unreachable(error.reason)),
            }
        }
    }

    fn deliver(&mut self, call: &Call, request: Request<Kept>) -> Result<Response<Kept>, SendError> {
        let authority = authority(request.uri()).to_owned();
        let (link, sent) = (self.host.link(&authority, &self.line.repository), request.body().size());
        let answer = self.host.deliver(request);
        let Some(link) = link else { return answer };
        let bytes = sent + answer.as_ref().map_or(0, |response| response.body().size());
        match self.line.is_shared {
            true => self.line.waits += link.time_of(if call.purpose.carries_blob() { 0 } else { bytes }),
            false if answer.is_ok() => self.host.wait(&authority, link.time_of(bytes)),
            false => {}
        }
        answer
    }
}

/// Whether containerd asks once more, at once: a registry that has too much to
/// do is asked again and again, one that failed only if it did not just do the same.
/// <https://github.com/containerd/containerd/blob/v2.2.0/core/remotes/docker/resolver.go>
fn is_worth_another(seen: &[StatusCode]) -> bool {
    match seen {
        [.., StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS] => true,
        [
            before @ ..,
            last @ (StatusCode::INTERNAL_SERVER_ERROR | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT),
        ] => before.last() != Some(last),
        _ => false,
    }
}

fn request(call: &Call, authorization: Option<&str>) -> Result<Request<Kept>, http::Error> {
    let mut builder = Request::builder().method(call.method.clone()).uri(&call.url);
    builder = builder.header(header::USER_AGENT, USER_AGENT);
    if matches!(call.method, Method::POST | Method::PUT) {
        builder = builder.header(header::CONTENT_LENGTH, call.body.size());
    }
    for (name, value) in &call.headers {
        builder = builder.header(name, value);
    }
    if let Some(authorization) = authorization {
        builder = builder.header(header::AUTHORIZATION, authorization);
    }
    builder.body(call.body.clone())
}

/// Tells of a request that was not waited for, of whose body so much was sent.
pub(super) fn hang_up(call: &Call, sent: u64, events: Events<'_>) {
    let Ok(request) = request(call, None) else { return };
    let why = format!("{} {HUNG_UP}", call.purpose.explain(None));
    events(Event::Exchanged(Exchange { sent, why, ..described(call, &request) }));
}

fn described(call: &Call, request: &Request<Kept>) -> Exchange {
    let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    Exchange {
        registry: authority(request.uri()).to_owned(),
        method: call.method.to_string(),
        path: path.to_owned(),
        status: 0,
        request_headers: listed(request.headers()),
        response_headers: Vec::new(),
        sent: call.body.size(),
        received: 0,
        says: None,
        why: String::new(),
    }
}

/// What an answer says, if it is short and no digest names it. What a token service says is a secret.
fn said(call: &Call, response: &Response<Kept>) -> Option<String> {
    let is_secret = match call.purpose {
        Purpose::Token { .. } => true,
        Purpose::Again => call.url.parse::<Uri>().is_ok_and(|url| !url.path().starts_with("/v2/")),
        _ => false,
    };
    let is_named = response.headers().contains_key(&CONTENT_DIGEST);
    let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_document = media_type.is_some_and(|media_type| media_type.contains("json"));
    let is_short = (1..=limits::ANSWER_BYTES).contains(&response.body().size());
    let is_told = is_document && is_short && !is_named && !is_secret;
    is_told.then(|| response.body().bytes().ok()).flatten().and_then(|bytes| String::from_utf8(bytes.into()).ok())
}

/// As much of a body as an error message is read from.
fn start_of(body: &Kept) -> Bytes {
    body.stretch(0, limits::SERVER_ERROR_BYTES as u64).bytes().unwrap_or_default()
}

pub(super) fn authority(uri: &Uri) -> &str {
    uri.authority().map_or("", http::uri::Authority::as_str)
}

/// Headers as text; of a secret only its kind.
fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    let one = |(name, value): (&HeaderName, &http::HeaderValue)| {
        let text = String::from_utf8_lossy(value.as_bytes());
        let kind = text.split(' ').next().unwrap_or_default();
        let shown = if name == header::AUTHORIZATION { format!("{kind} ***") } else { text.to_string() };
        (name.to_string(), shown)
    };
    headers.iter().map(one).collect()
}
