//! The tree itself: files, folders and symbolic links with owner, mode and time.
//! A file with several names has a node at each of them, and the nodes say by
//! their link that they are one file; whoever writes to one writes to all.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Content, FsPath};
use crate::limits;
use crate::oci::Timestamp;

/// On a disk files and folders take whole blocks of so many bytes.
pub const ROOM_BLOCK: u64 = 4096;

/// A whole file system; cloning it is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    root: Arc<Node>,
}

/// One file, folder or link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Owner, mode, time.
    pub metadata: Metadata,
    /// What it is.
    pub kind: Kind,
    /// Of a file with several names: what its names have in common.
    pub link: Option<Link>,
}

/// What the hard links of one file have in common, and other files do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link(u64);

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File(Content),
    /// A folder and its entries by name.
    Directory(BTreeMap<String, Arc<Node>>),
    /// A symbolic link and its target as written.
    Symlink(String),
}

/// Owner, permissions and modification time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// Permission bits, such as `0o644`; the type is in [`Kind`].
    pub mode: u32,
    /// Numeric owner.
    pub uid: u32,
    /// Numeric group.
    pub gid: u32,
    /// Last modification.
    pub modified: Timestamp,
}

/// A path and the node there, as [`Tree::walk`] yields them.
pub type Entry<'a> = (FsPath, &'a Node);

/// Why a path cannot be used; the words of the C library.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FsError {
    /// Nothing is there.
    #[error("{path}: no such file or directory")]
    NotFound {
        /// The path asked for.
        path: FsPath,
    },
    /// A component on the way is not a folder.
    #[error("{path}: not a directory")]
    NotADirectory {
        /// The path asked for.
        path: FsPath,
    },
    /// A folder stands where a file is wanted.
    #[error("{path}: is a directory")]
    IsADirectory {
        /// The path asked for.
        path: FsPath,
    },
    /// The host cannot read its bytes.
    #[error("read {path}: {reason}")]
    Unreadable {
        /// The path asked for.
        path: FsPath,
        /// In the host's words.
        reason: String,
    },
    /// Links lead in a circle.
    #[error("{path}: too many levels of symbolic links")]
    Loop {
        /// The path asked for.
        path: FsPath,
    },
}

impl Default for Tree {
    fn default() -> Self {
        Self { root: Arc::new(Node::directory(Metadata::directory(Timestamp::default()))) }
    }
}

impl Metadata {
    /// Root's, `0644`.
    pub fn file(modified: Timestamp) -> Self {
        Self { mode: 0o644, uid: 0, gid: 0, modified }
    }

    /// Root's, `0755`.
    pub fn directory(modified: Timestamp) -> Self {
        Self { mode: 0o755, uid: 0, gid: 0, modified }
    }
}

impl Link {
    /// A link that grows from `seed` and from `path`, where the file was first.
    /// FNV-1a: the same wherever it is made. <http://www.isthe.com/chongo/tech/comp/fnv/>
    pub fn of(path: &FsPath, seed: &[u8]) -> Self {
        let bytes = path.as_str().bytes().chain(seed.iter().copied());
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    /// As a number: the file's inode.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl Node {
    /// A node with one name.
    pub fn new(metadata: Metadata, kind: Kind) -> Self {
        Self { metadata, kind, link: None }
    }

    /// A file with these bytes.
    pub fn file(metadata: Metadata, bytes: impl Into<Content>) -> Self {
        Self::new(metadata, Kind::File(bytes.into()))
    }

    /// An empty folder.
    pub fn directory(metadata: Metadata) -> Self {
        Self::new(metadata, Kind::Directory(BTreeMap::new()))
    }

    /// A link to `target`.
    pub fn symlink(metadata: Metadata, target: &str) -> Self {
        Self::new(metadata, Kind::Symlink(target.to_owned()))
    }

    /// The bytes, if it is a file.
    pub fn content(&self) -> Option<&Content> {
        match &self.kind {
            Kind::File(content) => Some(content),
            _ => None,
        }
    }

    /// The entries, if it is a folder.
    pub fn entries(&self) -> Option<&BTreeMap<String, Arc<Node>>> {
        match &self.kind {
            Kind::Directory(entries) => Some(entries),
            _ => None,
        }
    }

    /// The size in bytes as `ls` counts it; 0 for a folder.
    pub fn size(&self) -> u64 {
        match &self.kind {
            Kind::File(content) => content.size(),
            Kind::Symlink(target) => target.len() as u64,
            Kind::Directory(_) => 0,
        }
    }

    /// The room it takes on a disk, in bytes: files and folders have whole blocks.
    pub fn room(&self) -> u64 {
        if self.entries().is_some() { ROOM_BLOCK } else { self.size().next_multiple_of(ROOM_BLOCK) }
    }
}

impl Tree {
    /// The node at `path`; a link is not followed, neither last nor on the way.
    pub fn get(&self, path: &FsPath) -> Option<&Node> {
        let mut node = &self.root;
        for name in path.components() {
            node = node.entries()?.get(name)?;
        }
        Some(node)
    }

