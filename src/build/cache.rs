//! What steps made before, by key. It holds every past result, so going back
//! to an earlier state finds it again; a clone shares everything.

use imbl::OrdMap;

use crate::fs::{FsPath, Node, Packed, Rootfs, Tree};
use crate::host::Kept;
use crate::limits;
use crate::oci::{Digest, Timestamp};

/// Results of steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cache {
    by_key: OrdMap<Digest, Entry>,
    /// Keys by age, for the oldest go first.
    by_age: OrdMap<u64, Digest>,
    /// Bytes of layers in memory, and with the host.
    held: u64,
    lent: u64,
    next: u64,
    /// How often something of it became different.
    changes: u64,
    /// What the cache mounts of RUN hold, by name.
    mounts: OrdMap<String, Rootfs>,
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
    /// What became of it since.
    pub used: Used,
}

/// What became of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    /// When a build last made it or found it.
    pub last: Timestamp,
    /// How many builds did.
    pub count: u64,
}

/// Digits of a record's name.
const ID_DIGITS: usize = 25;

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A base, which makes no layer of its own.
    Base,
    /// A layer.
    Layer(Box<Layer>),
    /// What is under another key: this one was made of where the step stands
    /// and of the stages it reads, that one of the files it found there.
    Same(Digest),
}

/// The result of a step that makes a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The layer; its bytes are kept here, for the image may be deleted.
    pub packed: Packed,
    /// How many bytes its tar has.
    pub unpacked: u64,
    /// The room its entries take on a disk, in bytes, if it was made by this process.
    pub room: Option<u64>,
    /// All files after the step; none if it was made by a process before this one.
    pub files: Option<Rootfs>,
    /// When it was made.
    pub created: Timestamp,
}

/// A result and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What came of it.
    pub outcome: Outcome,
    /// What became of that.
    pub used: Used,
    age: u64,
}

