//! Who may do what: accounts of people and robots with what they may do, and
//! how a registry has itself told who asks, by Basic or by tokens.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, header, request::Parts};
use serde_json::json;

use super::answer::{Body, json_answer};
use super::errors::{Refusal, RegistryError};
use super::grant::Grant;
use super::policy::fits;
use super::token::{Issuer, Needed, Scope, unauthorized};
use super::{Registry, Route, User};
use crate::oci::Timestamp;
use crate::text::query_pairs;

/// How a registry asks for name and password.
pub(super) const BASIC: &str = "Basic realm=\"Registry\"";

/// Whom a registry lets in. Without a scheme it is everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// How it is told who asks.
    pub scheme: Option<Scheme>,
    /// Who is known, by name. A robot is an account of no person.
    pub accounts: BTreeMap<String, Account>,
    /// What may be done without a name: of the patterns that fit a repository the longest one says it.
    pub anybody: Vec<Grant>,
}

/// How a registry is told who asks.
#[derive(Clone, PartialEq, Eq)]
pub enum Scheme {
    /// By name and password in each request.
    Basic,
    /// By a token that name and password are exchanged for.
    Bearer {
        /// Where tokens are given out, such as `https://r.test/token`; the registry does it itself.
        realm: String,
        /// What tokens are signed with.
        key: [u8; 32],
    },
}

/// Somebody who is known.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The password, or what it is checked by.
    pub secret: String,
    /// Whether it belongs to a machine and to no person.
    pub is_robot: bool,
    /// What may be done.
    pub grants: Vec<Grant>,
}

/// Whether a secret, if there is an account, is that of a password.
pub type Check<'a> = &'a dyn Fn(Option<&str>, &str) -> bool;

/// Accounts of a lab keep their password itself.
fn is_same(secret: Option<&str>, password: &str) -> bool {
    secret == Some(password)
}

impl Scheme {
    /// Whether both tell who asks in the same way.
    pub fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// Secrets are not printed.
impl fmt::Debug for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic => f.write_str("Basic"),
            Self::Bearer { realm, .. } => f.debug_struct("Bearer").field("realm", realm).finish_non_exhaustive(),
        }
    }
}

/// Secrets are not printed.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("robot", &self.is_robot).field("grants", &self.grants).finish_non_exhaustive()
    }
}

/// Who asks, as far as that is known.
enum Caller<'a> {
    Anybody,
    Known(&'a str, &'a Account),
}

impl Registry {
    /// Who sends this request, if it may be answered; a refusal otherwise.
    pub fn admit(&self, parts: &Parts, now: Timestamp) -> Result<User, Box<Response<Body>>> {
        self.admit_by(parts, now, &is_same)
    }

    /// The same where secrets are not the passwords themselves.
    pub fn admit_by(&self, parts: &Parts, now: Timestamp, check: Check<'_>) -> Result<User, Box<Response<Body>>> {
        let Some(scheme) = &self.access.scheme else { return Ok(User::default()) };
        let needed = match needed(parts) {
            Ok(needed) => needed,
            Err(error) => return Err(Box::new(Refusal::from(error).into_response())),
        };
        match scheme {
            Scheme::Basic => self.access.admit(&parts.headers, &needed, check).map(User),
            Scheme::Bearer { realm, key } => {
                let issuer = Issuer { realm, service: &self.name, key: Some(key) };
                issuer.admit(&parts.headers, &needed, now).map(User)
            }
        }
    }

    /// How this registry asks who is there.
    pub(super) fn challenge(&self, needed: &[Needed]) -> Box<Response<Body>> {
        match &self.access.scheme {
            Some(Scheme::Bearer { realm, key }) => {
                Issuer { realm, service: &self.name, key: Some(key) }.challenge(needed, None)
            }
            Some(Scheme::Basic) | None => unauthorized(needed, BASIC),
        }
    }

    /// Whether tokens are given out at this path.
    pub fn gives_tokens_at(&self, path: &str) -> bool {
        let Some(Scheme::Bearer { realm, .. }) = &self.access.scheme else { return false };
        path.strip_prefix('/') == Some(realm.splitn(4, '/').nth(3).unwrap_or_default())
    }

    /// Gives out a token, if this asks for one: by GET with a password in its header, or as containerd does by a form.
    pub(super) fn give_token(&self, request: &Request<Bytes>, now: Timestamp) -> Option<Response<Body>> {
        self.give_token_by(request, now, &is_same)
    }

