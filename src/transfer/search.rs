//! `docker search`: what images a registry's index offers. Only Docker Hub has
//! an index.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/pkg/registry/search_session.go>

use http::{Method, StatusCode};
use serde::Deserialize;

use super::why::Purpose;
use super::wire::{Call, Line, WireError};
use crate::event::Events;
use crate::host::{Host, Kept};
use crate::oci::{DEFAULT_DOMAIN, json};
use crate::text::percent_encode;

/// The host that answers for Docker Hub.
pub const INDEX_HOST: &str = "index.docker.io";

/// One image that an index offers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Offered {
    /// Familiar form, without a tag.
    pub name: String,
    /// In a sentence.
    #[serde(default)]
    pub description: String,
    /// How many people marked it.
    #[serde(default)]
    pub star_count: u64,
    /// Whether it is under `library/`.
    #[serde(default)]
    pub is_official: bool,
}

/// Why an index has no answer; docker's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// No answer came.
    #[error("Get \"{url}\": {reason}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// In the words of whoever tried.
        reason: String,
    },
    /// The answer is none of an index.
    #[error("Unexpected status code {status}")]
    Status {
        /// Such as 404.
        status: u16,
    },
    /// The answer cannot be read.
    #[error("error decoding registry search results: {detail}")]
    Document {
        /// What the reader says.
        detail: String,
    },
    /// The way there.
    #[error(transparent)]
    Wire(WireError),
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    results: Vec<Offered>,
}

/// Asks for at most `limit` images whose name has to do with `term`, which may begin with a registry.
pub fn search(term: &str, limit: u64, host: &mut dyn Host, events: Events<'_>) -> Result<Vec<Offered>, SearchError> {
    let (domain, name) = split(term);
    let endpoint = if domain == DEFAULT_DOMAIN { INDEX_HOST } else { domain };
    let url = format!("https://{endpoint}/v1/search?q={}&n={limit}", percent_encode(name));
    let call = Call {
        method: Method::GET,
        url: url.clone(),
        headers: Vec::new(),
        body: Kept::default(),
        scopes: Vec::new(),
        purpose: Purpose::Search { term: name.to_owned() },
    };
    let failed = |error| match error {
        WireError::Unreachable { reason, .. } => SearchError::Unreachable { url: url.clone(), reason },
        error => SearchError::Wire(error),
    };
    let response = Line::new(domain, None).over(host).exchange(&call, None, events).map_err(failed)?;
    if response.status() != StatusCode::OK {
        return Err(SearchError::Status { status: response.status().as_u16() });
    }
    let body = call.read(&response).map_err(failed)?;
    let answer: Answer = json::read(&body).map_err(|error| SearchError::Document { detail: error.to_string() })?;
    Ok(answer.results)
}

/// The registry and the rest; a first part without point, colon or `localhost` is no registry.
fn split(term: &str) -> (&str, &str) {
    match term.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => {
            let hub = first == DEFAULT_DOMAIN || first == INDEX_HOST;
            (if hub { DEFAULT_DOMAIN } else { first }, rest)
        }
        _ => (DEFAULT_DOMAIN, term),
    }
}
