//! A registry looked through, as dag.dev does it: repositories, their tags,
//! manifests with all they name, what refers to them, and what no tag leads to.
//! And stored bytes as they lie there, with their digest computed anew.
//! <https://dag.dev>

use std::collections::BTreeSet;

use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use crate::lab::{State, described};
use crate::limits;
use crate::oci::{Blob, Descriptor, Digest, Timestamp, children};
use crate::registry::{Garbage, Registry, Repository, Shown, Sweep};

const GONE: &str = "this registry is not there at this point of the history";

/// What [`super::Ask::Survey`] is answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Surveyed {
    /// The question: the name of a registry.
    pub registry: String,
    /// The answer, or why there is none.
    pub found: Result<Survey, String>,
}

/// All that a registry holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Survey {
    /// Its repositories by name.
    pub shelves: Vec<Shelf>,
    /// Bytes that no repository shows.
    pub loose: Vec<Blob>,
    /// Bytes a collection would give back; or why there can be none.
    pub garbage: Result<u64, String>,
    /// How many manifests and blobs are left out, beyond [`limits::ROWS`].
    pub left_out: usize,
}

/// One repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Shelf {
    /// Its name.
    pub name: String,
    /// Its tags and the manifests they name.
    pub tags: Vec<(String, Digest)>,
    /// Its manifests and indexes, in the order of their digests.
    pub manifests: Vec<Shelved>,
    /// Its other blobs, in the order of their digests.
    pub blobs: Vec<Shelved>,
}

/// A manifest or a blob that a repository shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Shelved {
    /// What.
    pub blob: Blob,
    /// What kind of artifact it is, if it says so.
    pub about: String,
    /// What it names: the manifests of an index; a configuration, then layers. Or why that cannot be read.
    pub names: Result<Vec<Named>, String>,
    /// The manifests that name it as their subject.
    pub referrers: Vec<Digest>,
    /// Whether a collection with `--delete-untagged` takes it.
    pub unneeded: bool,
}

/// What a manifest says of something it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Named {
    /// What.
    pub blob: Blob,
    /// The platform or the kind of artifact, as far as it is told.
    pub about: String,
}

/// What [`super::Ask::Weigh`] is answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Weighed {
    /// The registry.
    pub registry: String,
    /// The name of the bytes.
    pub digest: Digest,
    /// The bytes, or why there are none.
    pub found: Result<StoredBytes, String>,
}

/// Bytes as they lie in a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct StoredBytes {
    /// How many there are.
    pub size: u64,
    /// The digest of all of them, computed now.
    pub computed: Digest,
    /// Where the shown ones begin.
    pub from: u64,
    /// At most [`limits::WEIGHED_BYTES`] of them.
    pub shown: Vec<u8>,
    /// All of them as text, or what stands in its way.
    pub text: Result<String, String>,
}

/// Looks a registry of the lab through.
pub fn survey(state: &State, registry: String) -> Surveyed {
    let known = state.world.registries.get(&registry).ok_or_else(|| GONE.to_owned());
    let found = known.map(|known| through(known, state.world.clock));
    Surveyed { registry, found }
}

/// Computes the digest of stored bytes anew, and shows those from `from` on.
pub fn weigh(state: &State, registry: String, digest: Digest, from: u64) -> Weighed {
    let known = state.world.registries.get(&registry).ok_or_else(|| GONE.to_owned());
    let found = known.and_then(|known| stored(known, &digest, from));
    Weighed { registry, digest, found }
}

fn stored(registry: &Registry, digest: &Digest, from: u64) -> Result<StoredBytes, String> {
    let kept = registry.blobs().kept(digest).ok_or("it does not have these bytes at this point of the history")?;
    let bytes = kept.bytes().map_err(|error| error.to_string())?;
    let start = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
    let end = start.saturating_add(limits::WEIGHED_BYTES).min(bytes.len());
    Ok(StoredBytes {
        size: kept.size(),
        computed: digest.algorithm().digest(&bytes),
        from: start as u64,
        shown: bytes[start..end].to_vec(),
        text: super::look::as_text(&bytes),
    })
}

fn through(registry: &Registry, now: Timestamp) -> Survey {
    let garbage = registry.garbage(&Sweep { untagged: true, grace_seconds: 0 }, now);
    let (garbage, told) = match garbage {
        Ok(garbage) => (garbage.clone(), Ok(garbage.freed_bytes)),
        // What a manifest needs is not known if it cannot be read, so nothing is garbage.
        Err(error) => (Garbage::default(), Err(error.to_string())),
    };
    let mut room = Room { left: limits::ROWS, beyond: 0 };
    let mut shown: BTreeSet<&Digest> = BTreeSet::new();
    let mut shelves = Vec::new();
    for (name, repository) in registry.repositories().filter(|(_, repository)| !repository.is_empty()) {
        shown.extend(repository.manifests.keys().chain(repository.blobs.keys()));
        shelves.push(shelf(registry, name, repository, &garbage, &mut room));
    }
    let loose = registry.blobs().iter().map(|(digest, _)| digest).filter(|digest| !shown.contains(digest));
    let loose = loose.filter(|_| room.takes()).map(|digest| Blob::from(&described(registry, *digest))).collect();
    Survey { shelves, loose, garbage: told, left_out: room.beyond }
}

/// How many more are listed, and how many are not.
struct Room {
    left: usize,
    beyond: usize,
}

impl Room {
    fn takes(&mut self) -> bool {
        let takes = self.left > 0;
        self.left -= usize::from(takes);
        self.beyond += usize::from(!takes);
        takes
    }
}

fn shelf(registry: &Registry, name: &str, repository: &Repository, garbage: &Garbage, room: &mut Room) -> Shelf {
    let unneeded = garbage.manifests.iter().chain(&garbage.blobs).filter(|(of, _)| of == name);
    let unneeded: BTreeSet<&Digest> = unneeded.map(|(_, digest)| digest).collect();
    let shelved = |(digest, shown): (&Digest, &Shown)| {
        let descriptor = shown.descriptor(*digest);
        Shelved {
            blob: Blob::from(&descriptor),
            about: about(&descriptor),
            names: names(registry, &descriptor),
            referrers: repository.referrers.get(digest).cloned().unwrap_or_default(),
            unneeded: unneeded.contains(digest),
        }
    };
    Shelf {
        name: name.to_owned(),
        tags: repository.tags.iter().map(|(tag, digest)| (tag.clone(), *digest)).collect(),
        manifests: repository.manifests.iter().filter(|_| room.takes()).map(shelved).collect(),
        blobs: repository.blobs.iter().filter(|_| room.takes()).map(shelved).collect(),
    }
}

fn names(registry: &Registry, descriptor: &Descriptor) -> Result<Vec<Named>, String> {
    let bytes = registry.blobs().get(&descriptor.digest).unwrap_or_default();
    let named = children(&descriptor.media_type, &bytes).map_err(|error| error.to_string())?;
    Ok(named.iter().map(|named| Named { blob: Blob::from(named), about: about(named) }).collect())
}

/// What a descriptor says of itself beside its type.
fn about(descriptor: &Descriptor) -> String {
    if descriptor.attested().is_some() {
        return "attestation".to_owned();
    }
    let platform = descriptor.platform.as_ref().map(ToString::to_string);
    platform.or_else(|| descriptor.artifact_type.clone()).unwrap_or_default()
}
