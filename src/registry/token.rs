//! Tokens: what one says, how it is given, and what a registry wants of it.
//! <https://distribution.github.io/distribution/spec/auth/jwt/>

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Route;
use super::answer::{Body, json_answer};
use super::errors::{Refusal, RegistryError};
use crate::oci::{Timestamp, Verifier, json};

/// How long a token is good.
pub(super) const LIFETIME_SECONDS: u64 = 300;
/// The block of sha256, in bytes.
const BLOCK_BYTES: usize = 64;

/// Who gives tokens out.
pub(super) struct Issuer<'a> {
    /// Where they are given out.
    pub(super) realm: &'a str,
    /// For which registry.
    pub(super) service: &'a str,
    /// What they are signed with. Without it they open nothing that is not open to everybody.
    pub(super) key: Option<&'a [u8; 32]>,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    sub: String,
    aud: String,
    exp: u64,
    iat: u64,
    access: Vec<Scope>,
}

/// What may be done with one repository.
#[derive(Serialize, Deserialize)]
pub(super) struct Scope {
    r#type: String,
    pub(super) name: String,
    pub(super) actions: Vec<String>,
}

impl Scope {
    /// Reads `repository:NAME:pull,push`; `*` asks for all there is.
    fn parse(text: &str) -> Option<Self> {
        let (r#type, rest) = text.split_once(':')?;
        let (name, actions) = rest.rsplit_once(':')?;
        let actions = if actions == "*" { "pull,push,delete" } else { actions };
        let actions = actions.split(',').map(str::to_owned).collect();
        (r#type == "repository").then(|| Self { r#type: r#type.to_owned(), name: name.to_owned(), actions })
    }
}

/// What a request needs to be allowed; a repository without a name is the registry itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needed {
    pub(super) repository: String,
    pub(super) actions: &'static [&'static str],
}

impl Needed {
    pub(super) fn of(route: &Route, method: &Method) -> Self {
        let is_upload = matches!(route, Route::Uploads { .. } | Route::Upload { .. });
        let actions: &[&str] = match method.as_str() {
            "GET" | "HEAD" if !is_upload => &["pull"],
            "DELETE" if !is_upload => &["delete"],
            _ => &["pull", "push"],
        };
        Self { repository: route.repository().unwrap_or_default().to_owned(), actions }
    }

    fn is_granted(&self, scopes: &[Scope]) -> bool {
        let mut ours = scopes.iter().filter(|scope| scope.name == self.repository);
        self.repository.is_empty()
            || ours.any(|scope| self.actions.iter().all(|action| scope.actions.iter().any(|granted| granted == action)))
    }
}

