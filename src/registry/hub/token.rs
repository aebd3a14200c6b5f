//! The hub's token service and what its registry wants of a token. Anybody
//! gets one; it grants pulling what exists, and silently nothing else.
//! <https://distribution.github.io/distribution/spec/auth/jwt/>
//!
//! A token here is a JWT without a signature: it opens nothing that is not
//! open to everybody.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::Route;
use super::super::answer::{Body, json_answer};
use super::super::errors::{Refusal, RegistryError};
use crate::oci::{Timestamp, json};
use crate::text::query_pairs;

const REALM: &str = "https://auth.docker.io/token";
const SERVICE: &str = "registry.docker.io";
const LIFETIME_SECONDS: u64 = 300;

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: u64,
    iat: u64,
    access: Vec<Access>,
}

/// What it grants on one repository.
#[derive(Serialize, Deserialize)]
struct Access {
    r#type: String,
    name: String,
    actions: Vec<String>,
}

/// Answers a request for a token. The hub has no accounts, so every name and
/// password is a wrong one.
pub(super) fn give(request: &Request<Bytes>, exists: impl Fn(&str) -> bool, now: Timestamp) -> Response<Body> {
    if request.method() != Method::GET || request.headers().contains_key(header::AUTHORIZATION) {
        return json_answer(StatusCode::UNAUTHORIZED, &json!({ "details": "incorrect username or password" }));
    }
    let query = query_pairs(request.uri().query().unwrap_or_default());
    let scopes = query.iter().filter(|(name, _)| name == "scope").flat_map(|(_, value)| value.split(' '));
    let claims = Claims {
        iss: super::AUTH_HOST.to_owned(),
        aud: SERVICE.to_owned(),
        exp: now.seconds() + LIFETIME_SECONDS,
        iat: now.seconds(),
        access: scopes.filter_map(|scope| granted(scope, &exists)).collect(),
    };
    let encode = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
    let token = format!("{}.{}.", encode(json::compact(&json!({"alg": "none"}))), encode(json::compact(&claims)));
    let issued = Timestamp::from_seconds(now.seconds());
    let body = json!({ "token": token, "access_token": token, "expires_in": LIFETIME_SECONDS, "issued_at": issued });
    json_answer(StatusCode::OK, &body)
}

/// Of `repository:NAME:actions` only pulling, and only what exists.
fn granted(scope: &str, exists: &impl Fn(&str) -> bool) -> Option<Access> {
    let (r#type, rest) = scope.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    let grants = r#type == "repository" && exists(name) && actions.split(',').any(|action| action == "pull");
    grants.then(|| Access { r#type: r#type.to_owned(), name: name.to_owned(), actions: vec!["pull".to_owned()] })
}

/// What a request needs to be allowed.
pub(super) struct Asked {
    repository: String,
    actions: &'static [&'static str],
}

impl Asked {
    pub(super) fn of(route: &Route, method: &Method) -> Self {
        let repository = match route {
            Route::Base | Route::Catalog => String::new(),
            Route::Tags { repository }
            | Route::Manifest { repository, .. }
            | Route::Referrers { repository, .. }
            | Route::Blob { repository, .. }
            | Route::Uploads { repository }
            | Route::Upload { repository, .. } => repository.clone(),
        };
        let is_upload = matches!(route, Route::Uploads { .. } | Route::Upload { .. });
        let actions: &[&str] = match method.as_str() {
            "GET" | "HEAD" if !is_upload => &["pull"],
            "DELETE" if !is_upload => &["delete"],
            _ => &["pull", "push"],
        };
        Self { repository, actions }
    }

    /// A challenge, unless the token in `headers` allows it.
    pub(super) fn refused(&self, headers: &HeaderMap, now: Timestamp) -> Option<Response<Body>> {
        let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(token) = authorization.and_then(|text| text.strip_prefix("Bearer ")) else {
            return Some(self.challenge(None));
        };
        match read(token).filter(|claims| claims.exp >= now.seconds() && claims.aud == SERVICE) {
            None => Some(self.challenge(Some("invalid_token"))),
            Some(claims) if self.repository.is_empty() || self.is_allowed(&claims) => None,
            Some(_) => Some(self.challenge(Some("insufficient_scope"))),
        }
    }

    fn is_allowed(&self, claims: &Claims) -> bool {
        let mut ours = claims.access.iter().filter(|access| access.name == self.repository);
        ours.any(|access| self.actions.iter().all(|action| access.actions.iter().any(|granted| granted == action)))
    }

    fn challenge(&self, error: Option<&str>) -> Response<Body> {
        let actions: Vec<String> = self.actions.iter().map(|action| (*action).to_owned()).collect();
        let scope = match self.repository.as_str() {
            "" => String::new(),
            name => format!(",scope=\"repository:{name}:{}\"", actions.join(",")),
        };
        let error = error.map(|error| format!(",error=\"{error}\"")).unwrap_or_default();
        let text = format!("Bearer realm=\"{REALM}\",service=\"{SERVICE}\"{scope}{error}");
        let refusal = RegistryError::Unauthorized { repository: self.repository.clone(), actions };
        let mut response = Refusal::from(refusal).into_response();
        let value = HeaderValue::from_str(&text).expect("a repository's name is plain ASCII");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        response
    }
}

fn read(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    json::read(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}
