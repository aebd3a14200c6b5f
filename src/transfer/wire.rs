//! One registry at the other end of the host: requests with the answers to its
//! challenges, each exchange told as an event.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, Uri, header};
use serde::Deserialize;

use super::auth::{AuthError, Authorizer, Bearer, Credentials, Scheme};
use super::server::ServerErrors;
use super::why::{HUNG_UP, Purpose};
use crate::event::{Event, Events, Exchange};
use crate::host::{Host, Link, SendError};
use crate::limits;
use crate::oci::{DEFAULT_DOMAIN, json};
use crate::text::{percent_encode, sorted};

const USER_AGENT: &str = concat!("drydock/", env!("CARGO_PKG_VERSION"), " (as docker/29.7.2)");
/// Requests that containerd sends after one that was not answered well.
const MORE_REQUESTS: usize = 5;
const FORM: &str = "application/x-www-form-urlencoded";

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
    pub(super) body: Bytes,
    /// What a token must allow.
    pub(super) scopes: Vec<String>,
    pub(super) purpose: Purpose,
}

impl Call {
    /// The error for an answer that nobody expected.
    pub(super) fn unexpected(&self, response: &Response<Bytes>) -> WireError {
        WireError::Status {
            method: self.method.to_string(),
            url: self.url.clone(),
            status: response.status().to_string(),
            errors: ServerErrors::read(response.body()),
        }
    }
}