    /// The node at `path` to change in place; nodes shared with other trees are copied first.
    pub fn get_mut(&mut self, path: &FsPath) -> Option<&mut Node> {
        let mut node = Arc::make_mut(&mut self.root);
        for name in path.components() {
            let Kind::Directory(entries) = &mut node.kind else { return None };
            node = Arc::make_mut(entries.get_mut(name)?);
        }
        Some(node)
    }

    /// The path with every link on it followed, also the last; the last component may be absent.
    pub fn resolve(&self, path: &FsPath) -> Result<FsPath, FsError> {
        self.resolve_parts(path.as_str(), true)
    }

    /// As [`Tree::resolve`], but a link that is the last component stays.
    pub fn resolve_parent(&self, path: &FsPath) -> Result<FsPath, FsError> {
        self.resolve_parts(path.as_str(), false)
    }

    /// As [`Tree::resolve_parent`] of a text as it stands in a link: what its
    /// `..` lead out of is known only when the links before them are followed.
    pub fn resolve_parent_of(&self, text: &str) -> Result<FsPath, FsError> {
        self.resolve_parts(text, false)
    }

    fn resolve_parts(&self, path: &str, last_too: bool) -> Result<FsPath, FsError> {
        let mut pending: Vec<&str> = path.split('/').rev().collect();
        // The way down so far, each name with what is there, if anything.
        let mut way: Vec<(&str, Option<&Node>)> = Vec::new();
        let mut links_left = limits::SYMLINKS_PER_PATH;
        while let Some(name) = pending.pop() {
            if matches!(name, "" | ".") {
                continue;
            }
            if name == ".." {
                way.pop();
                continue;
            }
            let folder = way.last().map_or(Some(&*self.root), |(_, node)| *node);
            let node = folder.and_then(|folder| folder.entries()?.get(name)).map(|node| &**node);
            let link = node.and_then(|node| match &node.kind {
                Kind::Symlink(target) if last_too || !pending.is_empty() => Some(target),
                _ => None,
            });
            let Some(target) = link else {
                way.push((name, node));
                continue;
            };
            links_left = links_left.checked_sub(1).ok_or_else(|| FsError::Loop { path: path.into() })?;
            if target.starts_with('/') {
                way.clear();
            }
            pending.extend(target.split('/').rev());
        }
        let names: Vec<&str> = way.into_iter().map(|(name, _)| name).collect();
        Ok(FsPath::from(names.join("/")))
    }

    /// The bytes of the file at `path`, links followed.
    pub fn read(&self, path: &FsPath) -> Result<Arc<Vec<u8>>, FsError> {
        let target = self.resolve(path)?;
        let node = self.get(&target).ok_or_else(|| FsError::NotFound { path: path.clone() })?;
        let content = node.content().ok_or_else(|| FsError::IsADirectory { path: path.clone() })?;
        content.bytes().map_err(|error| FsError::Unreadable { path: path.clone(), reason: error.to_string() })
    }

    /// Puts `node` at `path`, in place of what was there. The parent must be a folder.
    pub fn insert(&mut self, path: &FsPath, node: Node) -> Result<(), FsError> {
        let Some(parent) = path.parent() else {
            self.root = Arc::new(node);
            return Ok(());
        };
        self.entries_mut(&parent)?.insert(path.name().to_owned(), Arc::new(node));
        Ok(())
    }

    /// Takes away what is at `path`, with everything below it.
    pub fn remove(&mut self, path: &FsPath) -> Result<Arc<Node>, FsError> {
        let absent = || FsError::NotFound { path: path.clone() };
        let parent = path.parent().ok_or_else(absent)?;
        self.get(path).ok_or_else(absent)?;
        self.entries_mut(&parent)?.remove(path.name()).ok_or_else(absent)
    }