    /// The same where secrets are not the passwords themselves.
    pub fn give_token_by(&self, request: &Request<Bytes>, now: Timestamp, check: Check<'_>) -> Option<Response<Body>> {
        let Some(Scheme::Bearer { realm, key }) = &self.access.scheme else { return None };
        if !self.gives_tokens_at(request.uri().path()) {
            return None;
        }
        let is_form = request.method() == Method::POST;
        let form = if is_form { String::from_utf8_lossy(request.body()).replace('+', " ") } else { String::new() };
        let pairs = query_pairs(if is_form { &form } else { request.uri().query().unwrap_or_default() });
        let values = |name: &'static str| pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| &**value);
        let caller = if is_form {
            let password = values("password").next().unwrap_or_default();
            self.access.known(values("username").next().unwrap_or_default(), password, check)
        } else {
            self.access.caller(request.headers(), check)
        };
        let Some(caller) = caller else {
            let details = json!({ "details": "incorrect username or password" });
            return Some(json_answer(StatusCode::UNAUTHORIZED, &details));
        };
        let issuer = Issuer { realm, service: &self.name, key: Some(key) };
        let granted = |scope: &Scope| {
            let asked = scope.actions.iter();
            asked.filter(|action| self.access.allows(&caller, &scope.name, action)).cloned().collect()
        };
        Some(issuer.give(caller.name(), values("scope"), granted, now))
    }
}

impl Access {
    /// From now on everybody has to say in this way who it is; what was open to anybody before stays so only if
    /// it was said of a part.
    pub fn ask(&mut self, scheme: Scheme) {
        if self.scheme.replace(scheme).is_none() {
            self.anybody.clear();
        }
    }

    /// The same for some repositories; the others stay as open as they are.
    pub fn ask_for(&mut self, repositories: String, scheme: Scheme) {
        if self.scheme.replace(scheme).is_none() {
            self.anybody = vec![Grant::everything()];
        }
        self.grant_anybody(Grant { repositories, actions: Vec::new() });
    }

    /// Says anew what may be done with some repositories without a name.
    pub fn grant_anybody(&mut self, grant: Grant) {
        self.anybody.retain(|known| known.repositories != grant.repositories);
        self.anybody.push(grant);
    }

    /// By name and password in the headers.
    fn admit(&self, headers: &HeaderMap, needed: &[Needed], check: Check<'_>) -> Result<String, Box<Response<Body>>> {
        let challenge = || unauthorized(needed, BASIC);
        let caller = self.caller(headers, check).ok_or_else(challenge)?;
        let lacking = needed.iter().find(|needed| {
            if needed.repository.is_empty() {
                return matches!(caller, Caller::Anybody);
            }
            !needed.actions.iter().all(|action| self.allows(&caller, &needed.repository, action))
        });
        match (lacking, &caller) {
            (None, _) => Ok(caller.name().to_owned()),
            (Some(_), Caller::Anybody) => Err(challenge()),
            (Some(lacking), Caller::Known(..)) => {
                let actions = lacking.actions.iter().map(|action| (*action).to_owned()).collect();
                let refusal = RegistryError::Denied { repository: lacking.repository.clone(), actions };
                Err(Box::new(Refusal::from(refusal).into_response()))
            }
        }
    }

    /// Nobody, if the headers name somebody else than they should.
    fn caller(&self, headers: &HeaderMap, check: Check<'_>) -> Option<Caller<'_>> {
        let Some(header) = headers.get(header::AUTHORIZATION) else { return Some(Caller::Anybody) };
        let (scheme, encoded) = header.to_str().ok()?.split_once(' ')?;
        let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let decoded = String::from_utf8(decoded).ok()?;
        let (user, password) = decoded.split_once(':')?;
        self.known(user, password, check)
    }

    fn known(&self, user: &str, password: &str, check: Check<'_>) -> Option<Caller<'_>> {
        let found = self.accounts.get_key_value(user);
        let is_right = check(found.map(|(_, account)| account.secret.as_str()), password);
        found.filter(|_| is_right).map(|(name, account)| Caller::Known(name, account))
    }

    /// Whether `user`, who was admitted, may do something with a repository; nobody in particular if it is empty.
    pub(super) fn may(&self, user: &str, repository: &str, action: &str) -> bool {
        let known = self.accounts.get_key_value(user).map(|(name, account)| Caller::Known(name, account));
        self.scheme.is_none() || self.allows(&known.unwrap_or(Caller::Anybody), repository, action)
    }

    fn allows(&self, caller: &Caller<'_>, repository: &str, action: &str) -> bool {
        let own = match caller {
            Caller::Anybody => &[],
            Caller::Known(_, account) => account.grants.as_slice(),
        };
        let is_for = |grant: &&Grant| fits(grant.repositories.as_bytes(), repository.as_bytes());
        let anybody = self.anybody.iter().filter(is_for).max_by_key(|grant| grant.repositories.len());
        own.iter().filter(is_for).chain(anybody).any(|grant| grant.actions.iter().any(|one| one == action))
    }
}

impl Caller<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Anybody => "",
            Self::Known(name, _) => name,
        }
    }
}

/// What a request needs; a mount needs to pull what it mounts.
fn needed(parts: &Parts) -> Result<Vec<Needed>, RegistryError> {
    let route = Route::parse(parts.uri.path())?;
    let mut needed = vec![Needed::of(&route, &parts.method)];
    if matches!(route, Route::Uploads { .. }) {
        let query = query_pairs(parts.uri.query().unwrap_or_default());
        let from = query.into_iter().find(|(key, _)| key == "from").map(|(_, from)| from);
        needed.extend(from.map(|repository| Needed { repository, actions: &["pull"] }));
    }
    Ok(needed)
}
