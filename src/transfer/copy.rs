//! The one way bytes travel between two stores: find out what an image is
//! made of, ask the target what it lacks, move that, and put each manifest
//! only after everything it names.

use std::collections::VecDeque;
use std::mem;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::error::TransferError;
use super::lanes::{Lanes, Partials, Progress};
use super::why::noun;
use crate::event::{BlobMove, Direction, Event, Events, Outcome};
use crate::limits;
use crate::oci::{Blob, Descriptor, Platform, Reference, children};
use crate::store::{Content, ContentError};

/// What signs an attestation; nothing else that refers to one is fetched.
/// <https://github.com/moby/policy-helpers>
const SIGNATURES: [&str; 2] =
    ["application/vnd.dev.cosign.artifact.sig.v1+json", "application/vnd.dev.sigstore.bundle.v0.3+json"];

/// Whose bytes travel, which way, and for which platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// Which way.
    pub direction: Direction,
    /// The registry, as events name it.
    pub registry: String,
    /// The repository in it.
    pub repository: String,
    /// Of an index only the manifest for this platform; all of them if there is none.
    pub platform: Option<Platform>,
    /// Whether what attests the chosen platform travels with it.
    pub attestations: bool,
    /// Whether docker's own client does it, as with the classic store, and not containerd's.
    pub is_classic: bool,
}

/// An image on its way from one store to another: a value that goes on a piece
/// at a time. What the target has is asked, never sent; the source is verified
/// by what the descriptors say.
pub struct Copy {
    root: Descriptor,
    pub(super) journey: Journey,
    /// What came of blobs before, when this was given up.
    partials: Partials,
    /// None before it is known what the image is made of.
    lanes: Option<Lanes>,
    /// Manifests and indexes, each after those it names.
    documents: VecDeque<(Descriptor, Bytes)>,
}

impl Copy {
    /// Everything `root` names and then `root` itself; of some blobs a part has come before.
    pub fn new(root: Descriptor, journey: Journey, partials: Partials) -> Self {
        Self { root, journey, partials, lanes: None, documents: VecDeque::new() }
    }

    /// Does the next piece of the work: finds out what there is to move, lets a
    /// blob go on, or puts a document.
    pub fn advance<S, T>(
        &mut self,
        source: &mut S,
        target: &mut T,
        events: Events<'_>,
    ) -> Result<Progress, TransferError>
    where
        S: Content,
        T: Content,
        TransferError: From<S::Error> + From<T::Error>,
    {
        let Some(lanes) = &mut self.lanes else { return self.look(source, target, events) };
        let progress = lanes.advance(source, target, &self.journey, events)?;
        if progress != Progress::Done {
            return Ok(progress);
        }
        let Some((document, bytes)) = self.documents.pop_front() else { return Ok(Progress::Done) };
        let is_there = target.has(&document, events)?;
        let outcome = if is_there { Outcome::AlreadyExists } else { target.put(&document, bytes, events)? };
        self.journey.tell(&document, outcome, events);
        Ok(Progress::Wait(target.take_waits()))
    }

    /// Goes on to the end without leaving; `wait` lets time pass.
    pub fn finish<S, T>(
        mut self,
        source: &mut S,
        target: &mut T,
        wait: &mut dyn FnMut(Duration),
        events: Events<'_>,
    ) -> Result<(), TransferError>
    where
        S: Content,
        T: Content,
        TransferError: From<S::Error> + From<T::Error>,
    {
        loop {
            match self.advance(source, target, events)? {
                Progress::On => {}
                Progress::Wait(time) => wait(time),
                Progress::Done => return Ok(()),
            }
        }
    }

    /// Gives it up; what had come of blobs that are not whole.
    pub fn cancel<T: Content>(self, target: &mut T, events: Events<'_>) -> Partials {
        match self.lanes {
            Some(lanes) => lanes.cancel(target, &self.journey, events),
            None => self.partials,
        }
    }