    /// Makes the folder `path` and those above it that are absent, each with `metadata`.
    pub fn make_directories(&mut self, path: &FsPath, metadata: Metadata) -> Result<(), FsError> {
        if self.get(path).is_some_and(|node| node.entries().is_some()) {
            // Nothing is made, so nothing that other trees share is copied.
            return Ok(());
        }
        let mut node = &mut self.root;
        let mut depth = 0;
        for name in path.components() {
            depth += 1;
            let Kind::Directory(entries) = &mut Arc::make_mut(node).kind else {
                unreachable!("only folders are gone into");
            };
            node = entries.entry(name.to_owned()).or_insert_with(|| Arc::new(Node::directory(metadata)));
            if node.entries().is_none() {
                let names: Vec<&str> = path.components().take(depth).collect();
                return Err(FsError::NotADirectory { path: FsPath::from(names.join("/")) });
            }
        }
        Ok(())
    }

    /// Every node below the root, folders before what they hold, in the order of names.
    pub fn walk(&self) -> impl Iterator<Item = Entry<'_>> {
        self.walk_from(&FsPath::root())
    }

    /// Every node below `top`, which is not itself among them.
    pub fn walk_from<'a>(&'a self, top: &FsPath) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let mut pending: Vec<Entry<'_>> = self.get(top).map(|node| children(top, node)).unwrap_or_default();
        std::iter::from_fn(move || {
            let (path, node) = pending.pop()?;
            pending.extend(children(&path, node));
            Some((path, node))
        })
    }

    pub(super) fn root(&self) -> &Arc<Node> {
        &self.root
    }

    fn entries_mut(&mut self, path: &FsPath) -> Result<&mut BTreeMap<String, Arc<Node>>, FsError> {
        let node = self.get_mut(path).ok_or_else(|| FsError::NotFound { path: path.clone() })?;
        match &mut node.kind {
            Kind::Directory(entries) => Ok(entries),
            _ => Err(FsError::NotADirectory { path: path.clone() }),
        }
    }
}

/// The entries of a folder, last name first, ready to be popped.
fn children<'a>(path: &FsPath, node: &'a Node) -> Vec<Entry<'a>> {
    let entries = node.entries().into_iter().flatten().rev();
    entries.map(|(name, child)| (path.child(name), &**child)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let mut tree = Tree::default();
        let metadata = Metadata::file(Timestamp::default());
        tree.make_directories(&"/a/b".into(), Metadata::directory(Timestamp::default())).expect("fresh");
        tree.insert(&"/a/b/f".into(), Node::file(metadata, b"hi".to_vec())).expect("folder is there");
        tree.insert(&"/a/l".into(), Node::symlink(metadata, "b/f")).expect("folder is there");
        tree.insert(&"/loop".into(), Node::symlink(metadata, "/loop")).expect("root is there");
        tree
    }

    #[test]
    fn a_clone_keeps_what_the_original_changes() {
        let before = tree();
        let mut after = before.clone();
        after.remove(&"/a/b/f".into()).expect("it is there");
        assert!(before.get(&"/a/b/f".into()).is_some());
        assert!(after.get(&"/a/b/f".into()).is_none());
    }

    #[test]
    fn links_are_followed_and_circles_end() {
        let tree = tree();
        assert_eq!(tree.read(&"/a/l".into()).expect("link to a file").as_slice(), b"hi");
        assert!(matches!(tree.read(&"/loop".into()), Err(FsError::Loop { .. })));
        assert!(matches!(tree.read(&"/a".into()), Err(FsError::IsADirectory { .. })));
    }

    #[test]
    fn a_walk_goes_down_in_the_order_of_names() {
        let paths: Vec<String> = tree().walk().map(|(path, _)| path.to_string()).collect();
        assert_eq!(paths, ["/a", "/a/b", "/a/b/f", "/a/l", "/loop"]);
    }

    #[test]
    fn a_file_is_not_a_folder() {
        let mut tree = tree();
        let node = Node::file(Metadata::file(Timestamp::default()), Vec::new());
        assert!(matches!(tree.insert(&"/a/b/f/x".into(), node), Err(FsError::NotADirectory { .. })));
    }
}
