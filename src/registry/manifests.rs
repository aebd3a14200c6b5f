//! Manifests and indexes of a repository, by tag and by digest.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests>

use http::{Response, StatusCode, header};
use serde::Deserialize;

use super::answer::{Asked, Body, CONTENT_DIGEST, answer};
use super::errors::{Refusal, RegistryError};
use super::intake::Received;
use super::{Registry, Repository, Target};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Index, Manifest, MediaType, json};
use crate::store::IntegrityError;
use crate::text::sorted;

impl Registry {
    pub(super) fn get_manifest(
        &self,
        name: &str,
        target: &Target,
        asked: &Asked<'_>,
    ) -> Result<Response<Body>, Refusal> {
        let manifest = self.find_manifest(name, target)?;
        let digest = manifest.digest;
        let (text, etag) = (digest.to_string(), format!("\"{digest}\""));
        let headers = [
            (header::CONTENT_TYPE, manifest.media_type.as_str()),
            (CONTENT_DIGEST, text.as_str()),
            (header::ETAG, etag.as_str()),
        ];
        if asked.header(&header::IF_NONE_MATCH).is_some_and(|known| matches(known, &text)) {
            return Ok(answer(StatusCode::NOT_MODIFIED, &headers[1..], Body::default()));
        }
        Ok(answer(StatusCode::OK, &headers, Body::Blob { digest, start: 0, end: manifest.size }))
    }

    /// A manifest comes after everything it names: what it lacks is listed.
    pub(super) fn put_manifest(
        &mut self,
        name: &str,
        target: &Target,
        asked: &Asked<'_>,
        body: &Received,
        host: &mut dyn Host,
    ) -> Result<Response<Body>, Refusal> {
        let bytes = body.bytes().map_err(RegistryError::from)?;
        let document = Document::parse(asked, &bytes)?;
        let digest = named_digest(target, &bytes)?;
        let lacking = document.lacking(self.repositories.get(name));
        if !lacking.is_empty() {
            let unknown = |digest| RegistryError::ManifestBlobUnknown { digest };
            return Err(Refusal(lacking.into_iter().map(unknown).collect()));
        }
        let descriptor = Descriptor::new(document.media_type(), digest, bytes.len() as u64);
        self.check_room(&digest, descriptor.size)?;
        if !self.blobs.has(&digest) {
            let kept = host.keep(vec![body.kept.clone()], &digest).map_err(RegistryError::from)?;
            self.blobs.keep(digest, kept);
        }
        document.record(self.repositories.entry(name.to_owned()).or_default(), target, descriptor);
        let location = format!("/v2/{name}/manifests/{digest}");
        let headers = [(header::LOCATION, location.as_str()), (CONTENT_DIGEST, &digest.to_string())];
        Ok(answer(StatusCode::CREATED, &headers, Body::default()))
    }

    /// A tag is only taken away; a manifest goes with all its tags. The bytes
    /// stay until a garbage collection.
    pub(super) fn delete_manifest(&mut self, name: &str, target: &Target) -> Result<Response<Body>, Refusal> {
        let digest = self.find_manifest(name, target)?.digest;
        let repository = self.repositories.entry(name.to_owned()).or_default();
        match target {
            Target::Tag(tag) => {
                repository.tags.remove(tag);
            }
            Target::Digest(_) => {
                repository.manifests.remove(&digest);
                let others = repository.tags.iter().filter(|(_, named)| **named != digest);
                repository.tags = others.map(|(tag, named)| (tag.clone(), *named)).collect();
            }
        }
        Ok(answer(StatusCode::ACCEPTED, &[], Body::default()))
    }

    fn find_manifest(&self, name: &str, target: &Target) -> Result<&Descriptor, RegistryError> {
        let repository = self.repositories.get(name);
        let (digest, detail) = match target {
            Target::Tag(tag) => {
                let named = repository.and_then(|repository| repository.tags.get(tag)).copied();
                (named, format!("unknown tag={tag}"))
            }
            Target::Digest(digest) => (Some(*digest), format!("unknown manifest name={name} revision={digest}")),
        };
        let manifest = digest.and_then(|digest| repository?.manifests.get(&digest));
        manifest.ok_or(RegistryError::ManifestUnknown { detail })
    }
}

