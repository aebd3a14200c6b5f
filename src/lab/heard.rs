//! What real registries answered during one line: kept with the line, so that
//! doing it again needs no network and comes to the same state.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response, header};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::host::{Host, Ingest, Job, Kept, Link, SendError, Stopwatch};
use crate::limits;
use crate::oci::{Digest, Timestamp, json};

/// What a token service calls its secrets.
/// <https://distribution.github.io/distribution/spec/auth/token/>
const TOKENS: [&str; 3] = ["token", "access_token", "refresh_token"];

/// One answer, or why none came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Heard {
    /// An answer.
    Answer {
        /// Status code.
        status: u16,
        /// Headers that are text, in order.
        headers: Vec<(String, String)>,
        /// Its body.
        #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
        body: Bytes,
    },
    /// None came.
    Silence {
        /// In the words of whoever tried.
        reason: String,
    },
    /// More came during this line than is kept: it cannot be done again.
    TooMuch,
}

impl Heard {
    fn of(answer: &Result<Response<Kept>, SendError>) -> Self {
        match answer {
            Err(error) => Self::Silence { reason: error.reason.clone() },
            Ok(response) => {
                let is_small = response.body().size() <= limits::HEARD_BYTES as u64;
                let body = is_small.then(|| response.body().bytes().ok()).flatten();
                let Some(body) = body else { return Self::TooMuch };
                let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
                    let text = value.to_str().ok()?;
                    // No client here keeps cookies.
                    let text = if name == header::SET_COOKIE { "x".repeat(text.len()) } else { text.to_owned() };
                    Some((name.to_string(), text))
                };
                Self::Answer {
                    status: response.status().as_u16(),
                    headers: response.headers().iter().filter_map(header).collect(),
                    body,
                }
            }
        }
    }

    /// As it may be kept and given away: a token's length is told again, the token itself never needed.
    fn without_tokens(self) -> Self {
        match self {
            Self::Answer { status, headers, body } => Self::Answer { status, headers, body: without_tokens(body) },
            other => other,
        }
    }

    fn again(self) -> Result<Response<Kept>, SendError> {
        let Self::Answer { status, headers, body } = self else {
            let Self::Silence { reason } = self else { return Err(forgotten()) };
            return Err(SendError { reason });
        };
        let response = headers
            .into_iter()
            .fold(Response::builder().status(status), |response, (name, value)| response.header(name, value));
        response.body(body.into()).map_err(|_| forgotten())
    }

    /// What it takes to be kept, in bytes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Answer { headers, body, .. } => {
                headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() + body.len()
            }
            Self::Silence { reason } => reason.len(),
            Self::TooMuch => 0,
        }
    }
}

/// The same document with as many `x` in place of each token, if it is what a token service answers.
fn without_tokens(body: Bytes) -> Bytes {
    let answer = json::read::<Value>(&body);
    let has_token = answer.is_ok_and(|answer| TOKENS.iter().any(|name| answer.get(*name).is_some()));
    let Some(text) = std::str::from_utf8(&body).ok().filter(|_| has_token) else { return body };
    let mut hidden = body.to_vec();
    for key in TOKENS.map(|name| format!("\"{name}\"")) {
        for (at, _) in text.match_indices(&key) {
            let value = text[at + key.len()..].trim_start().strip_prefix(':');
            let Some(value) = value.and_then(|value| value.trim_start().strip_prefix('"')) else { continue };
            let (start, length) = (text.len() - value.len(), value.find('"').unwrap_or(value.len()));
            hidden[start..start + length].fill(b'x');
        }
    }
    hidden.into()
}

fn forgotten() -> SendError {
    SendError { reason: "what it answered then was not kept".to_owned() }
}

/// Hears what comes from outside while a line runs, or says again what came then.
#[derive(Debug, Default)]
pub struct Ear {
    heard: Vec<Heard>,
    bytes: usize,
    /// What came then, where a line is done again.
    again: Option<VecDeque<Heard>>,
}

impl Ear {
    /// For a line that runs, or that is done again with what was heard then.
    pub fn new(again: Option<Vec<Heard>>) -> Self {
        Self { again: again.map(Into::into), ..Self::default() }
    }

