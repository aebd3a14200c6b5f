//! What steps made before, by key. It holds every past result, so going back
//! to an earlier state finds it again; a clone shares everything.

use imbl::OrdMap;

use crate::fs::{Node, Tree};
use crate::host::Kept;
use crate::limits;
use crate::oci::{Descriptor, Digest, Timestamp};

/// Results of steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cache {
    by_key: OrdMap<Digest, Entry>,
    /// Keys by age, for the oldest go first.
    by_age: OrdMap<u64, Digest>,
    bytes: u64,
    next: u64,
    /// What the cache mounts of RUN hold, by name.
    mounts: OrdMap<String, Node>,
}

/// One result as `docker system df` and `docker builder prune` show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheRecord {
    /// Its name: the first digits of its key, as many as those of `BuildKit` have.
    pub id: String,
    /// The layer it made.
    pub layer: Digest,
    /// Its compressed bytes.
    pub size: u64,
    /// When it was made.
    pub created: Timestamp,
}

/// Digits of a record's name.
const ID_DIGITS: usize = 25;

/// The result of a step that makes a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layer {
    /// The compressed bytes; kept here, for the image may be deleted.
    pub blob: Kept,
    pub descriptor: Descriptor,
    pub diff_id: Digest,
    /// All files after the step.
    pub tree: Tree,
    pub created: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    age: u64,
    /// None for a base, which makes no layer of its own.
    layer: Option<Layer>,
}

impl Cache {
    /// How many results there are.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// How many bytes of compressed layers are kept.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The results that have a layer, oldest first.
    pub fn records(&self) -> Vec<CacheRecord> {
        let record = |key: &Digest| {
            let layer = self.by_key.get(key)?.layer.as_ref()?;
            Some(CacheRecord {
                id: key.hex()[..ID_DIGITS].to_owned(),
                layer: layer.descriptor.digest,
                size: layer.blob.size(),
                created: layer.created,
            })
        };
        self.by_age.values().filter_map(record).collect()
    }

    /// Forgets the result with this name.
    pub fn forget_record(&mut self, id: &str) {
        let key = self.by_key.keys().find(|key| key.hex().starts_with(id)).copied();
        if let Some(key) = key {
            self.forget(&key);
        }
    }

    pub(super) fn layer(&self, key: &Digest) -> Option<&Layer> {
        self.by_key.get(key)?.layer.as_ref()
    }

    pub(super) fn knows(&self, key: &Digest) -> bool {
        self.by_key.contains_key(key)
    }

    /// Remembers a result, in place of an older one under the same key.
    pub(super) fn put(&mut self, key: Digest, layer: Option<Layer>) {
        self.forget(&key);
        self.bytes += size(layer.as_ref());
        self.by_key.insert(key, Entry { age: self.next, layer });
        self.by_age.insert(self.next, key);
        self.next += 1;
        while self.by_key.len() > limits::CACHE_STEPS || self.bytes > limits::CACHE_BYTES {
            let Some((_, oldest)) = self.by_age.get_min().copied() else { break };
            self.forget(&oldest);
        }
    }

    /// What the cache mount `id` holds.
    pub(super) fn mount(&self, id: &str) -> Option<&Node> {
        self.mounts.get(id)
    }

    /// Keeps what a RUN left in the cache mount `id`.
    pub(super) fn keep_mount(&mut self, id: &str, node: Node) {
        self.mounts.insert(id.to_owned(), node);
    }

    fn forget(&mut self, key: &Digest) {
        if let Some(entry) = self.by_key.remove(key) {
            self.by_age.remove(&entry.age);
            self.bytes -= size(entry.layer.as_ref());
        }
    }
}

fn size(layer: Option<&Layer>) -> u64 {
    layer.map_or(0, |layer| layer.blob.size())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_results_go_when_there_are_too_many() {
        let mut cache = Cache::default();
        let key = |number: usize| Digest::of(&number.to_be_bytes());
        for number in 0..=limits::CACHE_STEPS {
            cache.put(key(number), None);
        }
        assert_eq!(cache.len(), limits::CACHE_STEPS);
        assert!(!cache.knows(&key(0)) && cache.knows(&key(1)));
        cache.put(key(1), None);
        cache.put(key(limits::CACHE_STEPS + 1), None);
        assert!(cache.knows(&key(1)) && !cache.knows(&key(2)));
    }
}
