//! The image store of `--store DIR`: an OCI layout that is whole at any
//! moment, whoever is killed while writing. Blobs come first, each under its
//! digest; `index.json`, which names them, is replaced after that. The build
//! cache is kept beside it, and names blobs of its own.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::cache::{self, Saved};
use super::disk::{self, BlobFile, Layout, OnDisk, Unfinished};
use super::{NativeError, screen};
use crate::engine::Engine;
use crate::host::{Ingest, Kept, Shelf};
use crate::oci::{Algorithm, Descriptor, Digest, Index, REF_NAME, Reference, Timestamp, json};

/// Where containerd keeps the whole name of an image in a layout.
const IMAGE_NAME: &str = "io.containerd.image.name";

/// What a layout has no place for; without this file it is found out again, or not known.
const KNOWN: &str = ".known.json";
/// What has come of blobs whose pull was given up, each under the name of the whole.
const PARTIAL: &str = ".partial";
/// What builds made before.
const CACHE: &str = ".build-cache.json";

/// What a daemon knows of its images beside their bytes.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Known {
    /// The room each layer takes when it is unpacked, in bytes.
    rooms: BTreeMap<Digest, u64>,
    /// When each name was given.
    tagged: BTreeMap<String, Timestamp>,
    /// The builds that each image came of.
    builds: BTreeMap<Digest, BTreeMap<String, Timestamp>>,
}

/// A store that nobody else uses as long as this lives.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    /// Locked.
    _lock: File,
}

