//! Files of the real disk that outlive a crash: what has a name is whole. A
//! file is written beside its place under a name nobody looks for, made to
//! last, and only then given its name.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::host::{Ingest, Kept, Lent};
use crate::oci::Digest;

/// What is before the name of a file that is not whole yet.
const UNFINISHED: &str = ".unfinished-";

/// A file, lent in pieces. It is opened when it is read, so that any number can be known at once.
#[derive(Debug)]
pub struct OnDisk {
    path: Box<Path>,
    size: u64,
}

impl OnDisk {
    /// The file at `path`, of this size when it was looked at.
    pub fn new(path: impl Into<PathBuf>, size: u64) -> Self {
        Self { path: path.into().into_boxed_path(), size }
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
