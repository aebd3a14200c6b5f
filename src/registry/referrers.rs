//! What refers to a manifest: its signatures, bills of materials and whatever
//! else names it as a subject.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers>

use http::{HeaderName, Response, StatusCode, header};
use serde_json::json;

use super::Registry;
use super::answer::{Asked, Body, answer};
use super::errors::{Refusal, RegistryError};
use crate::limits;
use crate::oci::{Descriptor, Digest, MediaType, json};
use crate::text::percent_encode;

const FILTERS_APPLIED: HeaderName = HeaderName::from_static("oci-filters-applied");

impl Registry {
    /// The list is there for any digest, also in a repository that nobody knows.
    pub(super) fn list_referrers(
        &self,
        name: &str,
        subject: &Digest,
        asked: &Asked<'_>,
    ) -> Result<Response<Body>, Refusal> {
        if !self.policy(name).referrers {
            return Err(RegistryError::PageNotFound.into());
        }
        let wanted = asked.query("artifactType");
        let last = asked.query("last").and_then(|last| last.parse::<Digest>().ok());
        let repository = self.repositories.get(name);
        let digests = repository.and_then(|repository| repository.referrers.get(subject)).into_iter().flatten();
        let after_last = digests.filter(|digest| last.is_none_or(|last| **digest > last));
        let manifests = after_last.filter_map(|digest| Some(repository?.manifests.get(digest)?.descriptor(*digest)));
        let page = Page::of(manifests.filter(|manifest| is_of_type(manifest, wanted)));
        let document = json!({ "schemaVersion": 2, "mediaType": MediaType::INDEX, "manifests": page.manifests });
        let filter = wanted.map(|wanted| format!("&artifactType={}", percent_encode(wanted))).unwrap_or_default();
        let more = page.manifests.last().filter(|_| page.has_more);
        let link = more.map(|last| {
            let last = percent_encode(&last.digest.to_string());
            format!("</v2/{name}/referrers/{subject}?last={last}{filter}>; rel=\"next\"")
        });
        let mut headers = vec![(header::CONTENT_TYPE, MediaType::INDEX.as_str())];
        headers.extend(wanted.map(|_| (FILTERS_APPLIED, "artifactType")));
        headers.extend(link.as_deref().map(|link| (header::LINK, link)));
        Ok(answer(StatusCode::OK, &headers, json::compact(&document)))
    }
}

fn is_of_type(manifest: &Descriptor, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| manifest.artifact_type.as_deref().unwrap_or_default() == wanted)
}

/// As many as one index can name: it may not be larger than any other.
struct Page {
    manifests: Vec<Descriptor>,
    has_more: bool,
}

impl Page {
    fn of(all: impl Iterator<Item = Descriptor>) -> Self {
        let (mut page, mut size_bytes) = (Self { manifests: Vec::new(), has_more: false }, 0);
        for manifest in all {
            size_bytes += json::compact(&manifest).len() as u64 + 1;
            // The envelope has its part, too.
            page.has_more = size_bytes > limits::MANIFEST_BYTES - 256 && !page.manifests.is_empty();
            if page.has_more {
                break;
            }
            page.manifests.push(manifest);
        }
        page
    }
}
