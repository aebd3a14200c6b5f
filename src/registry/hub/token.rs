//! The hub's tokens: anybody gets one; it grants pulling what exists, and
//! silently nothing else.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use serde_json::json;

use super::super::Route;
use super::super::answer::{Body, json_answer};
use super::super::token::{Issuer, Needed, Scope};
use crate::oci::Timestamp;
use crate::text::query_pairs;

/// Without a key: such a token opens nothing that is not open to everybody.
const ISSUER: Issuer<'static> =
    Issuer { realm: "https://auth.docker.io/token", service: "registry.docker.io", key: None };

/// Answers a request for a token. The hub has no accounts, so every name and
/// password is a wrong one.
pub(super) fn give(request: &Request<Bytes>, exists: impl Fn(&str) -> bool, now: Timestamp) -> Response<Body> {
    if request.method() != Method::GET || request.headers().contains_key(header::AUTHORIZATION) {
        return json_answer(StatusCode::UNAUTHORIZED, &json!({ "details": "incorrect username or password" }));
    }
    let query = query_pairs(request.uri().query().unwrap_or_default());
    let scopes = query.iter().filter(|(name, _)| name == "scope").map(|(_, scopes)| scopes.as_str());
    let granted = |scope: &Scope| {
        let pulls = exists(&scope.name) && scope.actions.iter().any(|action| action == "pull");
        if pulls { vec!["pull".to_owned()] } else { Vec::new() }
    };
    ISSUER.give("", scopes, granted, now)
}

/// A challenge, unless the token of the request allows it.
pub(super) fn refused(request: &Request<Bytes>, route: &Route, now: Timestamp) -> Option<Response<Body>> {
    let needed = [Needed::of(route, request.method())];
    ISSUER.admit(request.headers(), &needed, now).err().map(|challenge| *challenge)
}
