//! What the places of a container's files allow: some cannot be changed, some
//! hold only so much.

use super::errno::{Errno, Outcome};
use crate::fs::{FsPath, Node, Tree};

/// The places that differ from the others.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Those that cannot be changed, and such below them as can.
    pub(super) read_only: Vec<(FsPath, bool)>,
    /// Folders that hold no more than so many bytes.
    pub(super) rooms: Vec<(FsPath, u64)>,
}

impl Places {
    /// Refuses what cannot be changed; the longest place that holds it says so.
    pub(super) fn check_change(&self, path: &FsPath) -> Outcome {
        let holds = |place: &&(FsPath, bool)| place.0 == *path || path.below(&place.0).is_some();
        let place = self.read_only.iter().filter(holds).max_by_key(|place| place.0.as_str().len());
        if place.is_some_and(|(_, read_only)| *read_only) { Err(Errno::Rofs) } else { Ok(()) }
    }

    /// Whether there is room for what moves, where it comes to; how many nodes were looked at. Linux would have it
    /// copied, which comes to the same.
    pub(super) fn check_move(&self, tree: &Tree, from: &FsPath, to: &FsPath) -> Result<u64, Errno> {
        let enters = |(folder, _): &(FsPath, u64)| to.below(folder).is_some() && from.below(folder).is_none();
        if !self.rooms.iter().any(enters) {
            return Ok(0);
        }
        let below: u64 = tree.walk_from(from).map(|(_, node)| node.size()).sum();
        self.check_room(tree, to, below + tree.get(from).map_or(0, Node::size))
    }

    /// Whether a file may grow by so many bytes; how many nodes were looked at.
    pub(super) fn check_room(&self, tree: &Tree, path: &FsPath, more: u64) -> Result<u64, Errno> {
        let mut seen = 0;
        for (folder, bound) in self.rooms.iter().filter(|(folder, _)| path.below(folder).is_some()) {
            let mut held = more;
            for (_, node) in tree.walk_from(folder) {
                held = held.saturating_add(node.size());
                seen += 1;
            }
            if held > *bound {
                return Err(Errno::Nospc);
            }
        }
        Ok(seen)
    }
}
