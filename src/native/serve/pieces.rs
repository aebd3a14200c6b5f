//! The pieces of uploads that are open, each a file: `<id>.<number>`, beside
//! what has no name yet. The journal says how many bytes of an upload were
//! acknowledged; a piece beyond them never was, and goes.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::host::Kept;
use crate::native::disk::OnDisk;
use crate::registry::{Registry, is_upload_id};

/// The folder of pieces.
pub struct Pieces {
    /// Where it is.
    pub folder: PathBuf,
}

impl Pieces {
    /// Those in the registry's folder `root`.
    pub fn of(root: &Path) -> Self {
        Self { folder: root.join("uploads") }
    }

    /// Gives a piece its name, in place of one that could not be written down.
    pub fn keep(&self, piece: Kept, upload: &str, number: usize) -> io::Result<Kept> {
        let Kept::Lent(lent) = &piece else { return Ok(piece) };
        let Some(nameless) = lent.path() else { return Ok(piece) };
        let path = self.path(upload, number);
        std::fs::rename(nameless, &path)?;
        Ok(Kept::Lent(Arc::new(OnDisk::new(path, lent.size()))))
    }

    /// The piece of an upload, if it is there: a file, not what leads to one.
    pub fn find(&self, upload: &str, number: usize) -> Option<Kept> {
        let path = self.path(upload, number);
        let metadata = std::fs::symlink_metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
        Some(Kept::Lent(Arc::new(OnDisk::new(path, metadata.len()))))
    }

    /// Takes all pieces of an upload away, which is over.
    pub fn forget(&self, upload: &str) -> io::Result<()> {
        for number in 0.. {
            match std::fs::remove_file(self.path(upload, number)) {
                Err(error) if error.kind() == ErrorKind::NotFound => break,
                removed => removed?,
            }
        }
        Ok(())
    }

    /// Takes away what no open upload needs; what was never a piece is somebody else's.
    pub fn sweep(&self, registry: &Registry) -> io::Result<()> {
        let names = registry.open_uploads().flat_map(|(id, came)| (0..came.len()).map(move |number| name(id, number)));
        let needed: BTreeSet<OsString> = names.map(OsString::from).collect();
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            if is_name(&entry.file_name()) && !entry.file_type()?.is_dir() && !needed.contains(&entry.file_name()) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn path(&self, upload: &str, number: usize) -> PathBuf {
        self.folder.join(name(upload, number))
    }
}

fn name(upload: &str, number: usize) -> String {
    format!("{upload}.{number}")
}

fn is_name(name: &OsStr) -> bool {
    let parts = name.to_str().and_then(|name| name.split_once('.'));
    parts.is_some_and(|(id, number)| is_upload_id(id) && number.parse::<usize>().is_ok())
}
