//! The one way bytes travel between two stores: find out what an image is
//! made of, ask the target what it lacks, move that, and put each manifest
//! only after everything it names.

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::error::TransferError;
use super::why::noun;
use crate::event::{BlobMove, Direction, Event, Events, Outcome};
use crate::limits;
use crate::oci::{Descriptor, Index, Manifest, Platform, json};
use crate::store::{Content, ContentError};

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
        let bytes = source.get(&blob, events)?;
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
        let bytes = source.get(document, events)?;
        ContentError::check(document, &bytes)?;
        if document.media_type.is_index() {
            for child in journey.children(parse(document, &bytes)?)? {
                if !self.documents.iter().any(|(known, _)| known.digest == child.digest) {
                    self.walk(source, &child, journey, events)?;
                }
            }
        } else {
            self.take_blobs(document, parse(document, &bytes)?)?;
        }
        self.documents.push((document.clone(), bytes));
        Ok(())
    }

    /// The configuration comes first: that is docker's order.
    fn take_blobs(&mut self, document: &Descriptor, manifest: Manifest) -> Result<(), TransferError> {
        for blob in std::iter::once(manifest.config).chain(manifest.layers) {
            bounded(&blob, blob.size, limits::BLOB_BYTES)?;
            if !self.blobs.iter().any(|known| known.digest == blob.digest) {
                self.blobs.push(blob);
            }
            bounded(document, self.blobs.len() as u64, limits::TRANSFER_BLOBS as u64)?;
        }
        Ok(())
    }
}

impl Journey<'_> {
    fn tell(&self, blob: &Descriptor, outcome: Outcome, events: Events<'_>) {
        events(Event::BlobMoved(BlobMove {
            direction: self.direction,
            registry: self.registry.to_owned(),
            repository: self.repository.to_owned(),
            blob: blob.clone(),
            outcome,
        }));
    }

    fn children(&self, index: Index) -> Result<Vec<Descriptor>, TransferError> {
        let Some(wanted) = self.platform else { return Ok(index.manifests) };
        let fits = |child: &&Descriptor| child.platform.as_ref().is_none_or(|offered| runs(offered, wanted));
        let exactly = |child: &&Descriptor| child.platform.as_ref() == Some(wanted);
        let chosen = index.manifests.iter().find(exactly).or_else(|| index.manifests.iter().find(fits));
        let missing = || TransferError::NoPlatform { platform: wanted.clone() };
        chosen.map(|child| vec![child.clone()]).ok_or_else(missing)
    }
}

/// A variant that is not asked for, or not stated, does not matter.
fn runs(offered: &Platform, wanted: &Platform) -> bool {
    let variants = offered.variant.as_ref().zip(wanted.variant.as_ref());
    offered.os == wanted.os
        && offered.architecture == wanted.architecture
        && variants.is_none_or(|(offered, wanted)| offered == wanted)
}

fn bounded(blob: &Descriptor, size: u64, limit: u64) -> Result<(), TransferError> {
    if size > limit {
        return Err(TransferError::Limit { what: noun(&blob.media_type), digest: blob.digest, limit });
    }
    Ok(())
}

fn parse<D: DeserializeOwned>(document: &Descriptor, bytes: &[u8]) -> Result<D, TransferError> {
    json::read(bytes).map_err(|error| TransferError::Document { digest: document.digest, detail: error.to_string() })
}
