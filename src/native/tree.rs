//! Folders of the real disk as a tree, listed but not read, and what a command
//! changed in the tree written back.

use std::fs::Metadata as RealMetadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::disk::{self, OnDisk};
use super::docker::Named;
use super::{NativeError, screen};
use crate::fs::{Change, ChangeKind, Content, FsPath, Kind, Metadata, Node, Tree, diff};
use crate::limits;
use crate::oci::Timestamp;

/// A tree with what is named of the disk, each where it is. What is neither
/// file nor folder nor link is left out, and said.
pub fn mounted(named: &Named) -> Result<Tree, NativeError> {
    let mut mounting = Mounting { tree: Tree::default(), left: limits::CONTEXT_ENTRIES };
    for folder in
        named.folders.iter().map(PathBuf::as_path).chain(named.present.iter().filter_map(|path| path.parent()))
    {
        let made = mounting.tree.make_directories(&place(folder)?, Metadata::directory(Timestamp::default()));
        made.map_err(|error| NativeError::Refused { reason: error.to_string() })?;
    }
    for path in &named.present {
        let real = std::fs::metadata(path).map_err(NativeError::file(path))?;
        mounting.add(path, &place(path)?, &real)?;
    }
    Ok(mounting.tree)
}

/// A tree whose root is this folder of the disk.
pub fn listed(folder: &Path) -> Result<Tree, NativeError> {
    let mut mounting = Mounting { tree: Tree::default(), left: limits::CONTEXT_ENTRIES };
    mounting.add_entries(folder, &FsPath::root())?;
    Ok(mounting.tree)
}

/// Where a path of the disk is in the tree.
pub fn place(path: &Path) -> Result<FsPath, NativeError> {
    let text = path.to_str().ok_or_else(|| not_text(path))?;
    Ok(FsPath::from(text))
}

/// Writes to the disk what is new or changed in `after`.
pub fn write_back(before: &Tree, after: &Tree) -> Result<(), NativeError> {
    for Change { path, kind } in diff(before, after) {
        let Some(node) = after.get(&path).filter(|_| kind != ChangeKind::Deleted) else { continue };
        let real = PathBuf::from(path.as_str());
        write_node(&real, node, kind).map_err(NativeError::file(&real))?;
    }
    Ok(())
}

fn write_node(path: &Path, node: &Node, kind: ChangeKind) -> io::Result<()> {
    match &node.kind {
        // A folder that was there is the disk's own affair.
        Kind::Directory(_) if kind == ChangeKind::Modified || path.is_dir() => Ok(()),
        Kind::Directory(_) => {
            std::fs::create_dir_all(path)?;
            set_mode(path, node.metadata.mode)
        }
        Kind::File(content) => {
            disk::write(path, &mut content.open()?)?;
            set_mode(path, node.metadata.mode)
        }
        Kind::Symlink(target) => {
            if path.is_symlink() {
                std::fs::remove_file(path)?;
            }
            symlink(target, path)
        }
    }
}

struct Mounting {
    tree: Tree,
    /// Entries that may still come.
    left: usize,
}

impl Mounting {
    fn add(&mut self, path: &Path, at: &FsPath, real: &RealMetadata) -> Result<(), NativeError> {
        self.left = self.left.checked_sub(1).ok_or_else(|| NativeError::Refused {
            reason: format!("{}: more than {} files", path.display(), limits::CONTEXT_ENTRIES),
        })?;
        let metadata = metadata(real);
        if real.is_dir() {
            self.insert(at, Node::directory(metadata))?;
            return self.add_entries(path, at);
        }
        let node = if real.is_symlink() {
            let target = std::fs::read_link(path).map_err(NativeError::file(path))?;
            Node::symlink(metadata, target.to_str().ok_or_else(|| not_text(path))?)
        } else if real.is_file() {
            let content = Content::Lent(Arc::new(OnDisk::new(path, real.len())));
            Node::file(metadata, content)
        } else {
            screen::complain(&format!("drydock: {}: left out, for it is no file, folder or link", path.display()));
            return Ok(());
        };
        self.insert(at, node)
    }

    fn add_entries(&mut self, folder: &Path, at: &FsPath) -> Result<(), NativeError> {
        for entry in std::fs::read_dir(folder).map_err(NativeError::file(folder))? {
            let entry = entry.map_err(NativeError::file(folder))?;
            let path = entry.path();
            let name = entry.file_name();
            let at = at.child(name.to_str().ok_or_else(|| not_text(&path))?);
            let real = entry.metadata().map_err(NativeError::file(&path))?;
            self.add(&path, &at, &real)?;
        }
        Ok(())
    }

    fn insert(&mut self, at: &FsPath, node: Node) -> Result<(), NativeError> {
        self.tree.insert(at, node).map_err(|error| NativeError::Refused { reason: error.to_string() })
    }
}

/// Owners of this disk mean nothing in an image.
fn metadata(real: &RealMetadata) -> Metadata {
    let modified = real.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let modified = Timestamp::default().after(modified.unwrap_or_default());
    Metadata { mode: mode(real), uid: 0, gid: 0, modified }
}

#[cfg(unix)]
fn mode(real: &RealMetadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&real.permissions()) & 0o7777
}

/// As docker's client on Windows has it.
#[cfg(not(unix))]
fn mode(_: &RealMetadata) -> u32 {
    0o755
}

#[cfg(unix)]
pub(super) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
    std::fs::set_permissions(path, permissions)
}

#[cfg(not(unix))]
pub(super) fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
pub(super) fn symlink(target: &str, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
pub(super) fn symlink(_: &str, _: &Path) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "symbolic links are not supported on this system"))
}

fn not_text(path: &Path) -> NativeError {
    NativeError::Refused { reason: format!("{}: its name is not UTF-8", path.display()) }
}
