//! COPY: which files of the context, where to, under which cache key.
//! <https://docs.docker.com/reference/dockerfile/#copy>

use std::io;

use super::checksum::{self, Checksum};
use super::error::SolveError;
use super::workdir::{make_directories, touch};
use crate::dockerfile::{Glob, GlobError};
use crate::fs::{FsError, FsPath, Kind, Metadata, Node, Tree};
use crate::oci::{Digest, Timestamp};

/// A COPY whose words are resolved.
pub(super) struct Copy {
    sources: Vec<Source>,
    destination: FsPath,
    /// Whether the destination is a folder although it may not exist.
    into_directory: bool,
}

enum Source {
    /// Must be there.
    Path(FsPath),
    /// May match nothing.
    Pattern { base: FsPath, glob: Glob },
}

/// What a COPY takes, found in the context.
pub(super) struct Found {
    /// The name it was found under and where it really is, links followed.
    items: Vec<(String, FsPath)>,
}

impl Copy {
    pub(super) fn new(sources: &[String], destination: &str, workdir: &FsPath) -> Result<Self, SolveError> {
        let into_directory = sources.len() > 1 || destination.ends_with('/') || matches!(destination, "." | "");
        let sources = sources.iter().map(|source| Source::parse(source)).collect::<Result<_, _>>()?;
        Ok(Self { sources, destination: workdir.join(destination), into_directory })
    }

    /// What the sources name in `context`; the path of the first that names nothing.
    pub(super) fn find(&self, context: &Tree) -> Result<Found, FsPath> {
        let mut items = Vec::new();
        for source in &self.sources {
            match source {
                Source::Path(path) => items.push(locate(context, path).ok_or_else(|| path.clone())?),
                Source::Pattern { base, glob } => {
                    items.extend(matches(context, base, glob).iter().filter_map(|path| locate(context, path)));
                }
            }
        }
        Ok(Found { items })
    }

    /// The key of the step upon `state`: what is copied and where to, no times.
    pub(super) fn key(&self, state: &Digest, found: &Found, context: &Tree) -> io::Result<Digest> {
        let sum = Checksum::default().field(b"copy").field(state.bytes());
        let sum = sum.field(self.destination.as_str().as_bytes()).field(&[u8::from(self.into_directory)]);
        let add = |sum: Checksum, (name, path): &(String, FsPath)| {
            Ok(sum.field(name.as_bytes()).field(checksum::of_path(context, path)?.bytes()))
        };
        found.items.iter().try_fold(sum, add).map(Checksum::finish)
    }

    /// Puts what was found into `tree`.
    pub(super) fn place(
        &self,
        tree: &mut Tree,
        found: &Found,
        context: &Tree,
        now: Timestamp,
    ) -> Result<(), SolveError> {
        for (name, path) in &found.items {
            let node = context.get(path).ok_or_else(|| FsError::NotFound { path: path.clone() })?;
            let destination = tree.resolve(&self.destination)?;
            if node.entries().is_some() {
                place_contents(tree, &destination, node, now)?;
            } else {
                self.place_file(tree, destination, name, node, now)?;
            }
        }
        Ok(())
    }

    fn place_file(
        &self,
        tree: &mut Tree,
        destination: FsPath,
        name: &str,
        node: &Node,
        now: Timestamp,
    ) -> Result<(), SolveError> {
        let is_directory = tree.get(&destination).is_some_and(|node| node.entries().is_some());
        let target = if self.into_directory || is_directory { destination.child(name) } else { destination };
        let parent = target.parent().unwrap_or_else(FsPath::root);
        open_directory(tree, &parent, now)?;
        place_leaf(tree, &target, node)?;
        touch(tree, &parent, now);
        Ok(())
    }
}

impl Found {
    /// Where in the context it is.
    pub(super) fn paths(&self) -> impl Iterator<Item = &FsPath> {
        self.items.iter().map(|(_, path)| path)
    }

