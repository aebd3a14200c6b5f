//! Manifests and indexes of a repository, by tag and by digest.
//! <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests>

use http::{HeaderName, Response, StatusCode, header};

use super::answer::{Asked, Body, CONTENT_DIGEST, answer};
use super::document::Document;
use super::errors::{Refusal, RegistryError};
use super::intake::Received;
use super::{Registry, Shown, Target};
use crate::host::Host;
use crate::limits;
use crate::oci::{Digest, is_tag};
use crate::store::IntegrityError;

const SUBJECT: HeaderName = HeaderName::from_static("oci-subject");
const TAG: HeaderName = HeaderName::from_static("oci-tag");

impl Registry {
    pub(super) fn get_manifest(
        &self,
        name: &str,
        target: &Target,
        asked: &Asked<'_>,
    ) -> Result<Response<Body>, Refusal> {
        let (digest, manifest) = self.find_manifest(name, target)?;
        let (text, etag) = (digest.to_string(), format!("\"{digest}\""));
        let headers = [
            (header::CONTENT_TYPE, manifest.media_type.as_str()),
            (CONTENT_DIGEST, text.as_str()),
            (header::ETAG, etag.as_str()),
        ];
        if !asked.accepts(&manifest.media_type) {
            let plural = if manifest.media_type.is_index() { "indexes" } else { "manifests" };
            return Err(RegistryError::ManifestNotAccepted { plural }.into());
        }
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
        let document = Document::parse(asked.header(&header::CONTENT_TYPE).unwrap_or_default(), &bytes)?;
        let digest = named_digest(target, &bytes)?;
        let tags = tags(target, asked)?;
        let lacking = document.lacking(self.repositories.get(name), &self.policy(name));
        if !lacking.is_empty() {
            let unknown = |digest| RegistryError::ManifestBlobUnknown { digest };
            return Err(Refusal(lacking.into_iter().map(unknown).collect()));
        }
        for tag in &tags {
            self.check_mutable(name, tag, Some(digest))?;
        }
        let size = bytes.len() as u64;
        self.check_room(&digest, size)?;
        self.keep(digest, body.kept.clone(), host).map_err(RegistryError::from)?;
        let repository = self.repositories.entry(name.to_owned()).or_default();
        repository.show_manifest(&document, digest, document.shown(size));
        repository.tags.extend(tags.iter().map(|tag| ((*tag).to_owned(), digest)));
        let (location, digest) = (format!("/v2/{name}/manifests/{digest}"), digest.to_string());
        let mut headers = vec![(header::LOCATION, location.as_str()), (CONTENT_DIGEST, &digest)];
        let subject =
            document.subject.filter(|_| self.policy(name).referrers).map(|subject| subject.digest.to_string());
        headers.extend(subject.as_deref().map(|subject| (SUBJECT, subject)));
        if matches!(target, Target::Digest(_)) {
            headers.extend(tags.into_iter().map(|tag| (TAG, tag)));
        }
        Ok(answer(StatusCode::CREATED, &headers, Body::default()))
    }

    pub(super) fn delete_manifest(&mut self, name: &str, target: &Target) -> Result<Response<Body>, Refusal> {
        self.remove_manifest(name, target)?;
        Ok(answer(StatusCode::ACCEPTED, &[], Body::default()))
    }

    /// A tag is only taken away; a manifest goes with all its tags. The bytes
    /// stay until a garbage collection. Tells the manifest.
    pub fn remove_manifest(&mut self, name: &str, target: &Target) -> Result<Digest, RegistryError> {
        if self.policy(name).read_only {
            return Err(RegistryError::Unsupported { allowed: "GET, HEAD" });
        }
        let (digest, _) = self.find_manifest(name, target)?;
        let tags = match target {
            Target::Tag(tag) => vec![tag.clone()],
            Target::Digest(_) => self.repositories[name].tags_of(&digest),
        };
        for tag in &tags {
            self.check_mutable(name, tag, None)?;
        }
        let repository = self.repositories.entry(name.to_owned()).or_default();
        match target {
            Target::Tag(tag) => {
                repository.tags.remove(tag);
            }
            Target::Digest(_) => repository.forget_manifest(&digest),
        }
        Ok(digest)
    }

    /// Whether a tag may name this digest, or none, from now on.
    fn check_mutable(&self, name: &str, tag: &str, next: Option<Digest>) -> Result<(), RegistryError> {
        let named = self.repositories.get(name).and_then(|repository| repository.tags.get(tag)).copied();
        if named.is_some() && named != next && self.policy(name).immutable.is_for(tag) {
            return Err(RegistryError::TagImmutable { repository: name.to_owned(), tag: tag.to_owned() });
        }
        Ok(())
    }

    fn find_manifest(&self, name: &str, target: &Target) -> Result<(Digest, &Shown), RegistryError> {
        let repository = self.repositories.get(name);
        let (digest, detail) = match target {
            Target::Tag(tag) => {
                let named = repository.and_then(|repository| repository.tags.get(tag)).copied();
                (named, format!("unknown tag={tag}"))
            }
            Target::Digest(digest) => (Some(*digest), format!("unknown manifest name={name} revision={digest}")),
        };
        let manifest = digest.and_then(|digest| Some((digest, repository?.manifests.get(&digest)?)));
        manifest.ok_or(RegistryError::ManifestUnknown { detail })
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

/// The tags a manifest gets: the one it is put under, or those that are asked for beside its digest.
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests>
fn tags<'a>(target: &'a Target, asked: &'a Asked<'_>) -> Result<Vec<&'a str>, RegistryError> {
    let Target::Digest(_) = target else { return Ok(target.tag().into_iter().collect()) };
    let tags: Vec<&str> = asked.queries("tag").collect();
    if tags.len() > limits::TAGS_AT_ONCE {
        return Err(RegistryError::TooManyTags { tags: tags.len() });
    }
    match tags.iter().find(|tag| !is_tag(tag)) {
        Some(tag) => Err(RegistryError::TagInvalid { tag: (*tag).to_owned() }),
        None => Ok(tags),
    }
}

/// Whether an `If-None-Match` header names the digest, quoted or not.
fn matches(known: &str, digest: &str) -> bool {
    let names = |part: &str| part == "*" || part.trim_start_matches("W/").trim_matches('"') == digest;
    known.split(',').any(|part| names(part.trim()))
}