/// What may be put as a manifest.
enum Document {
    Image(Box<Manifest>),
    Index(Index),
}

/// All we need to know before we know which of the two it is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kind {
    schema_version: u32,
    media_type: Option<MediaType>,
}

impl Document {
    fn parse(asked: &Asked<'_>, bytes: &[u8]) -> Result<Self, RegistryError> {
        let invalid = |detail: String| RegistryError::ManifestInvalid { detail };
        let announced = asked.header(&header::CONTENT_TYPE).unwrap_or_default();
        let announced = MediaType::from(announced.split(';').next().unwrap_or_default().trim());
        if !announced.is_manifest() && !announced.is_index() {
            return Err(invalid(format!("unsupported manifest media type and no default available: {announced}")));
        }
        let kind: Kind = json::read(bytes).map_err(|error| invalid(error.to_string()))?;
        if kind.schema_version != 2 {
            return Err(invalid(format!("unrecognized manifest schema version {}", kind.schema_version)));
        }
        if let Some(inner) = kind.media_type.filter(|inner| *inner != announced) {
            let detail = format!("if present, mediaType in manifest should be '{announced}' not '{inner}'");
            return Err(invalid(detail));
        }
        let parsed = if announced.is_index() {
            json::read(bytes).map(|index| Self::Index(Index { media_type: announced, ..index }))
        } else {
            json::read(bytes).map(|image| Self::Image(Box::new(Manifest { media_type: announced, ..image })))
        };
        parsed.map_err(|error| invalid(error.to_string()))
    }

    fn media_type(&self) -> MediaType {
        match self {
            Self::Image(manifest) => manifest.media_type.clone(),
            Self::Index(index) => index.media_type.clone(),
        }
    }

    /// What it names and the repository does not show; each once.
    fn lacking(&self, repository: Option<&Repository>) -> Vec<Digest> {
        let shows = |digest: &Digest| match self {
            Self::Image(_) => repository.is_some_and(|repository| repository.blobs.contains_key(digest)),
            Self::Index(_) => repository.is_some_and(|repository| repository.manifests.contains_key(digest)),
        };
        let named: Vec<Digest> = match self {
            Self::Image(manifest) => manifest.blobs().map(|blob| blob.digest).collect(),
            Self::Index(index) => index.manifests.iter().map(|manifest| manifest.digest).collect(),
        };
        let mut lacking = sorted(named.into_iter().filter(|digest| !shows(digest)));
        lacking.dedup();
        lacking
    }

    fn record(&self, repository: &mut Repository, target: &Target, descriptor: Descriptor) {
        if let Self::Image(manifest) = self {
            repository.learn_media_types(manifest);
        }
        if let Target::Tag(tag) = target {
            repository.tags.insert(tag.clone(), descriptor.digest);
        }
        repository.manifests.insert(descriptor.digest, descriptor);
    }
}

/// The digest of a manifest, by the algorithm of the client who names it by one.
fn named_digest(target: &Target, bytes: &[u8]) -> Result<Digest, RegistryError> {
    let Target::Digest(expected) = target else { return Ok(Digest::of(bytes)) };
    match IntegrityError::check(*expected, bytes) {
        Ok(()) => Ok(*expected),
        Err(IntegrityError { expected, computed }) => {
            let detail = format!("manifest digest {computed} does not match {expected}");
            Err(RegistryError::DigestInvalid { detail })
        }
    }
}

/// Whether an `If-None-Match` header names the digest, quoted or not.
fn matches(known: &str, digest: &str) -> bool {
    known.split(',').any(|part| part.trim().trim_start_matches("W/").trim_matches('"') == digest)
}