impl Issuer<'_> {
    /// Answers who asks for tokens of these scopes with what of each is granted, silently fewer than asked.
    pub(super) fn give<'q>(
        &self,
        user: &str,
        scopes: impl Iterator<Item = &'q str>,
        granted: impl Fn(&Scope) -> Vec<String>,
        now: Timestamp,
    ) -> Response<Body> {
        let asked = scopes.flat_map(|scopes| scopes.split(' ')).filter_map(Scope::parse);
        let access = asked.map(|scope| Scope { actions: granted(&scope), ..scope });
        let claims = Claims {
            iss: self.realm.split('/').nth(2).unwrap_or_default().to_owned(),
            sub: user.to_owned(),
            aud: self.service.to_owned(),
            exp: now.seconds() + LIFETIME_SECONDS,
            iat: now.seconds(),
            access: access.filter(|scope| !scope.actions.is_empty()).collect(),
        };
        let algorithm = if self.key.is_some() { "HS256" } else { "none" };
        let encode = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
        let text =
            format!("{}.{}", encode(json::compact(&json!({ "alg": algorithm }))), encode(json::compact(&claims)));
        let token = format!("{text}.{}", self.signature(&text));
        let issued = Timestamp::from_seconds(now.seconds());
        let body = json!({
            "token": token, "access_token": token, "expires_in": LIFETIME_SECONDS, "issued_at": issued,
        });
        json_answer(StatusCode::OK, &body)
    }

    /// Whose token is in the headers, if it allows all that is needed; a challenge otherwise.
    pub(super) fn admit(
        &self,
        headers: &HeaderMap,
        needed: &[Needed],
        now: Timestamp,
    ) -> Result<String, Box<Response<Body>>> {
        let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(token) = authorization.and_then(|text| text.strip_prefix("Bearer ")) else {
            return Err(self.challenge(needed, None));
        };
        match self.read(token).filter(|claims| claims.exp >= now.seconds() && claims.aud == self.service) {
            None => Err(self.challenge(needed, Some("invalid_token"))),
            Some(claims) if needed.iter().all(|needed| needed.is_granted(&claims.access)) => Ok(claims.sub),
            Some(_) => Err(self.challenge(needed, Some("insufficient_scope"))),
        }
    }

    fn read(&self, token: &str) -> Option<Claims> {
        let (text, signature) = token.rsplit_once('.')?;
        // Comparing digests takes as long wherever the difference is.
        let is_ours =
            crate::oci::Digest::of(signature.as_bytes()) == crate::oci::Digest::of(self.signature(text).as_bytes());
        let (_, payload) = text.split_once('.').filter(|_| is_ours)?;
        json::read(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    fn signature(&self, text: &str) -> String {
        self.key.map(|key| URL_SAFE_NO_PAD.encode(hmac(key, text.as_bytes()))).unwrap_or_default()
    }

    pub(super) fn challenge(&self, needed: &[Needed], error: Option<&str>) -> Box<Response<Body>> {
        let scopes = needed.iter().filter(|needed| !needed.repository.is_empty());
        let scopes: Vec<String> =
            scopes.map(|needed| format!("repository:{}:{}", needed.repository, needed.actions.join(","))).collect();
        let scope = if scopes.is_empty() { String::new() } else { format!(",scope=\"{}\"", scopes.join(" ")) };
        let error = error.map(|error| format!(",error=\"{error}\"")).unwrap_or_default();
        unauthorized(needed, &format!("Bearer realm=\"{}\",service=\"{}\"{scope}{error}", self.realm, self.service))
    }
}

/// A refusal that says how to say who one is.
pub(super) fn unauthorized(needed: &[Needed], challenge: &str) -> Box<Response<Body>> {
    let first = needed.first();
    let refusal = RegistryError::Unauthorized {
        repository: first.map(|needed| needed.repository.clone()).unwrap_or_default(),
        actions: first.into_iter().flat_map(|needed| needed.actions).map(|action| (*action).to_owned()).collect(),
    };
    let mut response = Refusal::from(refusal).into_response();
    if let Ok(value) = HeaderValue::from_str(challenge) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    Box::new(response)
}

/// <https://www.rfc-editor.org/rfc/rfc2104#section-2>
fn hmac(key: &[u8; 32], message: &[u8]) -> Vec<u8> {
    let hash = |pad: u8, message: &[u8]| {
        let mut block = [pad; BLOCK_BYTES];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        let mut verifier = Verifier::default();
        verifier.update(&block);
        verifier.update(message);
        verifier.finish().bytes().to_vec()
    };
    hash(0x5c, &hash(0x36, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [0x0b; 32];

    fn issuer(key: Option<&[u8; 32]>) -> Issuer<'_> {
        Issuer { realm: "https://r.test/token", service: "r.test", key }
    }

    fn token(issuer: &Issuer<'_>, scope: &str, now: u64) -> HeaderMap {
        let granted = |scope: &Scope| scope.actions.iter().filter(|action| *action == "pull").cloned().collect();
        let given = issuer.give("ana", [scope].into_iter(), granted, Timestamp::from_seconds(now));
        let Body::Bytes(bytes) = given.body() else { panic!("a document") };
        let answer: serde_json::Value = json::read(bytes).expect("JSON");
        let value = format!("Bearer {}", answer["token"].as_str().expect("a token"));
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_str(&value).expect("ASCII"))])
    }

    fn needed(actions: &'static [&'static str]) -> [Needed; 1] {
        [Needed { repository: "px".to_owned(), actions }]
    }

    fn challenge(result: Result<String, Box<Response<Body>>>) -> String {
        let refused = result.expect_err("refused");
        refused.headers()[header::WWW_AUTHENTICATE].to_str().expect("text").to_owned()
    }

    #[test]
    fn a_token_opens_what_it_grants_until_it_expires() {
        let issuer = issuer(Some(&KEY));
        let headers = token(&issuer, "repository:px:pull,push", 1_000);
        let at = |seconds| Timestamp::from_seconds(seconds);
        assert_eq!(issuer.admit(&headers, &needed(&["pull"]), at(1_300)).ok(), Some("ana".to_owned()));
        assert_eq!(
            challenge(issuer.admit(&headers, &needed(&["pull", "push"]), at(1_300))),
            "Bearer realm=\"https://r.test/token\",service=\"r.test\",scope=\"repository:px:pull,push\",\
             error=\"insufficient_scope\""
        );
        let expired = challenge(issuer.admit(&headers, &needed(&["pull"]), at(1_301)));
        assert!(expired.ends_with(",error=\"invalid_token\""), "{expired}");
        let none = challenge(issuer.admit(&HeaderMap::new(), &needed(&["pull"]), at(0)));
        assert!(none.ends_with(",scope=\"repository:px:pull\""), "{none}");
    }

    #[test]
    fn a_token_of_another_key_or_of_none_opens_nothing() {
        let ours = issuer(Some(&KEY));
        let (other, open) = ([1; 32], issuer(None));
        for issuer in [&issuer(Some(&other)), &open] {
            let headers = token(issuer, "repository:px:pull", 0);
            assert!(ours.admit(&headers, &needed(&["pull"]), Timestamp::from_seconds(0)).is_err());
            assert!(issuer.admit(&headers, &needed(&["pull"]), Timestamp::from_seconds(0)).is_ok());
        }
        let elsewhere = Issuer { service: "other.test", ..issuer(Some(&KEY)) };
        let headers = token(&elsewhere, "repository:px:pull", 0);
        assert!(ours.admit(&headers, &needed(&["pull"]), Timestamp::from_seconds(0)).is_err());
    }

    #[test]
    fn a_message_is_signed_as_rfc_4231_does() {
        // The key of its first case has 20 bytes; zeros make no difference.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        assert_eq!(
            hex::encode(hmac(&key, b"Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }
}
