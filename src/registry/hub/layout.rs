//! The static layout behind the hub: `index.json` and `blobs/sha256/…`, each
//! file fetched when it is first needed.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::host::{Host, SendError};
use crate::limits;
use crate::oci::{DEFAULT_DOMAIN, Descriptor, Digest, ImageConfig, Index, Manifest, Reference, json};
use crate::store::{Blobs, IntegrityError};
use crate::text::sorted;

const IMAGE_NAME: &str = "io.containerd.image.name";
const DESCRIPTION: &str = "org.opencontainers.image.description";

/// A layout under a URL.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    base: String,
    /// What the index lists; nothing before it was read.
    entries: Option<Arc<Vec<Entry>>>,
    /// Manifests that were read and have their digest; they are small.
    documents: Blobs,
}

/// One image of the layout.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    repository: String,
    tag: String,
    descriptor: Descriptor,
}

impl Layout {
    pub(super) fn at(base: String) -> Self {
        Self { base, entries: None, documents: Blobs::default() }
    }

    /// Reads the index, once.
    pub(super) fn open(&mut self, host: &mut dyn Host) -> Result<(), SendError> {
        if self.entries.is_some() {
            return Ok(());
        }
        let response = self.get("index.json", host)?;
        if response.status() != StatusCode::OK {
            let reason = format!("dial tcp: {}index.json answers {}", self.base, response.status());
            return Err(SendError { reason });
        }
        let invalid = |detail: String| SendError { reason: format!("invalid {}index.json: {detail}", self.base) };
        if response.body().len() as u64 > limits::MANIFEST_BYTES {
            return Err(invalid(format!("it exceeds {} bytes", limits::MANIFEST_BYTES)));
        }
        let index: Index = json::read(response.body()).map_err(|error| invalid(error.to_string()))?;
        self.entries = Some(Arc::new(index.manifests.into_iter().filter_map(entry).collect()));
        Ok(())
    }

    /// Every repository once, sorted.
    pub(super) fn repositories(&self) -> Vec<String> {
        let mut names =
            sorted(self.entries.iter().flat_map(|entries| entries.iter()).map(|entry| entry.repository.clone()));
        names.dedup();
        names
    }

    /// What the last image of a repository says of itself; empty if it says nothing or cannot be read.
    pub(super) fn description(&mut self, repository: &str, host: &mut dyn Host) -> Result<String, SendError> {
        let Some(mut document) = self.of(repository).last().map(|entry| entry.descriptor.clone()) else {
            return Ok(String::new());
        };
        // An index leads to a manifest, a manifest to its configuration.
        for _ in 0..2 {
            let children = self.children(&document, host)?;
            let next =
                children.into_iter().find(|child| child.media_type.is_config() || child.media_type.is_manifest());
            let Some(next) = next else { return Ok(String::new()) };
            document = next;
            if document.media_type.is_config() {
                break;
            }
        }
        let Ok(bytes) = self.fetch(&document.digest, host)? else { return Ok(String::new()) };
        let is_sound = IntegrityError::check(document.digest, &bytes).is_ok();
        let config: Option<ImageConfig> = json::read(&bytes).ok().filter(|_| is_sound);
        Ok(config.and_then(|config| config.config.labels.get(DESCRIPTION).cloned()).unwrap_or_default())
    }

    pub(super) fn has_repository(&self, repository: &str) -> bool {
        self.of(repository).next().is_some()
    }

    /// The tags of a repository, sorted.
    pub(super) fn tags(&self, repository: &str) -> impl Iterator<Item = &str> {
        sorted(self.of(repository).map(|entry| entry.tag.as_str())).into_iter()
    }

    pub(super) fn tagged(&self, repository: &str, tag: &str) -> Option<Descriptor> {
        self.of(repository).find(|entry| entry.tag == tag).map(|entry| entry.descriptor.clone())
    }

    /// What the repository's images name by this digest.
    pub(super) fn find(
        &mut self,
        repository: &str,
        digest: &Digest,
        host: &mut dyn Host,
    ) -> Result<Option<Descriptor>, SendError> {
        let mut open: Vec<Descriptor> = self.of(repository).map(|entry| entry.descriptor.clone()).collect();
        for _ in 0..limits::TRANSFER_DOCUMENTS {
            if let Some(found) = open.iter().find(|named| named.digest == *digest) {
                return Ok(Some(found.clone()));
            }
            let Some(document) = open.pop() else { break };
            open.extend(self.children(&document, host)?);
        }
        Ok(None)
    }

    /// The bytes of a file as they come, or why they do not.
    pub(super) fn fetch(&mut self, digest: &Digest, host: &mut dyn Host) -> Result<Result<Bytes, String>, SendError> {
        if let Some(known) = self.documents.get(digest) {
            return Ok(Ok(known.clone()));
        }
        let path = digest.path();
        let response = self.get(&path, host)?;
        if response.status() != StatusCode::OK {
            return Ok(Err(format!("{}{path} answers {}", self.base, response.status())));
        }
        Ok(Ok(response.into_body()))
    }

    /// What a manifest or index names. One that is not what its digest says
    /// names nothing: the client who fetched it was told before.
    fn children(&mut self, document: &Descriptor, host: &mut dyn Host) -> Result<Vec<Descriptor>, SendError> {
        if !document.media_type.is_index() && !document.media_type.is_manifest() {
            return Ok(Vec::new());
        }
        let Ok(bytes) = self.fetch(&document.digest, host)? else { return Ok(Vec::new()) };
        let is_sound = bytes.len() as u64 <= limits::MANIFEST_BYTES
            && self.documents.put_verified(document.digest, bytes.clone()).is_ok();
        let named = match document.media_type.is_index() {
            _ if !is_sound => None,
            true => json::read(&bytes).ok().map(|index: Index| index.manifests),
            false => json::read(&bytes).ok().map(|image: Manifest| image.blobs().cloned().collect()),
        };
        Ok(named.unwrap_or_default())
    }

    fn of(&self, repository: &str) -> impl Iterator<Item = &Entry> {
        self.entries.iter().flat_map(|entries| entries.iter()).filter(move |entry| entry.repository == repository)
    }

    fn get(&self, path: &str, host: &mut dyn Host) -> Result<Response<Bytes>, SendError> {
        let request = Request::get(format!("{}{path}", self.base)).body(Bytes::new());
        let request = request.map_err(|error| SendError { reason: error.to_string() })?;
        host.send(request).map_err(|error| SendError { reason: dialled(error.reason) })
    }
}

/// As Go begins what went wrong on the network.
fn dialled(reason: String) -> String {
    if reason.starts_with("dial tcp") { reason } else { format!("dial tcp: {reason}") }
}

/// A manifest of the index with its name; one without a name is nobody's image.
fn entry(descriptor: Descriptor) -> Option<Entry> {
    let name: Reference = descriptor.annotations.get(IMAGE_NAME)?.parse().ok()?;
    let name = name.tagged();
    let bare = Descriptor { annotations: std::collections::BTreeMap::new(), ..descriptor };
    (name.domain == DEFAULT_DOMAIN).then_some(Entry { repository: name.path, tag: name.tag?, descriptor: bare })
}
