//! Files of the real disk that outlive a crash: what has a name is whole. A
//! file is written beside its place under a name nobody looks for, made to
//! last, and only then given its name.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::host::{Ingest, Kept, Lent, Shelf};
use crate::oci::{Digest, Timestamp};

/// What is before the name of a file that is not whole yet.
const UNFINISHED: &str = ".unfinished-";

/// A file, lent in pieces. It is opened when it is read, so that any number can be known at once.
#[derive(Debug)]
pub struct OnDisk {
    path: PathBuf,
    size: u64,
    shelf: Option<Arc<Layout>>,
}

/// The folder of an OCI layout, whose blobs are found by their digests.
/// <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#blobs>
#[derive(Debug)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The layout in `root`.
    pub fn new(root: &Path) -> Arc<Self> {
        Arc::new(Self { root: root.to_owned() })
    }

    /// The file of a blob.
    pub fn path(&self, digest: &Digest) -> PathBuf {
        self.root.join(digest.path())
    }
}

impl Shelf for Layout {
    fn lend(self: Arc<Self>, digest: &Digest, size: u64) -> Arc<dyn Lent> {
        Arc::new(OnDisk { path: self.path(digest), size, shelf: Some(self) })
    }
}

impl OnDisk {
    /// The file at `path`, of this size when it was looked at.
    pub fn new(path: impl Into<PathBuf>, size: u64) -> Self {
        Self { path: path.into(), size, shelf: None }
    }
}

impl Lent for OnDisk {
    fn size(&self) -> u64 {
        self.size
    }

    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        open(&self.path, offset)
    }

    fn path(&self) -> Option<&Path> {
        Some(&self.path)
    }

    fn shelf(&self) -> Option<Arc<dyn Shelf>> {
        Some(self.shelf.clone()?)
    }

    fn arrival(&self) -> Option<Timestamp> {
        let written = std::fs::metadata(&self.path).and_then(|metadata| metadata.modified()).ok()?;
        Some(Timestamp::default().after(written.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()))
    }

    fn note_arrival(&self) -> io::Result<bool> {
        // A file of somebody else's keeps its time; then the registry remembers.
        match File::open(&self.path)?.set_modified(SystemTime::now()) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(false),
            noted => noted.map(|()| true),
        }
    }
}

fn open(path: &Path, offset: u64) -> io::Result<Box<dyn Read>> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut file = File::open(path).map_err(named)?;
    if offset > 0 {
        file.seek(SeekFrom::Start(offset))?;
    }
    Ok(Box::new(file))
}

/// A file without its name yet. Dropped, it leaves nothing.
#[derive(Debug)]
pub struct Unfinished {
    file: File,
    path: PathBuf,
}

impl Unfinished {
    /// A new file in `folder`.
    pub fn begin(folder: &Path) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{UNFINISHED}{}-{number}", std::process::id()));
        Ok(Self { file: File::create(&path)?, path })
    }

    /// Gives it its name, in place of what had it.
    pub fn finish(self, path: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        std::fs::rename(&self.path, path)?;
        sync_folder(folder_of(path))
    }

    /// Takes away what a crash left in `folder`; nobody else may be writing there.
    pub fn sweep(folder: &Path) -> io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Finished, it is no longer under this name; otherwise the next sweep would find it.
        drop(std::fs::remove_file(&self.path));
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A blob being written into a folder where blobs are named with their digits.
pub struct BlobFile {
    file: Unfinished,
    folder: PathBuf,
    size: u64,
}

impl BlobFile {
    /// A new blob in `folder`.
    pub fn begin(folder: &Path) -> io::Result<Self> {
        Ok(Self { file: Unfinished::begin(folder)?, folder: folder.to_owned(), size: 0 })
    }
}

impl Write for BlobFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Ingest for BlobFile {
    fn commit(self: Box<Self>, digest: &Digest) -> io::Result<Kept> {
        let path = self.folder.join(digest.hex());
        self.file.finish(&path)?;
        Ok(Kept::Lent(Arc::new(OnDisk::new(path, self.size))))
    }

    fn hold(self: Box<Self>) -> io::Result<Kept> {
        self.file.file.sync_all()?;
        Ok(Kept::Lent(Arc::new(Nameless { size: self.size, file: self.file })))
    }
}

/// A file that is there as long as it is held. What was written lasts already.
#[derive(Debug)]
struct Nameless {
    file: Unfinished,
    size: u64,
}

impl Lent for Nameless {
    fn size(&self) -> u64 {
        self.size
    }

    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        open(&self.file.path, offset)
    }

    fn path(&self) -> Option<&Path> {
        Some(&self.file.path)
    }
}

/// Writes a whole file that is there, as it was or as it will be, at any moment.
pub fn write(path: &Path, bytes: &mut dyn Read) -> io::Result<()> {
    let mut file = Unfinished::begin(folder_of(path))?;
    io::copy(bytes, &mut file)?;
    file.finish(path)
}

/// Gives bytes the name `path`: a file without a name gets it, everything else is copied.
pub fn place(kept: &Kept, path: &Path) -> io::Result<()> {
    if nameless(kept).is_some_and(|file| std::fs::hard_link(file, path).is_ok()) {
        return sync_folder(folder_of(path));
    }
    write(path, &mut kept.open()?)
}

/// The file that bytes are in which nobody has named, and so nobody else can change.
fn nameless(kept: &Kept) -> Option<&Path> {
    let Kept::Lent(lent) = kept else { return None };
    let is_unfinished =
        |file: &&Path| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(UNFINISHED));
    lent.path().filter(is_unfinished)
}

/// The folder a file is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the names in a folder last; where folders cannot be opened, the system does it by itself.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_is_found_by_its_digest_and_its_file_says_when_it_came() {
        let root = std::env::temp_dir().join(format!("drydock-layout-{}", std::process::id()));
        let digest = Digest::of(b"layer");
        let layout = Layout::new(&root);
        let path = layout.path(&digest);
        std::fs::create_dir_all(folder_of(&path)).expect("a folder");
        write(&path, &mut &b"layer"[..]).expect("written");
        let long_ago = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(10);
        File::open(&path).and_then(|file| file.set_modified(long_ago)).expect("it is ours");
        let kept = Kept::Lent(layout.lend(&digest, 5));
        assert_eq!(kept.digest(digest.algorithm()).expect("there"), digest);
        assert_eq!(kept.arrival(), Some(Timestamp::from_seconds(10)));
        assert!(kept.note_arrival().expect("it is ours"), "the file remembers it");
        assert!(kept.arrival() > Some(Timestamp::from_seconds(10)));
        std::fs::remove_dir_all(&root).expect("a folder");
    }
}
