//! One machine's docker daemon: its content store, the names of its images,
//! its containers, its credentials. It has never heard of a screen, a lesson
//! or another machine; the world comes in through [`crate::host::Host`].

mod building;
mod container;
mod export;
mod image;
mod images;
mod names;
mod registries;
mod remove;
mod unpack;

pub use container::{Container, ContainerError, ContainerSpec, LogEntry, State};
pub use export::layout_index;
pub use image::{Image, ImageError};
pub use images::NoSuchImage;
pub use registries::{PullResult, RegistryError};
pub use remove::{RemoveError, Removed};
pub use unpack::{layer_entries, uncompressed};

use imbl::{OrdMap, OrdSet};

use crate::build::Cache;
use crate::fs::Tree;
use crate::oci::{Descriptor, Digest, Platform};
use crate::store::Blobs;
use crate::transfer::Credentials;

/// The state of one daemon. Cloning shares everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Engine {
    /// Manifests, configurations and layers, by digest.
    pub blobs: Blobs,
    /// What each name means; keys are canonical references with a tag.
    pub names: OrdMap<String, Descriptor>,
    /// Images that lost their last name but are still here.
    pub dangling: OrdMap<Digest, Descriptor>,
    /// Containers by id.
    pub containers: OrdMap<String, Container>,
    /// Credentials by registry.
    pub credentials: OrdMap<String, Credentials>,
    /// Past results of build steps.
    pub cache: Cache,
    /// Unpacked images, by manifest.
    snapshots: OrdMap<Digest, Tree>,
    /// The room each unpacked layer takes, in bytes.
    room: OrdMap<Digest, u64>,
    /// In which repositories of which registry a blob is known to be.
    origins: OrdMap<Digest, OrdSet<(String, String)>>,
}

impl Engine {
    /// What this machine runs.
    pub fn platform(&self) -> Platform {
        Platform::wasi()
    }
}
