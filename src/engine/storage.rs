//! Which of docker's two ways of keeping images a daemon uses. Each has its own
//! images, containers and build results; those of the other are not gone, only
//! out of sight, until the daemon is switched back.
//! <https://docs.docker.com/engine/storage/containerd/>

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;

use super::{Container, Engine};
use crate::build::Cache;
use crate::fs::Rootfs;
use crate::oci::{Descriptor, Digest};
use crate::store::Blobs;

/// How a daemon keeps images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImageStore {
    /// As they travel, with every platform and attestation: the default since docker 29.
    #[default]
    Containerd,
    /// Unpacked, one platform, by the digest of the configuration: the default up to docker 28.
    Classic,
}

/// What one store holds while the other is in use.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Shelf {
    blobs: Blobs,
    names: OrdMap<String, Arc<Descriptor>>,
    dangling: OrdMap<Digest, Arc<Descriptor>>,
    containers: Arc<BTreeMap<String, Arc<Container>>>,
    cache: Cache,
    snapshots: Arc<BTreeMap<Digest, Rootfs>>,
}

impl Engine {
    /// The way this daemon keeps images.
    pub fn image_store(&self) -> ImageStore {
        self.image_store
    }

    /// Goes on with this store, as a daemon that was configured so and started again.
    pub fn use_image_store(&mut self, store: ImageStore) {
        if self.image_store == store {
            return;
        }
        self.image_store = store;
        let shelf = Arc::make_mut(&mut self.shelf);
        std::mem::swap(&mut self.blobs, &mut shelf.blobs);
        std::mem::swap(&mut self.names, &mut shelf.names);
        std::mem::swap(&mut self.dangling, &mut shelf.dangling);
        std::mem::swap(&mut self.containers, &mut shelf.containers);
        std::mem::swap(&mut self.cache, &mut shelf.cache);
        std::mem::swap(&mut self.snapshots, &mut shelf.snapshots);
    }

    pub(super) fn is_classic(&self) -> bool {
        self.image_store == ImageStore::Classic
    }
}