/// Where a cache mount's folder is in its tree, beside nothing else: the root has no metadata in an archive.
const MOUNT: &str = "/mount";

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
        self.held + self.lent
    }

    /// Whether a build made or found something since `before`, which was this cache.
    pub fn differs_from(&self, before: &Self) -> bool {
        self.changes != before.changes
    }

    /// All results by key, oldest first.
    pub fn entries(&self) -> impl Iterator<Item = (&Digest, &Entry)> {
        self.by_age.values().filter_map(|key| Some((key, self.by_key.get(key)?)))
    }

    /// The results that have a layer, oldest first.
    pub fn records(&self) -> Vec<CacheRecord> {
        let record = |(key, entry): (&Digest, &Entry)| {
            let layer = entry.layer()?;
            Some(CacheRecord {
                id: key.hex()[..ID_DIGITS].to_owned(),
                layer: layer.packed.descriptor.digest,
                size: layer.packed.blob.size(),
                created: layer.created,
                used: entry.used,
            })
        };
        self.entries().filter_map(record).collect()
    }

    /// Forgets the result with this name.
    pub fn forget_record(&mut self, id: &str) {
        let key = self.by_key.keys().find(|key| key.hex().starts_with(id)).copied();
        if let Some(key) = key {
            self.forget(&key);
        }
    }

    /// The layer under `key`, if what comes after it can go on from there.
    pub(super) fn layer(&self, key: &Digest) -> Option<&Layer> {
        self.by_key.get(key)?.layer().filter(|layer| layer.is_usable())
    }

    pub(super) fn knows(&self, key: &Digest) -> bool {
        self.by_key.contains_key(key)
    }

    /// The key that `shortcut` stands for, if there is a layer under it.
    pub(super) fn same(&self, shortcut: &Digest) -> Option<Digest> {
        let Outcome::Same(key) = self.by_key.get(shortcut)?.outcome else { return None };
        self.layer(&key).map(|_| key)
    }

    /// Notes that a build found what is under `key`.
    pub(super) fn touch(&mut self, key: &Digest, now: Timestamp) {
        if let Some(entry) = self.by_key.get_mut(key) {
            entry.used = Used { last: now, count: entry.used.count + 1 };
            self.changes += 1;
        }
    }

    /// Remembers a result, in place of an older one under the same key.
    pub fn put(&mut self, key: Digest, outcome: Outcome, used: Used) {
        self.forget(&key);
        self.by_key.insert(key, Entry { outcome, used, age: self.next });
        self.by_age.insert(self.next, key);
        self.next += 1;
        self.changes += 1;
        self.count(&key, u64::wrapping_add);
        while self.by_key.len() > limits::CACHE_STEPS
            || self.held > limits::CACHE_BYTES
            || self.lent > limits::CACHE_LENT_BYTES
        {
            let Some((_, oldest)) = self.by_age.get_min().copied() else { break };
            self.forget(&oldest);
        }
    }

    /// What the cache mounts hold, by name, each in a tree of its own.
    pub fn mounts(&self) -> impl Iterator<Item = (&String, &Rootfs)> {
        self.mounts.iter()
    }

    /// Gives the cache mount `id` what it held before.
    pub fn restore_mount(&mut self, id: String, files: Rootfs) {
        self.mounts.insert(id, files);
    }

    /// What the cache mount `id` holds; nothing, if that cannot be read any more.
    pub(super) fn mount(&self, id: &str) -> Option<&Node> {
        self.mounts.get(id)?.tree().ok()?.get(&FsPath::from(MOUNT))
    }

    /// Keeps what a RUN left in the cache mount `id`.
    pub(super) fn keep_mount(&mut self, id: &str, node: Node) {
        let mut tree = Tree::default();
        tree.insert(&FsPath::from(MOUNT), node).expect("the root is a folder");
        self.mounts.insert(id.to_owned(), Rootfs::from(tree));
        self.changes += 1;
    }

    fn forget(&mut self, key: &Digest) {
        self.count(key, u64::wrapping_sub);
        if let Some(entry) = self.by_key.remove(key) {
            self.by_age.remove(&entry.age);
        }
    }

    /// Counts the bytes under `key` in or out.
    fn count(&mut self, key: &Digest, with: fn(u64, u64) -> u64) {
        match self.by_key.get(key).and_then(Entry::layer).map(|layer| &layer.packed.blob) {
            Some(Kept::Memory(bytes)) => self.held = with(self.held, bytes.len() as u64),
            Some(Kept::Lent(lent)) => self.lent = with(self.lent, lent.size()),
            None => {}
        }
    }
}

impl Entry {
    /// The layer, if it is one.
    pub fn layer(&self) -> Option<&Layer> {
        match &self.outcome {
            Outcome::Layer(layer) => Some(layer),
            Outcome::Base | Outcome::Same(_) => None,
        }
    }
}

impl Layer {
    /// Whether its files are here, or can be laid out when a later step asks for them, with whoever keeps the layer
    /// if that is the host.
    pub fn is_usable(&self) -> bool {
        let is_lent = matches!(self.packed.blob, Kept::Lent(_));
        self.files.is_some() || is_lent || self.unpacked <= limits::LAYER_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_results_go_when_there_are_too_many() {
        let mut cache = Cache::default();
        let key = |number: usize| Digest::of(&number.to_be_bytes());
        let put = |cache: &mut Cache, number| cache.put(key(number), Outcome::Base, Used::default());
        for number in 0..=limits::CACHE_STEPS {
            put(&mut cache, number);
        }
        assert_eq!(cache.len(), limits::CACHE_STEPS);
        assert!(!cache.knows(&key(0)) && cache.knows(&key(1)));
        put(&mut cache, 1);
        put(&mut cache, limits::CACHE_STEPS + 1);
        assert!(cache.knows(&key(1)) && !cache.knows(&key(2)));
    }
}
