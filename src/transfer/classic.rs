//! Push and pull as docker's own client does them, which the classic store
//! uses: another order of requests than containerd's, other words, and docker's
//! own media types.
//! <https://github.com/moby/moby/tree/v28.5.2/distribution>

use bytes::Bytes;
use http::{Method, StatusCode, header};
use serde_json::json;

use super::auth::{AuthError, Credentials};
use super::copy::{Journey, copy};
use super::error::TransferError;
use super::lookup::LookupError;
use super::remote::{Remote, closing};
use super::why::Purpose;
use super::wire::WireError;
use crate::event::{BlobMove, Direction, Event, Events, Outcome};
use crate::fs;
use crate::host::Host;
use crate::oci::{Blob, Descriptor, Digest, MediaType, Platform, Reference, json};
use crate::store::{Content, ContentError};

/// Why the registry did not do it; the words of docker's own client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassicError {
    /// The tag or digest names nothing.
    #[error("manifest for {name} not found: manifest unknown: manifest unknown")]
    NotFound {
        /// Familiar form.
        name: String,
    },
    /// Who asks may not know whether the repository exists.
    #[error(
        "pull access denied for {name}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied"
    )]
    PullDenied {
        /// Familiar form.
        name: String,
    },
    /// Who asks may not write.
    #[error("denied: requested access to the resource is denied")]
    Denied,
    /// The registry asks for a password and none is stored.
    #[error("{method} \"{url}\": no basic auth credentials")]
    NoCredentials {
        /// As Go writes it: `Head`.
        method: &'static str,
        /// Where.
        url: String,
    },
    /// The same, of a push, where docker leaves out what was asked.
    #[error("no basic auth credentials")]
    PushNoCredentials,
    /// Nobody answers.
    #[error("{method} \"{url}\": {reason}")]
    Unreachable {
        /// As Go writes it: `Get`.
        method: String,
        /// Where.
        url: String,
        /// In the words of whoever tried.
        reason: String,
    },
    /// The list has nothing for the platform.
    #[error("no matching manifest for {platform} in the manifest list entries")]
    NoPlatform {
        /// What was asked for.
        platform: Platform,
    },
    /// It is no image.
    #[error("unsupported media type {media_type}")]
    MediaType {
        /// What it is.
        media_type: MediaType,
    },
    /// Anything else.
    #[error("{}", .0.translated())]
    Transfer(TransferError),
}

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

