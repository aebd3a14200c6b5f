//! One machine's docker daemon: its content store, the names of its images,
//! its containers, its credentials. It has never heard of a screen, a lesson
//! or another machine; the world comes in through [`crate::host::Host`].

mod background;
mod building;
mod classic;
mod container;
mod export;
mod image;
mod images;
mod load;
mod names;
mod platforms;
mod prune;
mod pull;
mod push;
mod pushing;
mod registries;
mod remove;
mod storage;
mod summary;
mod unpack;
mod usage;

pub use background::{Begun, KILLED, Watched};
pub use container::{Container, ContainerError, ContainerSpec, LogEntry, State};
pub use export::{SaveError, layout_index};
pub use image::{Image, ImageError};
pub use images::NoSuchImage;
pub use load::{LoadError, Loaded};
pub use platforms::PlatformError;
pub use prune::Pruned;
pub use pull::{Pull, PullResult};
pub use push::Push;
pub use registries::RegistryError;
pub use remove::{RemoveError, Removed};
pub use storage::ImageStore;
pub use summary::{PlatformSummary, Summary};
pub use unpack::layer_entries;
pub use usage::{DiskUsage, Usage};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::OrdMap;

use crate::build::Cache;
use crate::fs::Rootfs;
use crate::oci::{Descriptor, Digest, Platform, Reference, Timestamp};
use crate::store::Blobs;
use crate::transfer::{Credentials, Partials};

/// The state of one daemon. Cloning shares everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Engine {
    /// Manifests, configurations and layers, by digest.
    pub blobs: Blobs,
    /// What each name means; keys are canonical references with a tag.
    pub names: OrdMap<String, Descriptor>,
    /// When each name was given its meaning.
    pub tagged: OrdMap<String, Timestamp>,
    /// The builds that each image came of, by their numbers, and when they ended.
    pub builds: BTreeMap<Digest, BTreeMap<String, Timestamp>>,
    /// Images that lost their last name but are still here.
    pub dangling: OrdMap<Digest, Descriptor>,
    /// Containers by id.
    pub containers: BTreeMap<String, Arc<Container>>,
    /// Credentials by registry: those that docker's command line brings along.
    pub credentials: BTreeMap<String, Credentials>,
    /// Past results of build steps.
    pub cache: Cache,
    /// The files of images, by manifest.
    snapshots: BTreeMap<Digest, Rootfs>,
    /// The room each unpacked layer takes, in bytes.
    room: BTreeMap<Digest, u64>,
    /// How images are kept.
    image_store: ImageStore,
    /// What the other way of keeping them holds meanwhile.
    shelf: Arc<storage::Shelf>,
    /// Where the layers of the classic store are in registries.
    layer_places: BTreeMap<Digest, classic::LayerPlaces>,
    /// What came of blobs whose pull was given up: the next one goes on there.
    partials: Partials,
    /// What each repository of each registry is known to hold.
    origins: BTreeMap<(String, String), Arc<BTreeSet<Digest>>>,
}

impl Engine {
    /// Notes that `reference` was given its meaning now.
    pub fn note_tagged(&mut self, reference: &Reference, now: Timestamp) {
        self.tagged.insert(reference.to_string(), now);
    }

    /// What this machine runs.
    pub fn platform(&self) -> Platform {
        Platform::wasi()
    }
}
