//! A folder of the real disk made to hold what a tree holds: what is new or
//! changed is written, what is gone is removed, two names of a file stay one.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{NativeError, tree};
use crate::fs::{Change, ChangeKind, Content, Kind, Link, Node, Tree, diff};

/// Makes `folder`, which held `before`, hold `after`.
pub fn write(folder: &Path, before: &Tree, after: &Tree) -> Result<(), NativeError> {
    let changes = diff(before, after);
    let mut nodes = Vec::new();
    // What a moved file holds lies where it was, so it is read before anything is removed.
    for Change { path, kind } in &changes {
        let real = folder.join(path.relative());
        if let Some(node) = after.get(path).filter(|_| *kind != ChangeKind::Deleted) {
            nodes.push((real.clone(), held(node).map_err(NativeError::file(&real))?));
        }
    }
    for Change { path, .. } in changes.iter().filter(|change| change.kind != ChangeKind::Added) {
        let (real, kept) = (folder.join(path.relative()), after.get(path));
        if !(kept.is_some_and(|node| node.entries().is_some()) && real.is_dir() && !real.is_symlink()) {
            remove(&real).map_err(NativeError::file(&real))?;
        }
    }
    let mut first_names = BTreeMap::new();
    for (real, node) in nodes {
        put(&real, &node, &mut first_names).map_err(NativeError::file(&real))?;
    }
    Ok(())
}

fn held(node: &Node) -> io::Result<Node> {
    let Some(content) = node.content() else { return Ok(node.clone()) };
    let bytes = content.bytes()?;
    Ok(Node { kind: Kind::File(Content::from(bytes.to_vec())), ..node.clone() })
}

fn remove(path: &Path) -> io::Result<()> {
    let removed =
        if path.is_dir() && !path.is_symlink() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    // It went with its folder, which comes before it.
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

fn put(path: &Path, node: &Node, first_names: &mut BTreeMap<Link, PathBuf>) -> io::Result<()> {
    if let Some(link) = node.link {
        if let Some(first) = first_names.get(&link) {
            return std::fs::hard_link(first, path);
        }
        first_names.insert(link, path.to_owned());
    }
    match &node.kind {
        Kind::Directory(_) => std::fs::create_dir_all(path),
        Kind::Symlink(target) => tree::symlink(target, path),
        Kind::File(content) => {
            std::fs::write(path, content.bytes()?.as_slice())?;
            tree::set_mode(path, node.metadata.mode)?;
            let modified = SystemTime::UNIX_EPOCH + Duration::from_nanos(node.metadata.modified.nanos);
            std::fs::File::options().write(true).open(path)?.set_modified(modified)
        }
    }
}
