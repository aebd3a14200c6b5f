//! The two lists: tags of a repository, repositories of the registry; a page
//! at a time.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags>

use http::{Response, StatusCode, header};
use serde_json::json;

use super::Registry;
use super::answer::{Asked, Body, answer};
use super::errors::{Refusal, RegistryError};
use crate::limits;
use crate::oci::json;
use crate::text::percent_encode;

impl Registry {
    pub(super) fn list_tags(&self, name: &str, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
        let limit = limit(asked)?.min(limits::PAGE_ENTRIES);
        let page = Page::of(self.repository(name)?.tags.keys(), limit, asked);
        let tags = if page.entries.is_empty() && page.limit > 0 { json!(null) } else { json!(page.entries) };
        Ok(page.answer(&format!("/v2/{name}/tags/list"), &json!({ "name": name, "tags": tags })))
    }

    pub(super) fn catalog(&self, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
        let shown = self.repositories.iter().filter(|(_, repository)| !repository.is_empty());
        let limit = limit(asked)?;
        if limit > limits::PAGE_ENTRIES {
            return Err(RegistryError::PaginationNumberInvalid { n: limit.to_string() }.into());
        }
        let page = Page::of(shown.map(|(name, _)| name), limit, asked);
        Ok(page.answer("/v2/_catalog", &json!({ "repositories": page.entries })))
    }
}

/// How many entries are asked for. distribution gives fewer tags than that, but no repositories.
fn limit(asked: &Asked<'_>) -> Result<usize, RegistryError> {
    let Some(n) = asked.query("n") else { return Ok(limits::PAGE_ENTRIES) };
    n.parse().map_err(|_| RegistryError::PaginationNumberInvalid { n: n.to_owned() })
}

/// The entries after `last`, at most `n` of them.
struct Page<'a> {
    entries: Vec<&'a String>,
    limit: usize,
    has_more: bool,
}

impl<'a> Page<'a> {
    fn of(all: impl Iterator<Item = &'a String>, limit: usize, asked: &Asked<'_>) -> Self {
        let mut rest = all.skip_while(|entry| asked.query("last").is_some_and(|last| entry.as_str() <= last));
        let entries: Vec<&String> = rest.by_ref().take(limit).collect();
        Self { has_more: limit > 0 && rest.next().is_some(), entries, limit }
    }

    fn answer(&self, path: &str, document: &serde_json::Value) -> Response<Body> {
        let mut bytes = json::compact(document);
        bytes.push(b'\n');
        let next = self.entries.last().filter(|_| self.has_more).map(|last| {
            let last = percent_encode(last);
            format!("<{path}?last={last}&n={}>; rel=\"next\"", self.limit)
        });
        let mut headers = vec![(header::CONTENT_TYPE, "application/json")];
        headers.extend(next.as_deref().map(|link| (header::LINK, link)));
        answer(StatusCode::OK, &headers, bytes)
    }
}
