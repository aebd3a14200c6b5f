//! A layer laid over a tree: files replace, whiteouts take away. Nothing in
//! an archive can reach outside the root, whatever its names and links say,
//! and nothing in it costs more than its bounds. Where a layer is odd, what
//! happens is what containerd makes of it.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets>
//! <https://github.com/containerd/containerd/blob/v2.2.0/pkg/archive/tar.go>
//!
//! A tree has files, folders and symbolic links; a hard link is one more name
//! of a file. Devices and pipes are refused, for there is nothing they could
//! lead to; extended attributes are left out, and whoever asks is told so.

mod entry;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use ::tar::Archive;

use super::{Content, FsError, FsPath, Kind, Link, Metadata, Node, Tree};
use crate::host::{Kept, Lent};
use crate::limits;
use crate::oci::Algorithm;
use entry::{Entry, What};

const WHITEOUT: &str = ".wh.";
const OPAQUE: &str = ".wh..wh..opq";

/// Why a layer cannot be laid over a tree.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The archive is damaged.
    #[error("archive/tar: {source}")]
    Archive {
        /// What the reader says.
        #[from]
        source: io::Error,
    },
    /// A name is not text, or has a zero in it.
    #[error("archive/tar: a name is not UTF-8")]
    Name,
    /// A number, such as an owner or a time, is none.
    #[error("archive/tar: {path}: invalid {field}")]
    Number {
        /// Which entry.
        path: FsPath,
        /// What it should be.
        field: &'static str,
    },
    /// A path or one of its names is longer than Linux has them.
    #[error("{start}…: file name too long")]
    TooLong {
        /// How it begins.
        start: String,
    },
    /// A whiteout that would hide its own folder or one above.
    #[error("invalid whiteout name: {name}: invalid archive")]
    Whiteout {
        /// Its name.
        name: String,
    },
    /// A device, a pipe or another kind a tree has no place for.
    #[error("{path}: unsupported type {kind:?} in a layer")]
    Unsupported {
        /// Which entry.
        path: FsPath,
        /// Its type flag.
        kind: char,
    },
    /// A hard link to nothing, or to a folder.
    #[error("link {target} {path}: {reason}")]
    Link {
        /// Which entry.
        path: FsPath,
        /// What it names.
        target: String,
        /// In the kernel's words.
        reason: &'static str,
    },
    /// A file stands where a folder is needed, or links lead in a circle.
    #[error("{source}")]
    Path {
        /// What the tree says.
        #[from]
        source: FsError,
    },
    /// Too many entries.
    #[error("archive/tar: more than {limit} entries")]
    TooMany {
        /// The bound.
        limit: usize,
    },
    /// Its files hold more than a layer may.
    #[error("archive/tar: more than {limit} bytes")]
    TooLarge {
        /// The bound, in bytes.
        limit: u64,
    },
}

/// Something in a layer that a tree cannot keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Of which entry.
    pub path: FsPath,
    /// Such as the extended attribute `security.capability`.
    pub attribute: String,
}

/// The tree after the uncompressed layer `tar` is laid over `base`.
pub fn apply(base: &Tree, tar: &[u8]) -> Result<Tree, ApplyError> {
    apply_telling(base, tar, &mut |_| ())
}

/// As [`apply`], and tells what is left out.
pub fn apply_telling(base: &Tree, tar: impl Read, tell: &mut dyn FnMut(LeftOut)) -> Result<Tree, ApplyError> {
    Layer::over(base, true).lay(tar, tell)
}

/// The entries of a layer as they stand in the archive: a whiteout is a file like any other.
pub fn apply_literally(tar: &[u8]) -> Result<Tree, ApplyError> {
    Layer::over(&Tree::default(), false).lay(tar, &mut |_| ())
}

/// As [`apply`]: what the host keeps of the layer stays there, and the files are parts of it.
pub fn apply_kept(base: &Tree, tar: &Kept) -> Result<Tree, ApplyError> {
    Layer::over(base, true).lay_kept(tar)
}

/// As [`apply_literally`], likewise.
pub fn literally_kept(tar: &Kept) -> Result<Tree, ApplyError> {
    Layer::over(&Tree::default(), false).lay_kept(tar)
}