impl Store {
    /// Opens the store in `root`, which is made if it is not there; waits for whoever uses it.
    pub fn open(root: &Path) -> Result<Self, NativeError> {
        let failed = NativeError::file(root);
        let opened = || -> io::Result<Self> {
            Algorithm::ALL.into_iter().try_for_each(|algorithm| std::fs::create_dir_all(folder(root, algorithm)))?;
            let lock = File::create(root.join(".lock"))?;
            lock.lock()?;
            let store = Self { root: root.to_owned(), _lock: lock };
            // What a crash left unfinished is nobody's now.
            Unfinished::sweep(root)?;
            for folder in
                Algorithm::ALL.iter().flat_map(|algorithm| [folder(root, *algorithm), partial(root, *algorithm)])
            {
                if folder.is_dir() {
                    Unfinished::sweep(&folder)?;
                }
            }
            let version = root.join("oci-layout");
            if !version.is_file() {
                disk::write(&version, &mut br#"{"imageLayoutVersion":"1.0.0"}"#.as_slice())?;
            }
            Ok(store)
        };
        opened().map_err(failed)
    }

    /// A daemon with the images of the store; none of their blobs is read.
    pub fn load(&self) -> Result<Engine, NativeError> {
        let mut engine = Engine::default();
        let layout = Layout::new(&self.root);
        for (digest, _, size) in self.list()? {
            engine.blobs.keep(digest, Kept::Lent(Arc::clone(&layout).lend(&digest, size)));
        }
        for (digest, path, size) in self.partials()? {
            engine.note_partial(digest, Kept::Lent(Arc::new(OnDisk::new(path, size))));
        }
        for root in self.index()?.manifests {
            match name_of(&root) {
                Some(name) => drop(engine.names.insert(name, Arc::new(bare(root)))),
                None => drop(engine.dangling.insert(root.digest, Arc::new(bare(root)))),
            }
        }
        let known = self.known();
        known.rooms.into_iter().for_each(|(layer, room)| engine.note_room(layer, room));
        engine.tagged = known.tagged.into_iter().filter(|(name, _)| engine.names.contains_key(name)).collect();
        let builds = known.builds.into_iter().filter(|(image, _)| engine.blobs.has(image));
        engine.builds = Arc::new(builds.collect());
        // Those of images that somebody else put here.
        engine.measure_all();
        self.load_cache(&mut engine);
        Ok(engine)
    }

    /// Gives `engine` the build cache, and takes from its images what only the cache needs.
    fn load_cache(&self, engine: &mut Engine) {
        let path = self.root.join(CACHE);
        let whole = |blob: &Descriptor| engine.blobs.kept(&blob.digest).filter(|kept| kept.size() == blob.size);
        match cache::read(&path, whole) {
            Ok(cache) => engine.cache = cache,
            // Then nothing is known, and the next build makes it again.
            Err(error) => screen::complain(&format!("drydock: {}: ignored: {error}", path.display())),
        }
        let roots = engine.named_or_not();
        let needed: BTreeSet<Digest> =
            roots.flat_map(|root| engine.blobs.reachable(root)).map(|blob| blob.digest).collect();
        let layers = engine.cache.entries().filter_map(|(_, entry)| entry.layer()).map(|layer| &layer.packed);
        let mounts = engine.cache.mounts().filter_map(|(_, files)| files.top());
        let cached: Vec<Digest> = layers.chain(mounts).map(|packed| packed.descriptor.digest).collect();
        for digest in cached.iter().filter(|digest| !needed.contains(digest)) {
            engine.blobs.remove(digest);
        }
    }

    /// Makes the store hold the images of `engine`, its build cache, and nothing else.
    pub fn save(&self, engine: &Engine) -> Result<(), NativeError> {
        let cached = Saved::of(&engine.cache).map_err(|error| NativeError::Refused { reason: error.to_string() })?;
        for (digest, kept) in
            engine.blobs.iter().chain(cached.blobs.iter().map(|(digest, kept)| (digest, kept.clone())))
        {
            let path = self.root.join(digest.path());
            if !path.is_file() {
                disk::place(&kept, &path).map_err(NativeError::file(&path))?;
            }
        }
        let named = engine.names.iter().map(|(name, root)| named(root, name));
        let index = Index::of(named.chain(engine.dangling.values().map(|root| (**root).clone())).collect());
        let path = self.root.join("index.json");
        disk::write(&path, &mut json::compact(&index).as_slice()).map_err(NativeError::file(&path))?;
        self.remember(engine)?;
        self.save_partials(engine)?;
        let path = self.root.join(CACHE);
        cached.write(&path).map_err(NativeError::file(&path))?;
        // Only now does nothing name the others.
        let cached: BTreeSet<Digest> = cached.blobs.iter().map(|(digest, _)| *digest).collect();
        for (digest, path, _) in self.list()? {
            if !engine.blobs.has(&digest) && !cached.contains(&digest) {
                std::fs::remove_file(&path).map_err(NativeError::file(&path))?;
            }
        }
        Ok(())
    }

    /// Keeps what has come of blobs, and takes away what had come of others.
    fn save_partials(&self, engine: &Engine) -> Result<(), NativeError> {
        for (digest, came) in engine.partials() {
            let folder = partial(&self.root, digest.algorithm());
            let path = folder.join(digest.hex());
            let is_kept = std::fs::metadata(&path).is_ok_and(|known| known.len() == came.size());
            if !is_kept {
                let placed = std::fs::create_dir_all(&folder).and_then(|()| disk::place(came, &path));
                placed.map_err(NativeError::file(&path))?;
            }
        }
        for (digest, path, _) in self.partials()? {
            if !engine.partials().contains_key(&digest) {
                std::fs::remove_file(&path).map_err(NativeError::file(&path))?;
            }
        }
        Ok(())
    }

    fn partials(&self) -> Result<Vec<(Digest, PathBuf, u64)>, NativeError> {
        listed(|algorithm| partial(&self.root, algorithm))
    }

    /// Where a blob that is being made is written.
    pub fn ingest(&self) -> io::Result<Box<dyn Ingest>> {
        Ok(Box::new(BlobFile::begin(&self.blobs())?))
    }

    /// The folder of most blobs.
    pub fn blobs(&self) -> PathBuf {
        folder(&self.root, Algorithm::default())
    }

    /// What a daemon knew of the images; nothing, if that cannot be read.
    fn known(&self) -> Known {
        let read = std::fs::read(self.root.join(KNOWN)).ok();
        read.and_then(|bytes| json::read(&bytes).ok()).unwrap_or_default()
    }

    fn remember(&self, engine: &Engine) -> Result<(), NativeError> {
        let here = engine.rooms().iter().filter(|(layer, _)| engine.blobs.has(layer));
        let known = Known {
            rooms: here.map(|(layer, room)| (*layer, *room)).collect(),
            tagged: engine.tagged.iter().map(|(name, time)| (name.clone(), *time)).collect(),
            builds: (*engine.builds).clone(),
        };
        let path = self.root.join(KNOWN);
        disk::write(&path, &mut json::compact(&known).as_slice()).map_err(NativeError::file(&path))
    }

    fn index(&self) -> Result<Index, NativeError> {
        let path = self.root.join("index.json");
        if !path.is_file() {
            return Ok(Index::of(Vec::new()));
        }
        let bytes = std::fs::read(&path).map_err(NativeError::file(&path))?;
        json::read(&bytes).map_err(|error| NativeError::Refused { reason: format!("{}: {error}", path.display()) })
    }

    /// Digest, file and size of every blob.
    fn list(&self) -> Result<Vec<(Digest, PathBuf, u64)>, NativeError> {
        listed(|algorithm| folder(&self.root, algorithm))
    }
}

/// Digest, file and size of all that is in folders named by an algorithm, as far as these are there.
fn listed(folder: impl Fn(Algorithm) -> PathBuf) -> Result<Vec<(Digest, PathBuf, u64)>, NativeError> {
    let mut found = Vec::new();
    for algorithm in Algorithm::ALL {
        let folder = folder(algorithm);
        if folder.is_dir() {
            list(&folder, algorithm, &mut found).map_err(NativeError::file(&folder))?;
        }
    }
    Ok(found)
}

/// Where the blobs are that this algorithm names.
fn folder(root: &Path, algorithm: Algorithm) -> PathBuf {
    root.join("blobs").join(algorithm.as_str())
}

/// Where what came of such blobs is.
fn partial(root: &Path, algorithm: Algorithm) -> PathBuf {
    root.join(PARTIAL).join(algorithm.as_str())
}

fn list(folder: &Path, algorithm: Algorithm, found: &mut Vec<(Digest, PathBuf, u64)>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if let Ok(digest) = format!("{}:{}", algorithm.as_str(), name.to_string_lossy()).parse() {
            found.push((digest, entry.path(), entry.metadata()?.len()));
        }
    }
    Ok(())
}

