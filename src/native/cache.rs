//! The build cache of a store, in a file of its own beside `index.json`, so
//! that a step is known to the next process too. It names layers by digest;
//! their bytes are among the blobs of the store, where nothing else may name
//! them, and they are not read before a step goes on where one of them ended.
//!
//! ```json
//! {"version":1,
//!  "steps":[{"key":"sha256:…","lastUsed":"…","uses":2,
//!            "layer":{"descriptor":{…},"diffId":"sha256:…","unpacked":1536,"created":"…"}}],
//!  "mounts":[{"id":"/root/.cache","descriptor":{…},"diffId":"sha256:…"}]}
//! ```
//!
//! A step without a `layer` is a base, or says with `same` under which key its
//! result is. The oldest step comes first.

use std::io;
use std::path::Path;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::disk;
use crate::build::Cache;
use crate::build::cache::{Layer, Outcome, Used};
use crate::fs::{self, Packed, Rootfs, RootfsError, TarError, Tree};
use crate::host::Kept;
use crate::limits;
use crate::oci::{Descriptor, Digest, MediaType, Timestamp, json};

/// Changes whenever the form of the file does, or what goes into a key.
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    version: u32,
    steps: Vec<Step>,
    mounts: Vec<Mount>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    key: Digest,
    last_used: Timestamp,
    uses: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layer: Option<Made>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    same: Option<Digest>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    descriptor: Descriptor,
    diff_id: Digest,
    unpacked: u64,
    created: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mount {
    id: String,
    descriptor: Descriptor,
    diff_id: Digest,
}

/// Why there is no cache in a file.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// It cannot be read.
    #[error("{source}")]
    File {
        /// Why not.
        #[from]
        source: io::Error,
    },
    /// It is something else, or damaged.
    #[error("{source}")]
    Form {
        /// How.
        #[from]
        source: serde_json::Error,
    },
    /// It is more than a cache can be.
    #[error("more than {limit} bytes")]
    TooLarge {
        /// The bound.
        limit: u64,
    },
    /// It was written by another version of the command.
    #[error("its version is {version}, not {VERSION}")]
    Version {
        /// What it says.
        version: u32,
    },
}

/// A cache ready to be written, and the blobs it names.
#[derive(Debug)]
pub struct Saved {
    document: Document,
    pub blobs: Vec<(Digest, Kept)>,
}

/// What cannot be saved of a cache.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// What a cache mount holds cannot be looked at.
    #[error("{source}")]
    Files {
        /// Why not.
        #[from]
        source: RootfsError,
    },
    /// What a cache mount holds cannot be archived.
    #[error("{source}")]
    Archive {
        /// Why not.
        #[from]
        source: TarError,
    },
}

/// Reads the cache in the file at `path`; `blob` finds bytes in the store. A
/// step whose bytes are gone is unknown again.
pub fn read(path: &Path, blob: impl Fn(&Descriptor) -> Option<Kept>) -> Result<Cache, CacheError> {
    let mut cache = Cache::default();
    if !path.exists() {
        return Ok(cache);
    }
    if path.metadata()?.len() > limits::CACHE_FILE_BYTES {
        return Err(CacheError::TooLarge { limit: limits::CACHE_FILE_BYTES });
    }
    let Document { version, steps, mounts } = json::read(&std::fs::read(path)?)?;
    if version != VERSION {
        return Err(CacheError::Version { version });
    }
    for Step { key, last_used, uses, layer, same } in steps {
        let outcome = match (layer, same) {
            (Some(Made { descriptor, diff_id, unpacked, created }), _) => {
                let Some(blob) = blob(&descriptor) else { continue };
                let packed = Packed { blob, descriptor, diff_id };
                Outcome::Layer(Box::new(Layer { packed, unpacked, room: None, files: None, created }))
            }
            (None, Some(key)) => Outcome::Same(key),
            (None, None) => Outcome::Base,
        };
        cache.put(key, outcome, Used { last: last_used, count: uses });
    }
    for Mount { id, descriptor, diff_id } in mounts {
        if let Some(blob) = blob(&descriptor) {
            cache.restore_mount(id, Rootfs::default().with(Packed { blob, descriptor, diff_id }));
        }
    }
    Ok(cache)
}

impl Saved {
    /// What is worth keeping of `cache`.
    pub fn of(cache: &Cache) -> Result<Self, SaveError> {
        let mut saved =
            Self { document: Document { version: VERSION, steps: Vec::new(), mounts: Vec::new() }, blobs: Vec::new() };
        for (key, entry) in cache.entries() {
            let (layer, same) = match &entry.outcome {
                Outcome::Layer(layer) => (Some(saved.made(layer)), None),
                Outcome::Same(key) => (None, Some(*key)),
                Outcome::Base => (None, None),
            };
            let Used { last, count } = entry.used;
            saved.document.steps.push(Step { key: *key, last_used: last, uses: count, layer, same });
        }
        for (id, files) in cache.mounts() {
            let Packed { blob, descriptor, diff_id } = match files.top() {
                Some(packed) => packed.clone(),
                None => packed(files.tree()?)?,
            };
            saved.blobs.push((descriptor.digest, blob));
            saved.document.mounts.push(Mount { id: id.clone(), descriptor, diff_id });
        }
        Ok(saved)
    }

    /// Makes the file at `path` say so; a cache that holds nothing has none.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let Document { steps, mounts, .. } = &self.document;
        if !steps.is_empty() || !mounts.is_empty() {
            return disk::write(path, &mut json::compact(&self.document).as_slice());
        }
        if path.exists() { std::fs::remove_file(path) } else { Ok(()) }
    }

    fn made(&mut self, layer: &Layer) -> Made {
        let Packed { blob, descriptor, diff_id } = layer.packed.clone();
        self.blobs.push((descriptor.digest, blob));
        Made { descriptor, diff_id, unpacked: layer.unpacked, created: layer.created }
    }
}

/// What a RUN left in a cache mount, as a layer. It was in memory, and so may this be.
fn packed(tree: &Tree) -> Result<Packed, TarError> {
    let tar = fs::layer_tar(tree, &fs::diff(&Tree::default(), tree))?;
    let blob = fs::gzip(&tar);
    let descriptor = Descriptor::of(MediaType::LAYER_GZIP, &blob);
    Ok(Packed { blob: Kept::Memory(Bytes::from(blob)), descriptor, diff_id: Digest::of(&tar) })
}