/// The room that the entries of a layer take where files and folders take
/// whole blocks of so many bytes. The archive is read once and not kept.
pub fn room(tar: impl Read, block: u64) -> Result<u64, ApplyError> {
    let mut room = 0_u64;
    for (count, entry) in Archive::new(tar).entries()?.enumerate() {
        if count >= limits::LAYER_ENTRIES {
            return Err(ApplyError::TooMany { limit: limits::LAYER_ENTRIES });
        }
        if let Some(entry) = Entry::read(&mut entry?, &mut |_| ())? {
            room = room.saturating_add(match entry.what {
                What::Directory => block,
                What::File { size } => size.div_ceil(block).saturating_mul(block),
                What::Symlink { target } => (target.len() as u64).div_ceil(block) * block,
                What::Link { .. } => 0,
            });
        }
    }
    Ok(room)
}

/// A layer half laid.
struct Layer {
    tree: Tree,
    /// Whether whiteouts take away.
    whiteouts: bool,
    /// What this layer has put, which its own opaque folders do not hide.
    own: BTreeSet<FsPath>,
    bytes_left: u64,
    /// The archive, if the host keeps it.
    lent: Option<Arc<dyn Lent>>,
    /// Whether it gave a file one more name.
    has_linked: bool,
}

impl Layer {
    fn over(base: &Tree, whiteouts: bool) -> Self {
        let bytes_left = limits::LAYER_BYTES;
        Self { tree: base.clone(), whiteouts, own: BTreeSet::new(), bytes_left, lent: None, has_linked: false }
    }

    fn lay_kept(self, tar: &Kept) -> Result<Tree, ApplyError> {
        match tar {
            Kept::Memory(bytes) => self.lay(&bytes[..], &mut |_| ()),
            Kept::Lent(lent) => {
                let layer = Self { lent: Some(Arc::clone(lent)), ..self };
                layer.lay(BufReader::new(tar.open()?), &mut |_| ())
            }
        }
    }

    fn lay(mut self, tar: impl Read, tell: &mut dyn FnMut(LeftOut)) -> Result<Tree, ApplyError> {
        let mut archive = Archive::new(tar);
        for (count, entry) in archive.entries()?.enumerate() {
            if count >= limits::LAYER_ENTRIES {
                return Err(ApplyError::TooMany { limit: limits::LAYER_ENTRIES });
            }
            let mut entry = entry?;
            if let Some(read) = Entry::read(&mut entry, tell)? {
                let at = entry.raw_file_position();
                self.put(read, &mut entry, at)?;
            }
        }
        if self.has_linked {
            settle_links(&mut self.tree)?;
        }
        Ok(self.tree)
    }

    /// Puts what `entry` says, its bytes coming from `reader`, which begins `at` so many bytes of the archive.
    fn put(&mut self, entry: Entry, reader: &mut dyn Read, at: u64) -> Result<(), ApplyError> {
        let path = self.tree.resolve_parent(&entry.path)?;
        entry::check_length(path.as_str())?;
        let Some(parent) = path.parent() else { return Ok(()) };
        self.tree.make_directories(&parent, Metadata::directory(entry.metadata.modified))?;
        if let Some(hidden) = path.name().strip_prefix(WHITEOUT).filter(|_| self.whiteouts) {
            return self.hide(&parent, path.name(), hidden);
        }
        let node = match entry.what {
            What::Directory => {
                let present = self.tree.get(&path).filter(|node| node.entries().is_some());
                let kind = present.map_or_else(|| Kind::Directory(BTreeMap::new()), |node| node.kind.clone());
                Node::new(entry.metadata, kind)
            }
            What::File { size } => Node::file(entry.metadata, self.content(reader, size, at)?),
            What::Symlink { target } => Node::symlink(entry.metadata, &target),
            What::Link { target } => self.linked(&path, &target)?,
        };
        self.tree.insert(&path, node)?;
        self.own.insert(path);
        Ok(())
    }

