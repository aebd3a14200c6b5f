//! Lists that `drydock manifest create` begins and `drydock manifest push`
//! ends: docker's command line keeps them in its user's home, this command
//! beside the images of its store.

use std::io;
use std::path::{Path, PathBuf};

use super::disk::{self, Unfinished};
use super::{NativeError, tree};
use crate::cli::lists_folder;
use crate::fs::{Change, FsError, FsPath, Metadata, Node, Tree, diff};
use crate::oci::Timestamp;

/// Where a store has them.
const FOLDER: &str = ".manifests";

/// Shows what the store in `store` has where docker's command line looks for it.
pub fn lend(files: &mut Tree, store: &Path) -> Result<(), NativeError> {
    let folder = store.join(FOLDER);
    sweep(&folder).map_err(NativeError::file(&folder))?;
    let refused = |error: FsError| NativeError::Refused { reason: error.to_string() };
    files.make_directories(&lists_folder(), Metadata::directory(Timestamp::default())).map_err(refused)?;
    if folder.is_dir() {
        let lists = tree::listed(&folder)?;
        let entries = lists.get(&FsPath::root()).and_then(Node::entries);
        for (name, list) in entries.into_iter().flatten() {
            files.insert(&lists_folder().child(name), Node::clone(list)).map_err(refused)?;
        }
    }
    Ok(())
}

/// Takes them out of `files`, and has the store keep what is different since `before`.
pub fn keep(before: &Tree, files: &mut Tree, store: &Path) -> Result<(), NativeError> {
    let (before, after) = (lists(before), lists(files));
    // The disk may have a folder of this name, too, and that is somebody else's.
    drop(files.remove(&lists_folder()));
    for Change { path, .. } in diff(&before, &after) {
        let real = store.join(FOLDER).join(path.relative());
        let kept = match after.get(&path) {
            Some(node) => write(node, &real),
            None => remove(&real),
        };
        kept.map_err(NativeError::file(&real))?;
    }
    Ok(())
}

/// Each list a folder, each manifest of it a file.
fn lists(files: &Tree) -> Tree {
    let mut lists = Tree::default();
    let entries = files.get(&lists_folder()).and_then(Node::entries);
    for (name, list) in entries.into_iter().flatten() {
        lists.insert(&FsPath::root().child(name), Node::clone(list)).expect("the root is there");
    }
    lists
}

fn write(node: &Node, path: &Path) -> io::Result<()> {
    match node.content() {
        Some(content) => disk::write(path, &mut content.open()?),
        None => std::fs::create_dir_all(path),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }
}

/// What a crash left unfinished is nobody's now.
fn sweep(folder: &Path) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let entries = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let lists: Vec<PathBuf> = entries.collect::<io::Result<_>>()?;
    lists.iter().filter(|list| list.is_dir()).try_for_each(|list| Unfinished::sweep(list))
}
