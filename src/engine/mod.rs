//! One machine's docker daemon: its content store, the names of its images,
//! its containers, its credentials. It has never heard of a screen, a lesson
//! or another machine; the world comes in through [`crate::host::Host`].

mod begun;
mod building;
mod classic;
mod commit;
mod container;
mod contents;
mod entering;
mod export;
mod happened;
mod health;
mod image;
mod images;
mod lifecycle;
mod load;
mod names;
mod networks;
mod platforms;
mod prune;
mod pull;
mod push;
mod pushing;
mod registries;
mod remove;
mod running;
mod settings;
mod storage;
mod summary;
mod switch;
mod unpack;
mod usage;
mod volumes;

pub use begun::{Begun, Entered};
pub use building::Fetch;
pub use commit::{CommitError, CommitSpec};
pub use container::{Container, ContainerError, ContainerSpec, LogEntry, State};
pub use entering::{EnterError, ExecSpec};
pub use export::{SaveError, layout_index};
pub use happened::Happened;
pub use health::{Health, HealthStatus, Probe};
pub use image::{Image, ImageError};
pub use images::NoSuchImage;
pub use lifecycle::{FORMAT_ERROR, StartFailure, computing};
pub use load::{LoadError, Loaded};
pub use networks::{BRIDGE, HOST, NONE, Network, NetworkError, SET_UP, shown};
pub use platforms::PlatformError;
pub use prune::Pruned;
pub use pull::{Pull, PullResult};
pub use push::Push;
pub use pushing::PushBuilt;
pub use registries::RegistryError;
pub use remove::{RemoveError, Removed};
pub use running::{Around, Watched};
pub use settings::{Attachment, Mount, Published, Restart, Settings, Source};
pub use storage::ImageStore;
pub use summary::{PlatformSummary, Summary};
pub use unpack::layer_entries;
pub use usage::{DiskUsage, Usage};
pub use volumes::{Volume, VolumeError};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::{OrdMap, Vector};

use crate::build::Cache;
use crate::fs::Rootfs;
use crate::oci::{Descriptor, Digest, Platform, Reference, Timestamp};
use crate::store::Blobs;
use crate::transfer::{Credentials, Partials};

/// Blobs by the repository, of a registry, that they came from or went to.
type Origins = BTreeMap<(String, String), Arc<BTreeSet<Digest>>>;

/// The state of one daemon. Cloning shares everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Engine {
    /// Manifests, configurations and layers, by digest.
    pub blobs: Blobs,
    /// What each name means; keys are canonical references with a tag.
    pub names: OrdMap<String, Arc<Descriptor>>,
    /// When each name was given its meaning.
    pub tagged: OrdMap<String, Timestamp>,
    /// The builds that each image came of, by their numbers, and when they ended.
    pub builds: Arc<BTreeMap<Digest, BTreeMap<String, Timestamp>>>,
    /// Images that lost their last name but are still here.
    pub dangling: OrdMap<Digest, Arc<Descriptor>>,
    /// Containers by id.
    pub containers: Arc<BTreeMap<String, Arc<Container>>>,
    /// Networks that somebody made, by name.
    pub networks: BTreeMap<String, Network>,
    /// Volumes, by name.
    pub volumes: BTreeMap<String, Volume>,
    /// What happened, the newest last.
    pub happened: Vector<Arc<Happened>>,
    /// How much happened, what was forgotten included.
    pub happened_in_all: u64,
    /// Connections between containers.
    switch: switch::Switch,
    /// The container that had the last step when somebody waited.
    last_step: String,
    /// The exit code of the program that ended last.
    last_code: i32,
    /// Credentials by registry: those that docker's command line brings along.
    pub credentials: BTreeMap<String, Credentials>,
    /// Past results of build steps.
    pub cache: Cache,
    /// The files of images, by manifest.
    snapshots: Arc<BTreeMap<Digest, Rootfs>>,
    /// The room each unpacked layer takes, in bytes.
    room: Arc<BTreeMap<Digest, u64>>,
    /// How images are kept.
    image_store: ImageStore,
    /// What the other way of keeping them holds meanwhile.
    shelf: Arc<storage::Shelf>,
    /// Where the layers of the classic store are in registries.
    layer_places: Arc<BTreeMap<Digest, classic::LayerPlaces>>,
    /// What came of blobs whose pull was given up: the next one goes on there.
    partials: Partials,
    /// What each repository of each registry is known to hold.
    origins: Arc<Origins>,
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
