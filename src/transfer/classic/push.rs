//! A push as docker's own client does it: each layer is asked for under the
//! blob it is known to be, mounted, or compressed and sent; then the
//! configuration; then a manifest of docker's own.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, header};
use serde_json::json;

use super::{ClassicError, refused, unreachable};
use crate::event::{Direction, Events, Outcome};
use crate::fs;
use crate::host::{Host, Kept, Link};
use crate::oci::{Algorithm, Descriptor, Digest, MediaType, Reference, json};
use crate::store::{Content, ContentError, Room, Upload};
use crate::transfer::lanes::Lanes;
use crate::transfer::why::{Purpose, noun};
use crate::transfer::wire::{Call, hang_up};
use crate::transfer::{Client, Credentials, Journey, Progress, Remote, TransferError};

/// A layer of an image to push.
pub struct Layer {
    /// Its digest, uncompressed: what docker shows.
    pub diff_id: Digest,
    /// Its bytes, uncompressed.
    pub tar: Bytes,
    /// The blobs that hold it, compressed, newest first.
    pub known: Vec<KnownBlob>,
}

/// A blob that holds a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBlob {
    /// Its digest.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
    /// A repository of the same registry that has it.
    pub path: Option<String>,
}

/// A push under way: a value that goes on a piece at a time.
pub struct Push {
    client: Client,
    journey: Journey,
    /// Lowest first.
    layers: Vec<Layer>,
    config: Bytes,
    /// None before the registry was found to be there.
    lanes: Option<Lanes>,
    /// What became of each layer there, by its diff id.
    blobs: BTreeMap<Digest, Descriptor>,
}

impl Push {
    /// Of an image of these layers, lowest first, under the tag of `reference`.
    pub fn new(layers: Vec<Layer>, config: Bytes, reference: &Reference, credentials: Option<&Credentials>) -> Self {
        let client = Client::new(reference, Direction::Push, credentials).classic().shared();
        let journey = Journey { is_classic: true, ..Journey::push(reference) };
        Self { client, journey, layers, config, lanes: None, blobs: BTreeMap::new() }
    }

    /// Does the next piece of the work and lets the time pass that it takes; the
    /// manifest and the blobs that the layers became, when all is there.
    pub fn advance(
        &mut self,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<Option<(Descriptor, Vec<Descriptor>)>, ClassicError> {
        let mut remote = self.client.over(host);
        let Some(lanes) = &mut self.lanes else {
            remote.ping(events).map_err(unreachable)?;
            Progress::Wait(remote.take_waits()).pass(&self.journey.registry, host);
            // Docker goes from the highest layer down.
            let shown: Vec<Descriptor> = self.layers.iter().rev().map(Layer::shown).collect();
            for layer in &shown {
                self.journey.tell(layer, Outcome::Waiting, events);
            }
            self.lanes = Some(Lanes::asking(shown));
            return Ok(None);
        };
        let mut target = Packing { remote, layers: &self.layers, blobs: &mut self.blobs };
        let progress = lanes.advance(&mut Layers(&self.layers), &mut target, &self.journey, events);
        if !progress.map_err(refused)?.pass(&self.journey.registry, host) {
            return Ok(None);
        }
        self.finish(host, events).map(Some).map_err(refused)
    }

    fn finish(
        &mut self,
        host: &mut dyn Host,
        events: Events<'_>,
    ) -> Result<(Descriptor, Vec<Descriptor>), TransferError> {
        let blobs: Vec<Descriptor> =
            self.layers.iter().filter_map(|layer| self.blobs.get(&layer.diff_id)).cloned().collect();
        let config = Descriptor::of(MediaType::DOCKER_CONFIG, &self.config);
        let bytes = manifest(&config, &blobs);
        let document = Descriptor::of(MediaType::DOCKER_MANIFEST, &bytes);
        self.client.address.root = Some(document.digest);
        let mut remote = self.client.over(host);
        if !remote.has(&config, events)? {
            let upload = remote.begin_upload(&config, events)?;
            remote.send_in_pieces(&config, &upload, self.config.clone().into(), events)?;
        }
        remote.put(&document, bytes.into(), events)?;
        Progress::Wait(remote.take_waits()).pass(&self.journey.registry, host);
        Ok((document, blobs))
    }

    /// Gives it up. The registry keeps what it has taken.
    pub fn cancel(mut self, host: &mut dyn Host, events: Events<'_>) {
        let Some(lanes) = self.lanes else { return };
        let remote = self.client.over(host);
        let mut target = Packing { remote, layers: &self.layers, blobs: &mut self.blobs };
        lanes.cancel(&mut target, &self.journey, events);
    }
}

impl Layer {
    /// Of a layer docker shows the digest it has here, uncompressed.
    fn shown(&self) -> Descriptor {
        Descriptor::new(MediaType::DOCKER_LAYER, self.diff_id, self.tar.len() as u64)
    }
}

impl KnownBlob {
    fn described(&self) -> Descriptor {
        Descriptor::new(MediaType::DOCKER_LAYER_GZIP, self.digest, self.size)
    }
}

/// The layers here, read compressed.
struct Layers<'a>(&'a [Layer]);

/// The repository, where layers are blobs.
struct Packing<'a> {
    remote: Remote<'a>,
    layers: &'a [Layer],
    blobs: &'a mut BTreeMap<Digest, Descriptor>,
}

