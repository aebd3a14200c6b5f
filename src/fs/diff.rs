//! What changed between two trees. Shared nodes are skipped unseen, so the
//! cost is that of the change, not of the tree.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{FsPath, Node, Tree};
use crate::text::sorted;

/// One path that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which.
    pub path: FsPath,
    /// How.
    pub kind: ChangeKind,
}

/// How a path differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeKind {
    /// Only in the later tree.
    Added,
    /// In both, with other content, owner, mode, time or type.
    Modified,
    /// Only in the earlier tree.
    Deleted,
}

/// The changes that lead from `before` to `after`, in the order of a walk.
/// Of a deleted folder only the folder itself is named.
pub fn diff(before: &Tree, after: &Tree) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(&FsPath::root(), before.root(), after.root(), &mut changes);
    changes
}

fn compare(path: &FsPath, before: &Arc<Node>, after: &Arc<Node>, changes: &mut Vec<Change>) {
    if Arc::ptr_eq(before, after) {
        return;
    }
    let (Some(old), Some(new)) = (before.entries(), after.entries()) else {
        if before != after {
            push(path, ChangeKind::Modified, changes);
            add_below(path, after, changes);
        }
        return;
    };
    if before.metadata != after.metadata && path.as_str() != "/" {
        push(path, ChangeKind::Modified, changes);
    }
    let mut names = sorted(old.keys().chain(new.keys()));
    names.dedup();
    for name in names {
        let child = path.child(name);
        match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => compare(&child, old, new, changes),
            (None, Some(new)) => {
                push(&child, ChangeKind::Added, changes);
                add_below(&child, new, changes);
            }
            _ => push(&child, ChangeKind::Deleted, changes),
        }
    }
}

fn add_below(path: &FsPath, node: &Node, changes: &mut Vec<Change>) {
    for (name, child) in node.entries().into_iter().flatten() {
        let path = path.child(name);
        push(&path, ChangeKind::Added, changes);
        add_below(&path, child, changes);
    }
}

fn push(path: &FsPath, kind: ChangeKind, changes: &mut Vec<Change>) {
    changes.push(Change { path: path.clone(), kind });
}
