//! What a registry says of its own refusal: the envelope of the distribution
//! API, and docker's sentence of it.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes>

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::limits;
use crate::oci::json;
use crate::text::Case;

/// The errors in the body of an answer; none if it has another form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerErrors(Option<Vec<ServerError>>);

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct ServerError {
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    detail: Option<Value>,
}

/// The codes that docker's client tells apart, and the message each has by itself.
const KNOWN: [(&str, &str); 6] = [
    ("UNKNOWN", "unknown error"),
    ("UNSUPPORTED", "The operation is unsupported."),
    ("UNAUTHORIZED", "authentication required"),
    ("DENIED", "requested access to the resource is denied"),
    ("UNAVAILABLE", "service unavailable"),
    ("TOOMANYREQUESTS", "too many requests"),
];

impl ServerErrors {
    /// What `body` says.
    pub(super) fn read(body: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Envelope {
            #[serde(default)]
            errors: Vec<ServerError>,
        }
        let body = &body[..body.len().min(limits::SERVER_ERROR_BYTES)];
        Self(json::read::<Envelope>(body).ok().map(|envelope| envelope.errors))
    }

    /// The messages as docker's daemon passes them on, or nothing if the answer
    /// was not in this form.
    pub(super) fn sentence(&self) -> Option<String> {
        let errors = self.0.as_ref()?;
        let sentences: Vec<String> = errors.iter().map(ServerError::sentence).collect();
        Some(format!("error from registry: {}", sentences.join("\n")))
    }
}

impl ServerError {
    fn sentence(&self) -> String {
        let (name, own) = self.known();
        if self.is_plain() {
            // Docker adds an error that is only a code twice.
            let code = name.lowercase();
            return format!("{code}\n{code}");
        }
        let message = if self.message.is_empty() { own } else { &self.message };
        match &self.detail {
            Some(Value::String(detail)) => format!("{message} - {detail}"),
            _ => message.to_owned(),
        }
    }

    /// Whether it says no more than its code.
    fn is_plain(&self) -> bool {
        self.detail.is_none() && (self.message.is_empty() || self.message == self.known().1)
    }

    /// A code that the client does not know is `UNKNOWN` to it.
    fn known(&self) -> (&'static str, &'static str) {
        KNOWN.into_iter().find(|(code, _)| *code == self.code).unwrap_or(KNOWN[0])
    }
}

/// As containerd adds them to its own error: each after a line break.
impl fmt::Display for ServerErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in self.0.iter().flatten() {
            let code = error.known().0.lowercase();
            if error.is_plain() { write!(f, "\n{code}")? } else { write!(f, "\n{code}: {}", error.message)? }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_as_docker_passes_it_on() {
        let limit = "You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit";
        let table = [
            (
                format!(r#"{{"errors":[{{"code":"TOOMANYREQUESTS","message":"{limit}"}}]}}"#),
                format!("\ntoomanyrequests: {limit}"),
                Some(format!("error from registry: {limit}")),
            ),
            (
                r#"{"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":"no layers"}]}"#
                    .to_owned(),
                "\nunknown: manifest invalid".to_owned(),
                Some("error from registry: manifest invalid - no layers".to_owned()),
            ),
            (
                r#"{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}"#.to_owned(),
                "\ndenied".to_owned(),
                Some("error from registry: denied\ndenied".to_owned()),
            ),
            ("404 page not found".to_owned(), String::new(), None),
        ];
        for (body, added, sentence) in table {
            let errors = ServerErrors::read(body.as_bytes());
            assert_eq!((errors.to_string(), errors.sentence()), (added, sentence), "{body}");
        }
    }
}