    /// What the image is made of. In a push all blobs wait before the first
    /// question, in a pull only those that must be fetched, as docker shows them.
    fn look<S, T>(&mut self, source: &mut S, target: &mut T, events: Events<'_>) -> Result<Progress, TransferError>
    where
        S: Content,
        T: Content,
        TransferError: From<S::Error> + From<T::Error>,
    {
        let blob_limit = source.blob_limit().min(target.blob_limit());
        let mut image = Graph { blob_limit, ..Graph::default() };
        image.walk(source, &self.root, &self.journey, events)?;
        self.documents = image.documents.into();
        let lanes = match self.journey.direction {
            Direction::Push => {
                image.blobs.iter().for_each(|blob| self.journey.tell(blob, Outcome::Waiting, events));
                Lanes::asking(image.blobs)
            }
            Direction::Pull => {
                Lanes::fetching(lacking(target, image.blobs, &self.journey, events)?, &mem::take(&mut self.partials))
            }
        };
        self.lanes = Some(lanes);
        Ok(Progress::Wait(source.take_waits() + target.take_waits()))
    }
}

/// The bytes that a descriptor brings along, if they are all: they need not be fetched.
pub(super) fn embedded(blob: &Descriptor) -> Option<Bytes> {
    let bytes = STANDARD.decode(blob.data.as_ref()?).ok()?;
    (bytes.len() as u64 == blob.size).then(|| bytes.into())
}

/// Those of `blobs` that the target lacks.
fn lacking<T: Content>(
    target: &mut T,
    blobs: Vec<Descriptor>,
    journey: &Journey,
    events: Events<'_>,
) -> Result<Vec<Descriptor>, T::Error> {
    let mut lacking = Vec::new();
    for blob in blobs {
        if target.has(&blob, events)? {
            journey.tell(&blob, Outcome::AlreadyExists, events);
        } else {
            journey.tell(&blob, Outcome::Waiting, events);
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
    /// The largest blob that both sides take, in bytes.
    blob_limit: u64,
}

impl Graph {
    fn walk<S>(
        &mut self,
        source: &mut S,
        document: &Descriptor,
        journey: &Journey,
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
        ContentError::check(document, &bytes.clone().into())?;
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
        bounded(&blob, blob.size, self.blob_limit)?;
        if !self.blobs.iter().any(|known| known.digest == blob.digest) {
            self.blobs.push(blob);
        }
        bounded(document, self.blobs.len() as u64, limits::TRANSFER_BLOBS as u64)
    }
}

impl Journey {
    /// Of all of an image to the repository of `reference`.
    pub(super) fn push(reference: &Reference) -> Self {
        Self {
            direction: Direction::Push,
            registry: reference.domain.clone(),
            repository: reference.path.clone(),
            platform: None,
            attestations: true,
            is_classic: false,
        }
    }

    /// Of what there is for `platform` and attests it, from the repository of `reference`.
    pub(super) fn pull(reference: &Reference, platform: &Platform) -> Self {
        Self { direction: Direction::Pull, platform: Some(platform.clone()), ..Self::push(reference) }
    }

    pub(super) fn tell(&self, blob: &Descriptor, outcome: Outcome, events: Events<'_>) {
        events(Event::BlobMoved(BlobMove {
            direction: self.direction,
            registry: self.registry.clone(),
            repository: self.repository.clone(),
            blob: Blob::from(blob),
            outcome,
        }));
    }

    /// Of the manifests of an index those that travel.
    fn chosen(&self, manifests: Vec<Descriptor>) -> Result<Vec<Descriptor>, TransferError> {
        let Some(wanted) = &self.platform else { return Ok(manifests) };
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

pub(super) fn bounded(blob: &Descriptor, size: u64, limit: u64) -> Result<(), TransferError> {
    if size > limit {
        return Err(TransferError::Limit { what: noun(&blob.media_type), digest: blob.digest, limit });
    }
    Ok(())
}