/// What is remembered of a registry from one request to the next.
pub(super) struct Line {
    pub(super) endpoint: String,
    authorizer: Authorizer,
    /// Whether docker's own client asks, which takes the first answer, and not containerd's.
    is_classic: bool,
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
            authorizer: Authorizer::new(credentials),
            is_classic: false,
            is_shared: false,
            waits: Duration::ZERO,
        }
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
    pub(super) fn send(&mut self, call: &Call, events: Events<'_>) -> Result<Response<Bytes>, WireError> {
        let mut seen: Vec<StatusCode> = Vec::new();
        let mut asked = 0;
        loop {
            let authorization = self.authorization(call, events).map_err(WireError::Authorization)?;
            let response = self.exchange(call, authorization, events)?;
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
        self.host.link(&self.line.endpoint).filter(|_| self.line.is_shared)
    }

    /// Sends a request as it stands.
    pub(super) fn exchange(
        &mut self,
        call: &Call,
        authorization: Option<String>,
        events: Events<'_>,
    ) -> Result<Response<Bytes>, WireError> {
        let unreachable = |reason: String| {
            let name = call.method.as_str().to_ascii_lowercase();
            let method = name[..1].to_ascii_uppercase() + &name[1..];
            WireError::Unreachable { method, url: call.url.clone(), reason }
        };
        let request = request(call, authorization).map_err(|error| unreachable(error.to_string()))?;
        let mut exchange = described(call, &request);
        let answer = self.deliver(call, request);
        let status = answer.as_ref().ok().map(Response::status);
        exchange.why = call.purpose.explain(status);
        if let Ok(response) = &answer {
            exchange.status = response.status().as_u16();
            exchange.response_headers = listed(response.headers());
            exchange.received = response.body().len() as u64;
        }
        events(Event::Exchanged(exchange));
        answer.map_err(|error| unreachable(error.reason))
    }

    fn deliver(&mut self, call: &Call, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let link = request.uri().authority().and_then(|authority| self.host.link(authority.as_str()));
        let (Some(link), true) = (link, self.line.is_shared) else { return self.host.send(request) };
        let sent = request.body().len();
        let answer = self.host.deliver(request);
        let received = answer.as_ref().map_or(0, |response| response.body().len());
        let bytes = if call.purpose.carries_blob() { 0 } else { sent + received };
        self.line.waits += link.time_of(bytes as u64);
        answer
    }

    /// What to say of who asks. A password or token never goes to another host.
    fn authorization(&mut self, call: &Call, events: Events<'_>) -> Result<Option<String>, AuthError> {
        let is_ours = call.url.parse::<Uri>().is_ok_and(|uri| authority(&uri) == self.line.endpoint);
        match self.line.authorizer.scheme.clone().filter(|_| is_ours) {
            None => Ok(None),
            Some(Scheme::Basic) => Ok(self.line.authorizer.credentials.as_ref().map(Credentials::basic)),
            Some(Scheme::Bearer(bearer)) => {
                self.token(&bearer, call, events).map(|token| Some(format!("Bearer {token}")))
            }
        }
    }

    fn token(&mut self, bearer: &Bearer, call: &Call, events: Events<'_>) -> Result<String, AuthError> {
        let mut scopes = sorted([call.scopes.clone(), bearer.scopes.clone()].concat());
        scopes.dedup();
        let key = scopes.join(" ");
        if let Some(token) = self.line.authorizer.tokens.get(&key) {
            return Ok(token.clone());
        }
        let token = match self.line.authorizer.credentials.clone() {
            None => self.fetch_token(&get_token(bearer, &scopes), None, "anonymous", events)?,
            Some(known) => match self.fetch_token(&post_token(bearer, &scopes, &known), None, "oauth", events) {
                // Token services that know no POST are asked with GET, as containerd does.
                Err(AuthError::Token { source, .. }) if matches!(*source, WireError::Status { .. }) => {
                    self.fetch_token(&get_token(bearer, &scopes), Some(known.basic()), "oauth", events)?
                }
                fetched => fetched?,
            },
        };
        self.line.authorizer.tokens.insert(key, token.clone());
        events(Event::TokenFetched { registry: self.line.endpoint.clone(), scopes });
        Ok(token)
    }

    fn fetch_token(
        &mut self,
        call: &Call,
        authorization: Option<String>,
        kind: &'static str,
        events: Events<'_>,
    ) -> Result<String, AuthError> {
        let failed = |source| AuthError::Token { kind, source: Box::new(source) };
        let response = self.exchange(call, authorization, events).map_err(failed)?;
        if !response.status().is_success() {
            return Err(failed(call.unexpected(&response)));
        }
        let invalid = |detail: String| AuthError::TokenAnswer { kind, detail };
        let answer: TokenAnswer = json::read(response.body()).map_err(|error| invalid(error.to_string()))?;
        let token = answer.token.or(answer.access_token).filter(|token| token.len() <= limits::TOKEN_BYTES);
        token.ok_or_else(|| invalid("no token in the answer".to_owned()))
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

#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<String>,
    access_token: Option<String>,
}

/// Anonymously, or with a `Basic` header.
pub(super) fn get_token(bearer: &Bearer, scopes: &[String]) -> Call {
    let mut pairs: Vec<(&str, &str)> = scopes.iter().map(|scope| ("scope", scope.as_str())).collect();
    pairs.extend([("service", bearer.service.as_str())].iter().filter(|(_, service)| !service.is_empty()));
    let separator = if bearer.realm.contains('?') { '&' } else { '?' };
    let url = format!("{}{separator}{}", bearer.realm, form(&pairs));
    let purpose = Purpose::Token { scopes: scopes.join(" and ") };
    Call { method: Method::GET, url, headers: Vec::new(), body: Bytes::new(), scopes: Vec::new(), purpose }
}

/// With name and password in a form.
/// <https://distribution.github.io/distribution/spec/auth/oauth/>
fn post_token(bearer: &Bearer, scopes: &[String], credentials: &Credentials) -> Call {
    let body = form(&[
        ("client_id", "containerd-client"),
        ("grant_type", "password"),
        ("password", &credentials.password),
        ("scope", &scopes.join(" ")),
        ("service", &bearer.service),
        ("username", &credentials.user),
    ]);
    let headers = vec![(header::CONTENT_TYPE, format!("{FORM}; charset=utf-8"))];
    Call { method: Method::POST, url: bearer.realm.clone(), headers, body: body.into(), ..get_token(bearer, scopes) }
}

fn form(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", percent_encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn request(call: &Call, authorization: Option<String>) -> Result<Request<Bytes>, http::Error> {
    let mut builder = Request::builder().method(call.method.clone()).uri(&call.url);
    builder = builder.header(header::USER_AGENT, USER_AGENT);
    if matches!(call.method, Method::POST | Method::PUT) {
        builder = builder.header(header::CONTENT_LENGTH, call.body.len());
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

fn described(call: &Call, request: &Request<Bytes>) -> Exchange {
    let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    Exchange {
        registry: authority(request.uri()).to_owned(),
        method: call.method.to_string(),
        path: path.to_owned(),
        status: 0,
        request_headers: listed(request.headers()),
        response_headers: Vec::new(),
        sent: call.body.len() as u64,
        received: 0,
        why: String::new(),
    }
}

fn authority(uri: &Uri) -> &str {
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