    /// What was heard, to be kept.
    pub fn into_heard(self) -> Vec<Heard> {
        self.heard
    }

    /// Whether more came than is kept.
    pub fn is_full(&self) -> bool {
        self.heard == [Heard::TooMuch]
    }

    /// The outside, with this ear at it.
    pub fn at<'a>(&'a mut self, outside: &'a mut dyn Host) -> Listening<'a> {
        Listening { ear: self, outside }
    }

    fn keep(&mut self, heard: Heard) {
        if self.is_full() {
            return;
        }
        self.bytes += heard.size();
        if heard == Heard::TooMuch || self.bytes > limits::HEARD_BYTES || self.heard.len() >= limits::HEARD_ANSWERS {
            self.heard = vec![Heard::TooMuch];
        } else {
            self.heard.push(heard.without_tokens());
        }
    }
}

/// An outside that is listened to. The page's own files are not: they are the same whenever they are read.
pub struct Listening<'a> {
    ear: &'a mut Ear,
    outside: &'a mut dyn Host,
}

impl Host for Listening<'_> {
    fn now(&self) -> Timestamp {
        self.outside.now()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.outside.random(bytes);
    }

    fn send(&mut self, request: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        let (parts, body) = self.deliver(request.map(Kept::from))?.into_parts();
        let body = body.bytes().map_err(|error| SendError { reason: error.to_string() })?;
        Ok(Response::from_parts(parts, body))
    }

    fn deliver(&mut self, request: Request<Kept>) -> Result<Response<Kept>, SendError> {
        if request.uri().host().is_none() {
            return self.outside.deliver(request);
        }
        if let Some(again) = &mut self.ear.again {
            let heard = again.pop_front().unwrap_or_else(|| Heard::Silence { reason: forgotten().reason });
            self.ear.keep(heard.clone());
            return heard.again();
        }
        let answer = self.outside.deliver(request);
        let heard = Heard::of(&answer);
        self.ear.keep(heard.clone());
        // What is kept is told as it will be told again.
        if heard == Heard::TooMuch { answer } else { heard.again() }
    }

    fn blob_limit(&self) -> u64 {
        self.outside.blob_limit()
    }

    fn link(&self, authority: &str, repository: &str) -> Option<Link> {
        self.outside.link(authority, repository)
    }

    /// Nobody waits a second time.
    fn wait(&mut self, authority: &str, duration: std::time::Duration) {
        if self.ear.again.is_none() {
            self.outside.wait(authority, duration);
        }
    }

    fn stopwatch(&self) -> Option<Stopwatch> {
        self.outside.stopwatch()
    }

    fn share(&self, jobs: Vec<Job<'_>>) {
        self.outside.share(jobs);
    }

    fn ingest(&mut self) -> std::io::Result<Box<dyn Ingest>> {
        self.outside.ingest()
    }

    fn keep(&mut self, kept: Kept, digest: &Digest) -> std::io::Result<Kept> {
        self.outside.keep(kept, digest)
    }
}

pub(super) fn to_base64<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

pub(super) fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map(Bytes::from).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_a_real_registry_is_kept() {
        let table = [
            (
                r#"{"x": "token", "token" : "token","access_token":"ab.c"}"#,
                r#"{"x": "token", "token" : "xxxxx","access_token":"xxxx"}"#,
            ),
            (r#"{"layers":[{"token":"abc"}]}"#, r#"{"layers":[{"token":"abc"}]}"#),
            ("token", "token"),
        ];
        for (body, kept) in table {
            let answer = Response::builder().header("set-cookie", "id=7").body(Kept::from(Bytes::from(body)));
            let heard = Heard::of(&Ok(answer.expect("an answer")));
            let mut ear = Ear::default();
            ear.keep(heard.clone());
            let headers = vec![("set-cookie".to_owned(), "xxxx".to_owned())];
            let answer = |body| Heard::Answer { status: 200, headers: headers.clone(), body: Bytes::from(body) };
            assert_eq!((ear.into_heard(), heard), (vec![answer(kept)], answer(body)));
        }
    }
}
