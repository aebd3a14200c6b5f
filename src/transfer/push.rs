//! `docker push`: from the machine's blobs to a registry.

use super::auth::Credentials;
use super::copy::{Journey, copy};
use super::error::TransferError;
use super::remote::Remote;
use crate::event::{Direction, Events};
use crate::host::Host;
use crate::oci::{Descriptor, Digest, Index, Manifest, Reference, json};
use crate::store::Blobs;

/// What a push put under the tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// What the tag names now.
    pub root: Descriptor,
    /// The index it stands for, when only one of its platforms is here.
    pub instead_of: Option<Descriptor>,
}

/// Pushes `root` under the tag of `reference`. `mounts` are repositories of
/// the same registry that are known to have a blob. The events are the
/// exchanges and the blobs; that the image is pushed is the caller's to tell.
pub fn push(
    local: &Blobs,
    root: &Descriptor,
    reference: &Reference,
    credentials: Option<&Credentials>,
    mounts: &[(Digest, String)],
    host: &mut dyn Host,
    events: Events<'_>,
) -> Result<Pushed, TransferError> {
    let pushed = present(local, root);
    let journey = Journey {
        direction: Direction::Push,
        registry: &reference.domain,
        repository: &reference.path,
        platform: None,
    };
    let remote = Remote::new(reference, Direction::Push, credentials, host);
    copy(&mut local.clone(), &mut remote.tagging(pushed.root.digest, mounts), &pushed.root, &journey, events)?;
    Ok(pushed)
}

/// An index of which only one platform is here is pushed as that platform.
fn present(local: &Blobs, root: &Descriptor) -> Pushed {
    let whole = Pushed { root: root.clone(), instead_of: None };
    if is_whole(local, root) {
        return whole;
    }
    let index = local.get(&root.digest).filter(|_| root.media_type.is_index());
    let index: Option<Index> = index.and_then(|bytes| json::read(&bytes).ok());
    let platforms = index.into_iter().flat_map(|index| index.manifests).filter(|child| {
        let is_attestation = child.platform.as_ref().is_some_and(|platform| platform.os == "unknown");
        !is_attestation && is_whole(local, child)
    });
    match platforms.collect::<Vec<_>>().as_slice() {
        [only] => Pushed { root: only.clone(), instead_of: Some(root.clone()) },
        _ => whole,
    }
}

/// Whether a manifest and its blobs are here, or an index and its manifests.
fn is_whole(local: &Blobs, document: &Descriptor) -> bool {
    let Some(bytes) = local.get(&document.digest) else { return false };
    if document.media_type.is_index() {
        let index = json::read::<Index>(&bytes);
        return index.is_ok_and(|index| {
            index.manifests.iter().all(|child| !child.media_type.is_index() && is_whole(local, child))
        });
    }
    let manifest = json::read::<Manifest>(&bytes);
    manifest.is_ok_and(|manifest| manifest.blobs().all(|blob| local.has(&blob.digest)))
}
