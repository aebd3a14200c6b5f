//! Who asks: the challenges of a registry, and what answers them.
//! <https://distribution.github.io/distribution/spec/auth/token/>

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

use super::wire::WireError;

/// A name and password, as `docker login` stores them.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user.
    pub user: String,
    /// The password or token.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Credentials {
    /// The value of an `Authorization` header.
    pub(super) fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.user, self.password)))
    }
}

/// Why no credential satisfied the registry; containerd's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// It asks for a password and none is stored.
    #[error("authorization failed: no basic auth credentials")]
    NoCredentials,
    /// It knows the token and says no.
    #[error("server message: {message}: authorization failed")]
    Refused {
        /// Such as `insufficient_scope`.
        message: String,
    },
    /// The token service gave none.
    #[error("failed to authorize: failed to fetch {kind} token: {source}")]
    Token {
        /// `anonymous` or `oauth`.
        kind: &'static str,
        /// Why.
        source: Box<WireError>,
    },
    /// What the token service answered is no token.
    #[error("failed to authorize: failed to fetch {kind} token: {detail}")]
    TokenAnswer {
        /// `anonymous` or `oauth`.
        kind: &'static str,
        /// What is wrong.
        detail: String,
    },
}

impl AuthError {
    /// Whether the registry said no, rather than the way to it failed.
    pub(super) fn is_denial(&self) -> bool {
        matches!(self, Self::NoCredentials | Self::Refused { .. })
    }
}

/// How a registry wants to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scheme {
    /// With name and password.
    Basic,
    /// With a token.
    Bearer(Bearer),
}

/// Where tokens come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Bearer {
    pub(super) realm: String,
    pub(super) service: String,
    pub(super) scopes: Vec<String>,
}

/// What is known of one registry's wishes.
pub(super) struct Authorizer {
    pub(super) credentials: Option<Credentials>,
    pub(super) scheme: Option<Scheme>,
    /// Tokens by the scopes they were asked for.
    pub(super) tokens: BTreeMap<String, String>,
}

impl Authorizer {
    pub(super) fn new(credentials: Option<&Credentials>) -> Self {
        Self { credentials: credentials.cloned(), scheme: None, tokens: BTreeMap::new() }
    }

    /// Learns from a 401 and says whether another attempt makes sense. The
    /// second 401 to one request is final; a token's refusal is forgotten, as
    /// containerd does, so that the next request asks for a new one.
    pub(super) fn learn(&mut self, headers: &HeaderMap, attempt: u32) -> Result<bool, AuthError> {
        let challenges = headers.get_all(header::WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        for (scheme, parameters) in challenges.filter_map(parse_challenge) {
            if scheme == "bearer" {
                return self.learn_bearer(&parameters, attempt);
            }
            if scheme == "basic" {
                let credentials = self.credentials.as_ref().filter(|known| !known.password.is_empty());
                credentials.ok_or(AuthError::NoCredentials)?;
                self.scheme = Some(Scheme::Basic);
                return Ok(attempt == 1);
            }
        }
        Ok(false)
    }

    fn learn_bearer(&mut self, parameters: &BTreeMap<String, String>, attempt: u32) -> Result<bool, AuthError> {
        let parameter = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        self.scheme = None;
        self.tokens.clear();
        if attempt > 1 {
            let message = parameter("error");
            return if message.is_empty() { Ok(false) } else { Err(AuthError::Refused { message }) };
        }
        let scopes = parameter("scope").split_whitespace().map(str::to_owned).collect();
        let bearer = Bearer { realm: parameter("realm"), service: parameter("service"), scopes };
        self.scheme = Some(Scheme::Bearer(bearer));
        Ok(true)
    }
}

/// `Scheme name="value",name=value`; the scheme comes back in lower case.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1>
pub(super) fn parse_challenge(text: &str) -> Option<(String, BTreeMap<String, String>)> {
    let (scheme, mut rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let mut parameters = BTreeMap::new();
    while let Some((name, tail)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ',']).to_ascii_lowercase();
        let (value, tail) = match tail.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => tail.split_once(',').unwrap_or((tail, "")),
        };
        parameters.insert(name, value.trim().to_owned());
        rest = tail;
    }
    (!scheme.is_empty()).then(|| (scheme.to_ascii_lowercase(), parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_taken_apart() {
        let text = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push",error=insufficient_scope"#;
        let (scheme, parameters) = parse_challenge(text).expect("a challenge");
        assert_eq!(scheme, "bearer");
        let pairs: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("error", "insufficient_scope"),
                ("realm", "https://auth.docker.io/token"),
                ("scope", "repository:a/b:pull,push"),
                ("service", "registry.docker.io"),
            ]
        );
    }

    #[test]
    fn broken_challenges_do_no_harm() {
        for text in
            ["", " ", "Bearer", "Bearer realm", "Bearer =", "Bearer realm=\"x", "Bearer realm=\"x\"y=z", "=\"\"="]
        {
            let _ = parse_challenge(text);
        }
        assert_eq!(parse_challenge(""), None);
        assert_eq!(parse_challenge("Bearer realm=\"x"), None);
    }

    #[test]
    fn a_password_is_not_printed() {
        let credentials = Credentials { user: "ana".to_owned(), password: "secret".to_owned() };
        assert!(!format!("{credentials:?}").contains("secret"));
        assert_eq!(credentials.basic(), "Basic YW5hOnNlY3JldA==");
    }
}
