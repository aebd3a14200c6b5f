//! The tokens of a registry: asked for where its challenge says, as containerd
//! does, and kept as long as the client lives.
//! <https://distribution.github.io/distribution/spec/auth/token/>

use bytes::Bytes;
use http::{Method, Uri, header};
use serde::Deserialize;

use super::auth::{AuthError, Bearer, Credentials, Scheme};
use super::why::Purpose;
use super::wire::{Call, Wire, WireError, authority};
use crate::event::{Event, Events};
use crate::host::Kept;
use crate::limits;
use crate::oci::json;
use crate::text::{percent_encode, sorted};

const FORM: &str = "application/x-www-form-urlencoded";

impl Wire<'_> {
    /// What to say of who asks. A password or token never goes to another host.
    pub(super) fn authorization(&mut self, call: &Call, events: Events<'_>) -> Result<Option<String>, AuthError> {
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
                    self.fetch_token(&get_token(bearer, &scopes), Some(&known.basic()), "oauth", events)?
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
        authorization: Option<&str>,
        kind: &'static str,
        events: Events<'_>,
    ) -> Result<String, AuthError> {
        let failed = |source| AuthError::Token { kind, source: Box::new(source) };
        let response = self.exchange(call, authorization, events).map_err(failed)?;
        if !response.status().is_success() {
            return Err(failed(call.unexpected(&response)));
        }
        let invalid = |detail: String| AuthError::TokenAnswer { kind, detail };
        let body = call.read(&response).map_err(failed)?;
        let answer: TokenAnswer = json::read(&body).map_err(|error| invalid(error.to_string()))?;
        let token = answer.token.or(answer.access_token).filter(|token| token.len() <= limits::TOKEN_BYTES);
        token.ok_or_else(|| invalid("no token in the answer".to_owned()))
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
    Call { method: Method::GET, url, headers: Vec::new(), body: Kept::default(), scopes: Vec::new(), purpose }
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
    Call {
        method: Method::POST,
        url: bearer.realm.clone(),
        headers,
        body: Bytes::from(body).into(),
        ..get_token(bearer, scopes)
    }
}

fn form(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", percent_encode(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}
