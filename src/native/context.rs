//! A folder of the real disk as a build context: the same bytes give the same
//! image, so neither the owner nor the times nor the modes of this disk count.

use std::path::Path;

use super::NativeError;
use crate::dockerfile::Ignore;
use crate::fs::{FsPath, Metadata, Node, Tree};
use crate::limits;
use crate::oci::Timestamp;

/// The files in `folder`, all of `time`; whole folders that its `.dockerignore` excludes are not read.
pub fn read(folder: &Path, time: Timestamp) -> Result<Tree, NativeError> {
    let ignore = std::fs::read_to_string(folder.join(".dockerignore")).unwrap_or_default();
    let ignore = Ignore::parse(&ignore).map_err(|error| NativeError::Refused { reason: error.to_string() })?;
    let mut reading = Reading { folder, ignore, time, tree: Tree::default(), bytes: 0 };
    reading.folder(folder, &FsPath::root())?;
    Ok(reading.tree)
}

struct Reading<'a> {
    folder: &'a Path,
    ignore: Ignore,
    time: Timestamp,
    tree: Tree,
    bytes: u64,
}

impl Reading<'_> {
    fn folder(&mut self, real: &Path, at: &FsPath) -> Result<(), NativeError> {
        let made = self.tree.make_directories(at, Metadata::directory(self.time));
        made.expect("a disk has no file where a folder is");
        for entry in std::fs::read_dir(real).map_err(NativeError::file(real))? {
            let entry = entry.map_err(NativeError::file(real))?;
            let (path, at) = (entry.path(), at.child(&entry.file_name().to_string_lossy()));
            let kind = entry.file_type().map_err(NativeError::file(&path))?;
            if kind.is_dir() && !self.ignore.excludes(&at) {
                self.folder(&path, &at)?;
            } else if kind.is_file() {
                self.file(&path, &at)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, real: &Path, at: &FsPath) -> Result<(), NativeError> {
        let size = real.metadata().map_err(NativeError::file(real))?.len();
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > limits::MACHINE_BYTES {
            return Err(NativeError::TooLarge { folder: self.folder.to_owned(), limit: limits::MACHINE_BYTES });
        }
        let bytes = std::fs::read(real).map_err(NativeError::file(real))?;
        // A compiler leaves a program for WASI without the permission to run it.
        let mode = if bytes.starts_with(b"\0asm") { 0o755 } else { 0o644 };
        let node = Node::file(Metadata { mode, ..Metadata::file(self.time) }, bytes);
        self.tree.insert(at, node).expect("its folder was just made");
        Ok(())
    }
}
