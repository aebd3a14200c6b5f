//! Files into an image: contents of folders, single files, owners, modes and
//! times as they arrive there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::error::SolveError;
use super::super::workdir::{make_directories, touch};
use super::Item;
use super::mode::Mode;
use crate::fs::{FsError, FsPath, Kind, Metadata, Node, Tree};
use crate::oci::Timestamp;

/// How things arrive.
pub(super) struct How<'a> {
    /// When the step runs.
    pub now: Timestamp,
    /// Whose they become; their own if none.
    pub owner: Option<(u32, u32)>,
    /// What mode they get; their own if none.
    pub mode: Option<&'a Mode>,
    /// The time of everything; their own if none.
    pub time: Option<Timestamp>,
}

impl How<'_> {
    pub(super) fn place_file(
        &self,
        tree: &mut Tree,
        destination: FsPath,
        item: &Item,
        into_directory: bool,
    ) -> Result<(), SolveError> {
        let is_directory = tree.get(&destination).is_some_and(|node| node.entries().is_some());
        let target = if into_directory || is_directory { destination.child(&item.name) } else { destination };
        let parent = target.parent().unwrap_or_else(FsPath::root);
        self.open_directory(tree, &parent)?;
        self.place_leaf(tree, &target, &item.node)?;
        touch(tree, &parent, self.now);
        Ok(())
    }

    /// A folder's contents go into the destination, not the folder itself; its time comes along.
    pub(super) fn place_contents(&self, tree: &mut Tree, destination: &FsPath, item: &Item) -> Result<(), SolveError> {
        self.open_directory(tree, destination)?;
        for (name, node) in item.node.entries().into_iter().flatten() {
            self.place_node(tree, &destination.child(name), node)?;
        }
        let time = if item.is_root { self.now } else { self.arrived(&item.node).modified };
        touch(tree, destination, time);
        Ok(())
    }

    /// A folder below takes its mode and time along; what it meets there stays.
    fn place_node(&self, tree: &mut Tree, target: &FsPath, node: &Node) -> Result<(), SolveError> {
        let Some(entries) = node.entries() else { return self.place_leaf(tree, target, node) };
        match tree.get_mut(target) {
            None => tree.insert(target, Node::directory(self.arrived(node)))?,
            Some(present) if present.entries().is_some() => present.metadata = self.arrived(node),
            Some(_) => return Err(SolveError::NotDirectory { path: target.clone() }),
        }
        for (name, child) in entries {
            self.place_node(tree, &target.child(name), child)?;
        }
        Ok(())
    }

    /// A file or a link replaces a file or a link.
    fn place_leaf(&self, tree: &mut Tree, target: &FsPath, node: &Node) -> Result<(), SolveError> {
        if tree.get(target).is_some_and(|present| present.entries().is_some()) {
            return Err(FsError::IsADirectory { path: target.clone() }.into());
        }
        Ok(tree.insert(target, Node { metadata: self.arrived(node), ..node.clone() })?)
    }

    fn open_directory(&self, tree: &mut Tree, path: &FsPath) -> Result<(), SolveError> {
        let made = Metadata::directory(self.now);
        let (uid, gid) = self.owner.unwrap_or((0, 0));
        let mode = if let Some(Mode::Octal(mode)) = self.mode { *mode } else { made.mode };
        make_directories(tree, path, Metadata { mode, uid, gid, ..made }).map_err(|error| match error {
            FsError::NotADirectory { path } => SolveError::NotDirectory { path },
            error => error.into(),
        })
    }

    /// A layer keeps whole seconds.
    fn arrived(&self, node: &Node) -> Metadata {
        let Metadata { mode, uid, gid, modified } = node.metadata;
        let (uid, gid) = self.owner.unwrap_or((uid, gid));
        let mode = match (self.mode, &node.kind) {
            (Some(wanted), Kind::File(_) | Kind::Directory(_)) => {
                wanted.apply(mode, matches!(node.kind, Kind::Directory(_)))
            }
            _ => mode,
        };
        let modified = self.time.unwrap_or_else(|| Timestamp::from_seconds(modified.seconds()));
        Metadata { mode, uid, gid, modified }
    }
}

/// `node` without what below it is not to be kept, by its path below `node`.
/// A folder stays where something in it does.
pub(super) fn pruned(node: &Node, keep: &dyn Fn(&FsPath) -> bool) -> Node {
    pruned_at(&FsPath::root(), node, keep).unwrap_or_else(|| Node::directory(node.metadata))
}

fn pruned_at(path: &FsPath, node: &Node, keep: &dyn Fn(&FsPath) -> bool) -> Option<Node> {
    let is_top = *path == FsPath::root();
    let Some(entries) = node.entries() else { return (is_top || keep(path)).then(|| node.clone()) };
    let pruned = |(name, child): (&String, &Arc<Node>)| {
        Some((name.clone(), Arc::new(pruned_at(&path.child(name), child, keep)?)))
    };
    let mut kept = BTreeMap::new();
    kept.extend(entries.iter().filter_map(pruned));
    let stays = is_top || !kept.is_empty() || keep(path);
    stays.then(|| Node::new(node.metadata, Kind::Directory(kept)))
}

/// The bytes of the files at and below `node`.
pub(super) fn size_of(node: &Node) -> u64 {
    match &node.kind {
        Kind::Directory(entries) => entries.values().map(|child| size_of(child)).sum(),
        _ => node.size(),
    }
}
