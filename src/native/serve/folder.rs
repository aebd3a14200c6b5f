//! The folder of a served registry: an OCI layout whose blobs all repositories
//! share, and a journal of what they show.
//!
//! A blob is written beside its place, made to last, and then linked to its
//! name; only after that the line that shows it goes to the journal. Whatever
//! moment the power fails at, the journal names nothing that is not there. A
//! line that was cut at its end was never answered, and is taken off. So it is
//! with the pieces of uploads, which lie in `uploads` until these are over.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response};

use super::keeper;
use super::pieces::Pieces;
use crate::host::{Host, Ingest, Kept, SendError, Shelf};
use crate::native::disk::{self, BlobFile, Layout};
use crate::native::{NativeError, Site, screen};
use crate::oci::{Digest, Index, REF_NAME, Timestamp, json};
use crate::registry::{Change, Registry};
use crate::store::Blobs;

/// What an OCI layout says of itself.
const LAYOUT: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;

/// The folder of a registry, held by this process alone.
pub struct Folder {
    root: PathBuf,
    layout: Arc<Layout>,
    journal: Mutex<Journal>,
    pieces: Pieces,
    /// Folders of blobs and pieces with names that might not last yet.
    fresh: Mutex<BTreeSet<PathBuf>>,
    /// Locked as long as the folder is ours.
    _lock: File,
}

struct Journal {
    file: File,
    length: u64,
}

impl Folder {
    /// Opens or begins the registry in `root`.
    pub fn open(root: &Path) -> Result<(Self, Registry), NativeError> {
        for folder in ["blobs/sha256", "uploads"] {
            let path = root.join(folder);
            std::fs::create_dir_all(&path).map_err(NativeError::file(&path))?;
        }
        disk::sync_folder(&root.join("blobs")).map_err(NativeError::file(root))?;
        let lock = lock(root)?;
        let pieces = Pieces::of(root);
        disk::Unfinished::sweep(&pieces.folder).map_err(NativeError::file(&pieces.folder))?;
        let mut registry = Registry::bounded("", keeper::bounds());
        let found = list(root).map_err(NativeError::file(root.join("blobs")))?;
        let layout = Layout::new(root);
        registry.restore(blobs(&layout, &found), read_journal(root)?);
        for id in registry.find_pieces(&|id, number| pieces.find(id, number)) {
            screen::complain(&format!("drydock: upload {} is not whole; it has to begin again", id.escape_default()));
        }
        registry.expire_uploads(Site::new("").now());
        let journal = Mutex::new(Journal::begin(root, &registry).map_err(NativeError::file(root))?);
        pieces.sweep(&registry).map_err(NativeError::file(&pieces.folder))?;
        let folder = Self { root: root.to_owned(), layout, journal, pieces, fresh: Mutex::default(), _lock: lock };
        folder.tidy(&registry)?;
        Ok((folder, registry))
    }

    /// Writes down what changed. An error means that it did not happen.
    pub fn append(&self, changes: &[Change]) -> io::Result<()> {
        let fresh = std::mem::take(&mut *self.fresh.lock().unwrap_or_else(PoisonError::into_inner));
        for folder in fresh {
            disk::sync_folder(&folder)?;
        }
        if changes.is_empty() {
            return Ok(());
        }
        let lines: Vec<u8> = changes.iter().flat_map(line).collect();
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).append(&lines)?;
        let ended = changes.iter().flat_map(|change| &change.uploads).filter(|(_, opened)| opened.is_none());
        for (id, _) in ended {
            // It has ended all the same: what is left of it goes when the folder is opened next.
            if let Err(error) = self.pieces.forget(id) {
                screen::complain(&format!("drydock: upload {id}: {error}"));
            }
        }
        Ok(())
    }

    /// The file of a blob.
    pub fn path(&self, digest: &Digest) -> PathBuf {
        self.layout.path(digest)
    }

    /// Writes the index of everything tagged, for whoever reads the folder as an OCI layout.
    pub fn tidy(&self, registry: &Registry) -> Result<(), NativeError> {
        let write = |name: &str, bytes: &[u8]| {
            let path = self.root.join(name);
            disk::write(&path, &mut &*bytes).map_err(NativeError::file(&path))
        };
        write("oci-layout", LAYOUT)?;
        write("index.json", &index(registry))
    }
}

impl Journal {
    /// A journal that says what is there, and no longer how it came there.
    fn begin(root: &Path, registry: &Registry) -> io::Result<Self> {
        let path = root.join(JOURNAL);
        let lines: Vec<u8> = registry.changes_since(&Registry::default()).iter().flat_map(line).collect();
        disk::write(&path, &mut lines.as_slice())?;
        let file = OpenOptions::new().append(true).open(&path)?;
        Ok(Self { file, length: lines.len() as u64 })
    }

    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let written = self.file.write_all(lines).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // A part of them may be there; the next ones must not come behind it.
            self.file.set_len(self.length)?;
            self.file.seek(SeekFrom::Start(self.length))?;
            return Err(error);
        }
        self.length += lines.len() as u64;
        Ok(())
    }
}

const JOURNAL: &str = "journal.jsonl";

