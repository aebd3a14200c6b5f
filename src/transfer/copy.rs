//! The one way bytes travel between two stores: find out what an image is
//! made of, ask the target what it lacks, move that, and put each manifest
//! only after everything it names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::error::TransferError;
use super::why::noun;
use crate::event::{BlobMove, Direction, Event, Events, Outcome};
use crate::limits;
use crate::oci::{Blob, Descriptor, Platform, children};
use crate::store::{Content, ContentError};

/// What signs an attestation; nothing else that refers to one is fetched.
/// <https://github.com/moby/policy-helpers>
const SIGNATURES: [&str; 2] =
    ["application/vnd.dev.cosign.artifact.sig.v1+json", "application/vnd.dev.sigstore.bundle.v0.3+json"];

/// Whose bytes travel, which way, and for which platform.
#[derive(Debug, Clone, Copy)]
pub struct Journey<'a> {
    /// Which way.
    pub direction: Direction,
    /// The registry, as events name it.
    pub registry: &'a str,
    /// The repository in it.
    pub repository: &'a str,
    /// Of an index only the manifest for this platform; all of them if there is none.
    pub platform: Option<&'a Platform>,
    /// Whether what attests the chosen platform travels with it.
    pub attestations: bool,
}

/// Copies everything `root` names and then `root` itself. What the target has
/// is asked, never sent; the source is verified by what the descriptors say.
pub fn copy<S, T>(
    source: &mut S,
    target: &mut T,
    root: &Descriptor,
    journey: &Journey<'_>,
    events: Events<'_>,
) -> Result<(), TransferError>
where
    S: Content,
    T: Content,
    TransferError: From<S::Error> + From<T::Error>,
{
    let mut image = Graph::default();
    image.walk(source, root, journey, events)?;
    for blob in lacking(target, image.blobs, journey, events)? {
        journey.tell(&blob, Outcome::Moving { current: 0 }, events);
        let bytes = match embedded(&blob).filter(|_| journey.direction == Direction::Pull) {
            Some(bytes) => bytes,
            None => source.get(&blob, events)?,
        };
        let outcome = target.put(&blob, bytes, events)?;
        journey.tell(&blob, outcome, events);
    }
    for (document, bytes) in image.documents {
        let is_there = target.has(&document, events)?;
        let outcome = if is_there { Outcome::AlreadyExists } else { target.put(&document, bytes, events)? };
        journey.tell(&document, outcome, events);
    }
    Ok(())
}

/// The bytes that a descriptor brings along, if they are all: they need not be fetched.
fn embedded(blob: &Descriptor) -> Option<Bytes> {
    let bytes = STANDARD.decode(blob.data.as_ref()?).ok()?;
    (bytes.len() as u64 == blob.size).then(|| bytes.into())
}

/// Those of `blobs` that the target lacks. In a push all wait before the first
/// question, in a pull only what must be fetched, as docker shows them.
fn lacking<T: Content>(
    target: &mut T,
    blobs: Vec<Descriptor>,
    journey: &Journey<'_>,
    events: Events<'_>,
) -> Result<Vec<Descriptor>, T::Error> {
    if journey.direction == Direction::Push {
        for blob in &blobs {
            journey.tell(blob, Outcome::Waiting, events);
        }
    }
    let mut lacking = Vec::new();
    for blob in blobs {
        if target.has(&blob, events)? {
            journey.tell(&blob, Outcome::AlreadyExists, events);
        } else {
            if journey.direction == Direction::Pull {
                journey.tell(&blob, Outcome::Waiting, events);
            }
            lacking.push(blob);
        }
    }
    Ok(lacking)
}

/// What an image is made of.
#[derive(Default)]
struct Graph {
    /// Manifests and indexes, each after those it names.
    documents: Vec<(Descriptor, Bytes)>,
    /// Configurations and layers, each once.
    blobs: Vec<Descriptor>,
    entered: usize,
}

impl Graph {
    fn walk<S>(
        &mut self,
        source: &mut S,
        document: &Descriptor,
        journey: &Journey<'_>,
        events: Events<'_>,
    ) -> Result<(), TransferError>
    where
        S: Content,
        TransferError: From<S::Error>,
    {
        bounded(document, document.size, limits::MANIFEST_BYTES)?;
        self.entered += 1;
        bounded(document, self.entered as u64, limits::TRANSFER_DOCUMENTS as u64)?;
        if journey.direction == Direction::Pull && document.media_type.is_manifest() {
            journey.tell(document, Outcome::Waiting, events);
        }
        let bytes = source.get(document, events)?;
        ContentError::check(document, &bytes)?;
        let invalid = |error: crate::oci::DocumentError| TransferError::Document {
            digest: document.digest,
            detail: error.detail,
        };
        let mut named = children(&document.media_type, &bytes).map_err(invalid)?;
        if document.media_type.is_index() {
            named = journey.chosen(named)?;
        } else if journey.direction == Direction::Pull && document.attested().is_some() {
            named.extend(source.referrers(document, events)?.into_iter().filter(is_signature));
        }
        for child in named {
            if !child.media_type.is_document() {
                self.take_blob(document, child)?;
            } else if !self.documents.iter().any(|(known, _)| known.digest == child.digest) {
                self.walk(source, &child, journey, events)?;
            }
        }
        self.documents.push((document.clone(), bytes));
        Ok(())
    }

    /// The configuration comes before the layers: that is docker's order.
    fn take_blob(&mut self, document: &Descriptor, blob: Descriptor) -> Result<(), TransferError> {
        bounded(&blob, blob.size, limits::BLOB_BYTES)?;
        if !self.blobs.iter().any(|known| known.digest == blob.digest) {
            self.blobs.push(blob);
        }
        bounded(document, self.blobs.len() as u64, limits::TRANSFER_BLOBS as u64)
    }
}

impl Journey<'_> {
    fn tell(&self, blob: &Descriptor, outcome: Outcome, events: Events<'_>) {
        events(Event::BlobMoved(BlobMove {
            direction: self.direction,
            registry: self.registry.to_owned(),
            repository: self.repository.to_owned(),
            blob: Blob::from(blob),
            outcome,
        }));
    }

    /// Of the manifests of an index those that travel.
    fn chosen(&self, manifests: Vec<Descriptor>) -> Result<Vec<Descriptor>, TransferError> {
        let Some(wanted) = self.platform else { return Ok(manifests) };
        let fits = |child: &&Descriptor| child.platform.as_ref().is_none_or(|offered| wanted.accepts(offered));
        let exactly = |child: &&Descriptor| child.platform.as_ref() == Some(wanted);
        let best = manifests.iter().find(exactly).or_else(|| manifests.iter().find(fits));
        let missing = || TransferError::NoPlatform { platform: wanted.clone() };
        let best = best.ok_or_else(missing)?;
        let attests = |child: &&Descriptor| self.attestations && child.attested() == Some(best.digest);
        let attestations = manifests.iter().filter(attests);
        Ok(std::iter::once(best).chain(attestations).cloned().collect())
    }
}

fn is_signature(referrer: &Descriptor) -> bool {
    let kind = referrer.artifact_type.as_deref();
    kind.is_some_and(|kind| SIGNATURES.contains(&kind)) && referrer.media_type.is_manifest()
}

fn bounded(blob: &Descriptor, size: u64, limit: u64) -> Result<(), TransferError> {
    if size > limit {
        return Err(TransferError::Limit { what: noun(&blob.media_type), digest: blob.digest, limit });
    }
    Ok(())
}