    /// Reads a file whose size was announced, if there is room for it; what the host keeps is only pointed at.
    fn content(&mut self, reader: &mut dyn Read, size: u64, at: u64) -> Result<Content, ApplyError> {
        if let Some(lent) = &self.lent {
            let inside = Kept::Lent(Arc::clone(lent)).stretch(at, size);
            let is_whole = inside.size() == size;
            return if is_whole {
                Ok(inside.into())
            } else {
                Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
            };
        }
        let limit = limits::LAYER_BYTES;
        self.bytes_left = self.bytes_left.checked_sub(size).ok_or(ApplyError::TooLarge { limit })?;
        let mut bytes = Vec::new();
        reader.take(size).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < size {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(Content::from(bytes))
    }

    /// One more name of a file. A symbolic link never changes, so its second name is a copy.
    fn linked(&mut self, path: &FsPath, target: &str) -> Result<Node, ApplyError> {
        self.has_linked = true;
        let refused = |reason| ApplyError::Link { path: path.clone(), target: target.to_owned(), reason };
        let source = self.tree.resolve_parent_of(target)?;
        // What stood at the path, a whole folder too, is gone before the link is made.
        let is_gone = source.below(path).is_some();
        let link = match self.tree.get(&source).filter(|_| !is_gone) {
            None => return Err(refused("no such file or directory")),
            Some(node) if node.entries().is_some() => return Err(refused("operation not permitted")),
            Some(node) if node.link.is_some() || node.content().is_none() => return Ok(node.clone()),
            Some(node) => link(&source, node)?,
        };
        let node = self.tree.get_mut(&source).ok_or_else(|| refused("no such file or directory"))?;
        node.link = Some(link);
        Ok(node.clone())
    }

    /// `.wh.name` hides `name`; `.wh..wh..opq` hides what lower layers put beside it.
    fn hide(&mut self, parent: &FsPath, name: &str, hidden: &str) -> Result<(), ApplyError> {
        if name == OPAQUE {
            return self.make_opaque(parent);
        }
        if matches!(hidden, "" | "." | "..") {
            return Err(ApplyError::Whiteout { name: name.to_owned() });
        }
        self.remove(&parent.child(hidden))
    }

    /// Takes away what is in `folder`, save what this layer has put there.
    fn make_opaque(&mut self, folder: &FsPath) -> Result<(), ApplyError> {
        let mut folders = vec![folder.clone()];
        while let Some(folder) = folders.pop() {
            let entries = self.tree.get(&folder).and_then(Node::entries).into_iter().flatten();
            let children: Vec<FsPath> = entries.map(|(name, _)| folder.child(name)).collect();
            for child in children {
                if self.own.contains(&child) {
                    folders.push(child);
                } else {
                    self.remove(&child)?;
                }
            }
        }
        Ok(())
    }

    fn remove(&mut self, path: &FsPath) -> Result<(), ApplyError> {
        if self.tree.get(path).is_some() {
            self.tree.remove(path)?;
        }
        Ok(())
    }
}

/// Gives files with several names the links that only what is in the tree
/// decides, not in which order an archive had it; a file with one name has none.
fn settle_links(tree: &mut Tree) -> Result<(), ApplyError> {
    let mut names: BTreeMap<Link, Vec<FsPath>> = BTreeMap::new();
    for (path, node) in tree.walk() {
        if let Some(link) = node.link {
            names.entry(link).or_default().push(path);
        }
    }
    for paths in names.into_values() {
        let node = tree.get(&paths[0]).filter(|_| paths.len() > 1);
        let settled = node.map(|node| link(&paths[0], node)).transpose()?;
        for path in &paths {
            if let Some(node) = tree.get_mut(path) {
                node.link = settled;
            }
        }
    }
    Ok(())
}

/// The link of a file that gets a second name: the same in every tree that this layer is laid over.
fn link(path: &FsPath, node: &Node) -> Result<Link, ApplyError> {
    let Some(content) = node.content() else { return Ok(Link::of(path, &[])) };
    let mut seed = node.metadata.modified.nanos.to_le_bytes().to_vec();
    seed.extend_from_slice(content.digest(Algorithm::Sha256)?.hex().as_bytes());
    Ok(Link::of(path, &seed))
}