fn line(change: &Change) -> Vec<u8> {
    let mut line = json::compact(change);
    line.push(b'\n');
    line
}

/// The changes of the journal in `root`. What is behind the last line's end was cut while it was written.
pub fn read_journal(root: &Path) -> Result<Vec<Change>, NativeError> {
    let path = root.join(JOURNAL);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let bytes = std::fs::read(&path).map_err(NativeError::file(&path))?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').unwrap_or_default();
    let lines = bytes[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let read = |(number, line)| {
        json::read(line).map_err(|error| NativeError::Refused {
            reason: format!("{}: line {}: {error}", path.display(), number + 1),
        })
    };
    lines.enumerate().map(read).collect()
}

/// A file under `blobs` whose name is a digest.
pub struct Found {
    /// Its name.
    pub digest: Digest,
    /// Where it is.
    pub path: PathBuf,
    /// How large it is, in bytes.
    pub size: u64,
}

/// Every blob in the folder `root`.
pub fn list(root: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for algorithm in std::fs::read_dir(root.join("blobs"))? {
        let algorithm = algorithm?;
        for entry in std::fs::read_dir(algorithm.path())? {
            let entry = entry?;
            let name = format!("{}:{}", algorithm.file_name().display(), entry.file_name().display());
            if let Ok(digest) = name.parse() {
                found.push(Found { digest, path: entry.path(), size: entry.metadata()?.len() });
            }
        }
    }
    Ok(found)
}

fn blobs(layout: &Arc<Layout>, found: &[Found]) -> Blobs {
    let mut blobs = Blobs::default();
    for Found { digest, size, .. } in found {
        blobs.keep(*digest, Kept::Lent(Arc::clone(layout).lend(digest, *size)));
    }
    blobs
}

/// Makes the folder ours, until the file is closed.
pub fn lock(root: &Path) -> Result<File, NativeError> {
    let path = root.join("lock");
    let file = File::create(&path).map_err(NativeError::file(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let reason = format!("{}: another process serves this folder", root.display());
            Err(NativeError::Refused { reason })
        }
        Err(TryLockError::Error(error)) => Err(NativeError::file(&path)(error)),
    }
}

fn index(registry: &Registry) -> Vec<u8> {
    let mut tagged = Vec::new();
    for (name, repository) in registry.repositories() {
        for (tag, digest) in &repository.tags {
            if let Some(manifest) = repository.manifests.get(digest) {
                let mut manifest = manifest.descriptor(*digest);
                manifest.annotations.insert(REF_NAME.to_owned(), format!("{name}:{tag}"));
                tagged.push(manifest);
            }
        }
    }
    json::compact(&Index::of(tagged))
}

/// Where one request's bytes go.
pub enum Place<'a> {
    /// Nowhere else.
    Memory,
    /// Into a folder.
    Disk(&'a Folder),
}

impl Host for Place<'_> {
    fn now(&self) -> Timestamp {
        Site::new("").now()
    }

    fn random(&mut self, bytes: &mut [u8]) {
        Site::new("").random(bytes);
    }

    fn send(&mut self, _: Request<Bytes>) -> Result<Response<Bytes>, SendError> {
        Err(SendError { reason: "a registry asks nobody".to_owned() })
    }

    fn ingest(&mut self) -> io::Result<Box<dyn Ingest>> {
        match self {
            Self::Memory => Ok(Box::new(Vec::new())),
            Self::Disk(folder) => Ok(Box::new(BlobFile::begin(&folder.pieces.folder)?)),
        }
    }

    fn keep_piece(&mut self, piece: Kept, upload: &str, number: usize) -> io::Result<Kept> {
        match self {
            Self::Memory => Ok(piece),
            Self::Disk(folder) => {
                folder.freshen(&folder.pieces.folder);
                folder.pieces.keep(piece, upload, number)
            }
        }
    }

    fn keep(&mut self, kept: Kept, digest: &Digest) -> io::Result<Kept> {
        match self {
            Self::Memory => Ok(kept),
            Self::Disk(folder) => folder.keep(&kept, digest),
        }
    }
}

impl Folder {
    /// A file is given one more name, the one that stays.
    fn keep(&self, kept: &Kept, digest: &Digest) -> io::Result<Kept> {
        let path = self.path(digest);
        let folder = path.parent().unwrap_or(&self.root).to_owned();
        if !folder.is_dir() {
            std::fs::create_dir(&folder)?;
            self.freshen(&self.root.join("blobs"));
        }
        let file = if let Kept::Lent(lent) = kept { lent.path() } else { None };
        match file.map(|file| std::fs::hard_link(file, &path)) {
            Some(Err(error)) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Some(_) => self.freshen(&folder),
            None => {
                let mut file = disk::Unfinished::begin(&self.pieces.folder)?;
                io::copy(&mut kept.open()?, &mut file)?;
                file.finish(&path)?;
            }
        }
        Ok(Kept::Lent(Arc::clone(&self.layout).lend(digest, kept.size())))
    }

    /// The names in a folder are to last before the next change is answered.
    fn freshen(&self, folder: &Path) {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
    }
}