impl Content for Layers<'_> {
    type Error = ContentError;

    fn has(&mut self, layer: &Descriptor, _: Events<'_>) -> Result<bool, ContentError> {
        Ok(self.0.iter().any(|known| known.diff_id == layer.digest))
    }

    fn get(&mut self, layer: &Descriptor, _: Events<'_>) -> Result<Bytes, ContentError> {
        let known = self.0.iter().find(|known| known.diff_id == layer.digest);
        let known = known.ok_or(ContentError::NotFound { digest: layer.digest })?;
        Ok(fs::gzip(&known.tar).into())
    }

    /// Nothing comes back from a push.
    fn put(&mut self, layer: &Descriptor, _: Bytes, _: Events<'_>) -> Result<Outcome, ContentError> {
        Err(ContentError::NotFound { digest: layer.digest })
    }

    fn write(&mut self, layer: &Descriptor, _: &Upload, _: Kept, _: Events<'_>) -> Result<Outcome, ContentError> {
        Err(ContentError::NotFound { digest: layer.digest })
    }
}

impl Content for Packing<'_> {
    type Error = TransferError;

    fn has(&mut self, layer: &Descriptor, events: Events<'_>) -> Result<bool, TransferError> {
        let Some(known) = self.known(layer).first().map(KnownBlob::described) else { return Ok(false) };
        let is_there = self.remote.has(&known, events)?;
        if is_there {
            self.blobs.insert(layer.digest, known);
        }
        Ok(is_there)
    }

    fn get(&mut self, layer: &Descriptor, events: Events<'_>) -> Result<Bytes, TransferError> {
        self.remote.get(layer, events)
    }

    fn put(&mut self, layer: &Descriptor, bytes: Bytes, events: Events<'_>) -> Result<Outcome, TransferError> {
        match self.open(layer, events)? {
            Room::Upload(upload) => self.write(layer, &upload, bytes.into(), events),
            Room::Kept(outcome) => Ok(outcome),
        }
    }

    fn open(&mut self, layer: &Descriptor, events: Events<'_>) -> Result<Room, TransferError> {
        let mut opened = None;
        for known in self.known(layer) {
            let here = &self.remote.address.reference.path;
            let Some(from) = known.path.clone().filter(|path| path != here) else { continue };
            let blob = known.described();
            match self.remote.mount(&blob, &from, events)? {
                None => {
                    self.blobs.insert(layer.digest, blob);
                    return Ok(Room::Kept(Outcome::Mounted { from }));
                }
                location => opened = location.filter(|location| !location.is_empty()),
            }
        }
        match opened {
            Some(location) => Ok(Room::Upload(Upload { location, offset: 0 })),
            None => self.remote.begin_upload(layer, events).map(Room::Upload),
        }
    }

    fn write(
        &mut self,
        layer: &Descriptor,
        upload: &Upload,
        bytes: Kept,
        events: Events<'_>,
    ) -> Result<Outcome, TransferError> {
        let digest = bytes.digest(Algorithm::default()).map_err(|_| ContentError::Truncated)?;
        let blob = Descriptor::new(MediaType::DOCKER_LAYER_GZIP, digest, bytes.size());
        self.remote.send_in_pieces(&blob, upload, bytes, events)?;
        self.blobs.insert(layer.digest, blob);
        Ok(Outcome::Moved)
    }

    fn abandon(&mut self, layer: &Descriptor, upload: &Upload, sent: u64, events: Events<'_>) {
        let call = self.remote.piece(layer, upload, Kept::default());
        hang_up(&call, sent, events);
    }

    fn blob_limit(&self) -> u64 {
        self.remote.blob_limit()
    }

    fn link(&self) -> Option<Link> {
        self.remote.link()
    }

    fn take_waits(&mut self) -> Duration {
        self.remote.take_waits()
    }
}

impl<'a> Packing<'a> {
    /// The blobs that are known to hold a layer, newest first.
    fn known(&self, layer: &Descriptor) -> &'a [KnownBlob] {
        let layer = self.layers.iter().find(|known| known.diff_id == layer.digest);
        layer.map_or(&[], |layer| &layer.known)
    }
}

impl Remote<'_> {
    /// Sends the bytes as a piece, closes the upload and asks for the blob.
    fn send_in_pieces(
        &mut self,
        blob: &Descriptor,
        upload: &Upload,
        bytes: Kept,
        events: Events<'_>,
    ) -> Result<(), TransferError> {
        let call = self.piece(blob, upload, bytes);
        let location = self.location_of(&call, events)?;
        self.close(blob, &location, events)?;
        if self.has(blob, events)? { Ok(()) } else { Err(ContentError::NotFound { digest: blob.digest }.into()) }
    }

    fn piece(&self, blob: &Descriptor, upload: &Upload, bytes: Kept) -> Call {
        let mut call = self.call(Method::PATCH, "", Purpose::Piece { what: noun(&blob.media_type) });
        call.url.clone_from(&upload.location);
        call.headers.push((header::CONTENT_TYPE, MediaType::OCTETS.to_string()));
        Call { body: bytes, ..call }
    }
}

/// Docker's manifest of schema 2: its keys in another order, three spaces.
fn manifest(config: &Descriptor, layers: &[Descriptor]) -> Vec<u8> {
    let entry = |blob: &Descriptor| json!({"mediaType": blob.media_type, "size": blob.size, "digest": blob.digest});
    let document = json!({
        "schemaVersion": 2,
        "mediaType": MediaType::DOCKER_MANIFEST,
        "config": entry(config),
        "layers": layers.iter().map(entry).collect::<Vec<_>>(),
    });
    json::printed(&document, "   ").into_bytes()
}