/// The canonical name that an entry of the index gives an image.
fn name_of(root: &Descriptor) -> Option<String> {
    let name = root.annotations.get(IMAGE_NAME).or_else(|| root.annotations.get(REF_NAME))?;
    name.parse::<Reference>().ok().map(|reference| reference.tagged().to_string())
}

fn named(root: &Descriptor, name: &str) -> Descriptor {
    let mut root = root.clone();
    let tag = name.parse::<Reference>().ok().and_then(|reference| reference.tag).unwrap_or_default();
    root.annotations.insert(IMAGE_NAME.to_owned(), name.to_owned());
    root.annotations.insert(REF_NAME.to_owned(), tag);
    root
}

fn bare(mut root: Descriptor) -> Descriptor {
    root.annotations.remove(IMAGE_NAME);
    root.annotations.remove(REF_NAME);
    root
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn what_came_of_a_blob_stays_until_nobody_wants_it() {
        let root = std::env::temp_dir().join(format!("drydock-store-partials-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&root));
        let digest = Digest::of(b"a layer");
        for came in [b"a".as_slice(), b"a la"] {
            let store = Store::open(&root).expect("a folder");
            let mut engine = store.load().expect("a store");
            engine.note_partial(digest, Kept::Memory(Bytes::from_static(came)));
            store.save(&engine).expect("room");
            drop(store);
            let again = Store::open(&root).and_then(|store| store.load()).expect("a store");
            assert_eq!(again.partials()[&digest].bytes().expect("kept"), came);
            assert!(!again.blobs.has(&digest), "it is no blob");
        }
        let store = Store::open(&root).expect("a folder");
        store.save(&Engine::default()).expect("room");
        assert!(store.load().expect("a store").partials().is_empty());
        std::fs::remove_dir_all(&root).expect("it was a folder");
    }
}