    /// Bytes of the files.
    pub(super) fn bytes(&self, context: &Tree) -> u64 {
        let size = |path: &FsPath| {
            let below: u64 = context.walk_from(path).map(|(_, node)| node.size()).sum();
            below + context.get(path).map_or(0, Node::size)
        };
        self.paths().map(size).sum()
    }
}

impl Source {
    /// `..` stops at the root of the context.
    fn parse(text: &str) -> Result<Self, SolveError> {
        if text.starts_with("http://") || text.starts_with("https://") {
            return Err(SolveError::Remote { kind: "URL" });
        }
        if text.starts_with("git://") || text.starts_with("git@") || text.starts_with("ssh://") {
            return Err(SolveError::Remote { kind: "git ref" });
        }
        let path = FsPath::from(text);
        let mut base = FsPath::root();
        let mut components = path.components().peekable();
        while let Some(name) = components.next_if(|name| !Glob::is_pattern(name)) {
            base = base.child(name);
        }
        let pattern: Vec<&str> = components.collect();
        if pattern.is_empty() {
            return Ok(Self::Path(path));
        }
        let invalid = |source: GlobError| SolveError::Pattern { pattern: text.to_owned(), source };
        Ok(Self::Pattern { base, glob: Glob::of_copy(&pattern.join("/")).map_err(invalid)? })
    }
}

/// Its own name, and where a link leads.
fn locate(context: &Tree, path: &FsPath) -> Option<(String, FsPath)> {
    let target = context.resolve(path).ok()?;
    context.get(&target).map(|_| (path.name().to_owned(), target))
}

/// What below `base` fits; nothing below a folder that fits.
fn matches(context: &Tree, base: &FsPath, glob: &Glob) -> Vec<FsPath> {
    let mut found: Vec<FsPath> = Vec::new();
    for (path, _) in context.walk_from(base) {
        let inside = found.last().is_some_and(|folder| path.below(folder).is_some());
        if !inside && path.below(base).is_some_and(|below| glob.matches(below)) {
            found.push(path);
        }
    }
    found
}

/// A folder's contents go into the destination, not the folder itself.
fn place_contents(tree: &mut Tree, destination: &FsPath, folder: &Node, now: Timestamp) -> Result<(), SolveError> {
    open_directory(tree, destination, now)?;
    for (name, node) in folder.entries().into_iter().flatten() {
        place_node(tree, &destination.child(name), node)?;
    }
    touch(tree, destination, now);
    Ok(())
}

/// A folder below takes its mode and time along; what it meets there stays.
fn place_node(tree: &mut Tree, target: &FsPath, node: &Node) -> Result<(), SolveError> {
    let Some(entries) = node.entries() else { return place_leaf(tree, target, node) };
    match tree.get_mut(target) {
        None => tree.insert(target, Node::directory(arrived(node)))?,
        Some(present) if present.entries().is_some() => present.metadata = arrived(node),
        Some(_) => return Err(SolveError::NotDirectory { path: target.clone() }),
    }
    for (name, child) in entries {
        place_node(tree, &target.child(name), child)?;
    }
    Ok(())
}

/// A file or a link replaces a file or a link.
fn place_leaf(tree: &mut Tree, target: &FsPath, node: &Node) -> Result<(), SolveError> {
    if tree.get(target).is_some_and(|present| present.entries().is_some()) {
        return Err(FsError::IsADirectory { path: target.clone() }.into());
    }
    let kind = match &node.kind {
        Kind::Directory(_) => Kind::Directory(std::collections::BTreeMap::new()),
        kind => kind.clone(),
    };
    Ok(tree.insert(target, Node { metadata: arrived(node), kind })?)
}

fn open_directory(tree: &mut Tree, path: &FsPath, now: Timestamp) -> Result<(), SolveError> {
    make_directories(tree, path, now).map_err(|error| match error {
        FsError::NotADirectory { path } => SolveError::NotDirectory { path },
        error => error.into(),
    })
}

/// The mode stays, the owner is root, and a layer keeps whole seconds.
fn arrived(node: &Node) -> Metadata {
    let modified = Timestamp::from_seconds(node.metadata.modified.seconds());
    Metadata { mode: node.metadata.mode, uid: 0, gid: 0, modified }
}