/// Fetches what `reference` names for `platform` into `target`, without what
/// attests it; the descriptor of the list or manifest.
pub fn pull(
    target: &mut impl Content<Error = ContentError>,
    reference: &Reference,
    platform: &Platform,
    credentials: Option<&Credentials>,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<Descriptor, ClassicError> {
    let mut remote = Remote::new(reference, Direction::Pull, credentials, host);
    remote.ping(events).map_err(unreachable)?;
    let url = remote.manifest_call(Method::HEAD).url;
    let root = remote.resolve_on_wire(events).map_err(|error| unresolved(error, reference, url))?;
    let journey = Journey {
        direction: Direction::Pull,
        registry: &reference.domain,
        repository: &reference.path,
        platform: Some(platform),
        attestations: false,
    };
    copy(&mut remote, target, &root, &journey, events).map_err(|error| match error {
        TransferError::NoPlatform { platform } => ClassicError::NoPlatform { platform },
        error => ClassicError::Transfer(error),
    })?;
    Ok(root)
}

/// Pushes an image of these layers, lowest first, under the tag of `reference`;
/// its manifest, and the blobs that the layers became.
pub fn push(
    layers: &[Layer],
    config: Bytes,
    reference: &Reference,
    credentials: Option<&Credentials>,
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<(Descriptor, Vec<Descriptor>), ClassicError> {
    let mut remote = Remote::new(reference, Direction::Push, credentials, host);
    remote.ping(events).map_err(unreachable)?;
    // Docker goes from the highest layer down.
    for layer in layers.iter().rev() {
        tell(reference, layer, Outcome::Waiting, events);
    }
    let mut blobs = Vec::new();
    for layer in layers.iter().rev() {
        blobs.push(push_layer(&mut remote, reference, layer, events).map_err(refused)?);
    }
    blobs.reverse();
    let described = Descriptor::of(MediaType::DOCKER_CONFIG, &config);
    if !remote.has(&described, events).map_err(refused)? {
        send(&mut remote, None, &described, config, events).map_err(refused)?;
    }
    let bytes = manifest(&described, &blobs);
    let document = Descriptor::of(MediaType::DOCKER_MANIFEST, &bytes);
    let mut remote = remote.tagging(document.digest, &[]);
    remote.put(&document, bytes.into(), events).map_err(refused)?;
    Ok((document, blobs))
}

/// Asks for the blobs that are known to hold the layer, mounts one, or sends the layer anew.
fn push_layer(
    remote: &mut Remote<'_>,
    reference: &Reference,
    layer: &Layer,
    events: Events<'_>,
) -> Result<Descriptor, TransferError> {
    let described = |known: &KnownBlob| Descriptor::new(MediaType::DOCKER_LAYER_GZIP, known.digest, known.size);
    if let Some(known) = layer.known.iter().map(described).next()
        && remote.has(&known, events)?
    {
        tell(reference, layer, Outcome::AlreadyExists, events);
        return Ok(known);
    }
    let mut opened = None;
    for known in &layer.known {
        let Some(path) = known.path.as_ref().filter(|path| **path != reference.path) else { continue };
        let blob = described(known);
        match remote.mount(&blob, path, events)? {
            None => {
                tell(reference, layer, Outcome::Mounted { from: path.clone() }, events);
                return Ok(blob);
            }
            location => opened = location.filter(|location| !location.is_empty()),
        }
    }
    let bytes = Bytes::from(fs::gzip(&layer.tar));
    let blob = Descriptor::of(MediaType::DOCKER_LAYER_GZIP, &bytes);
    tell(reference, layer, Outcome::Moving { current: 0 }, events);
    send(remote, opened, &blob, bytes, events)?;
    tell(reference, layer, Outcome::Moved, events);
    Ok(blob)
}

/// Opens an upload if none is, sends the bytes as a piece, closes it and asks for the blob.
fn send(
    remote: &mut Remote<'_>,
    opened: Option<String>,
    blob: &Descriptor,
    bytes: Bytes,
    events: Events<'_>,
) -> Result<(), TransferError> {
    let what = super::why::noun(&blob.media_type);
    let call = remote.call(Method::POST, "blobs/uploads/", Purpose::Open { what });
    let location = opened.map_or_else(|| remote.location_of(&call, events), Ok)?;
    let mut call = remote.call(Method::PATCH, "", Purpose::Piece { what });
    call.url = location;
    call.headers.push((header::CONTENT_TYPE, MediaType::OCTETS.to_string()));
    call.body = bytes;
    let location = remote.location_of(&call, events)?;
    let mut call = remote.call(Method::PUT, "", Purpose::Close { what });
    call.url = closing(&location, &blob.digest);
    let response = remote.wire.send(&call, events)?;
    if response.status() != StatusCode::CREATED {
        return Err(call.unexpected(&response).into());
    }
    if remote.has(blob, events)? { Ok(()) } else { Err(ContentError::NotFound { digest: blob.digest }.into()) }
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

/// Of a layer docker shows the digest it has here, uncompressed.
fn tell(reference: &Reference, layer: &Layer, outcome: Outcome, events: Events<'_>) {
    let blob = Descriptor::new(MediaType::DOCKER_LAYER, layer.diff_id, layer.tar.len() as u64);
    events(Event::BlobMoved(BlobMove {
        direction: Direction::Push,
        registry: reference.domain.clone(),
        repository: reference.path.clone(),
        blob: Blob::from(&blob),
        outcome,
    }));
}

fn unreachable(error: LookupError) -> ClassicError {
    match error {
        LookupError::Wire(WireError::Unreachable { method, url, reason }) => {
            ClassicError::Unreachable { method, url, reason }
        }
        LookupError::Wire(error) => ClassicError::Transfer(error.into()),
        LookupError::Denied(error) => ClassicError::Transfer(WireError::Authorization(error).into()),
        LookupError::Transfer(error) => ClassicError::Transfer(error),
    }
}

fn unresolved(error: WireError, reference: &Reference, url: String) -> ClassicError {
    match error {
        WireError::NotFound { .. } => ClassicError::NotFound { name: reference.familiar() },
        WireError::Authorization(AuthError::NoCredentials) => ClassicError::NoCredentials { method: "Head", url },
        WireError::Authorization(error) if error.is_denial() => {
            ClassicError::PullDenied { name: reference.familiar_name() }
        }
        WireError::Unreachable { method, url, reason } => ClassicError::Unreachable { method, url, reason },
        error => ClassicError::Transfer(error.into()),
    }
}

fn refused(error: TransferError) -> ClassicError {
    match error {
        TransferError::PushDenied { source: AuthError::NoCredentials }
        | TransferError::Wire(WireError::Authorization(AuthError::NoCredentials)) => ClassicError::PushNoCredentials,
        TransferError::PushDenied { .. } => ClassicError::Denied,
        TransferError::Wire(WireError::Authorization(error)) if error.is_denial() => ClassicError::Denied,
        TransferError::Wire(WireError::Unreachable { method, url, reason }) => {
            ClassicError::Unreachable { method, url, reason }
        }
        error => ClassicError::Transfer(error),
    }
}
