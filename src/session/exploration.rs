//! An image looked through layer by layer: what each instruction added,
//! changed and removed, and which bytes are carried though nobody sees them.
//! The idea and the score are those of dive. <https://github.com/wagoodman/dive>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

use crate::engine::{Image, layer_entries};
use crate::fs::{self, ChangeKind, FsPath, Node, Tree};
use crate::lab::{FileView, State, file_view};
use crate::limits;
use crate::oci::{Algorithm, Blob, Descriptor, Digest, MediaType, Platform};
use crate::registry::Registry;
use crate::store::Blobs;
use crate::text::sorted_by;

/// What [`super::Ask::Explore`] is answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Explored {
    /// The question: a manifest, an index or a configuration.
    pub image: Digest,
    /// The answer, or why there is none.
    pub found: Result<Exploration, String>,
}

/// An image, layer by layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Exploration {
    /// The layers, lowest first.
    pub layers: Vec<ExploredLayer>,
    /// Bytes of files in all layers together.
    pub stored: u64,
    /// Bytes of the files that are there in the end.
    pub shown: u64,
    /// Which paths are stored though a later layer replaces or removes them, most bytes first.
    pub wasted: Vec<Wasted>,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct ExploredLayer {
    /// The blob as it travels.
    pub blob: Blob,
    /// The instruction that made it.
    pub created_by: String,
    /// What it does to the files below it, by path.
    pub changes: Vec<FileChange>,
    /// How many changes are left out, beyond [`limits::ROWS`].
    pub left_out: usize,
}

/// What a layer does to one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct FileChange {
    /// The path as the layer leaves it; of one that is removed, as it was, a folder with all that was in it.
    pub file: FileView,
    /// What is done.
    pub how: How,
    /// Where a symbolic link leads to.
    pub target: Option<String>,
    /// The digest of a file's bytes.
    pub content: Option<Digest>,
}

/// What is done to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum How {
    /// It was not there.
    Added,
    /// It was there and is different now.
    Changed,
    /// It is not there any more.
    Removed,
    /// It is stored once more and is the same.
    Again,
}

/// Bytes nobody sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Wasted {
    /// Where they were.
    pub path: String,
    /// How many, in all layers together.
    pub bytes: u64,
    /// How many layers carry the path.
    pub times: usize,
}

/// A file of a layer, for [`super::Tell::Peeked`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Peeked {
    /// The layer's blob.
    pub layer: Digest,
    /// Absolute path.
    pub path: String,
    /// The text, or what stands in its way.
    pub text: Result<String, String>,
}

/// Looks an image through, wherever in the lab it is.
pub fn explore(state: &State, image: Digest) -> Explored {
    let platform = state.machine().engine.platform();
    let found = places(state).find(|blobs| blobs.has(&image));
    let found = found.ok_or_else(|| "nobody in the lab has this image at this point of the history".to_owned());
    Explored { image, found: found.and_then(|blobs| through(blobs, image, &platform)) }
}

/// The text of a file of a layer, wherever in the lab that is.
pub fn peek(state: &State, layer: Digest, path: String) -> Peeked {
    let bytes = places(state).find_map(|blobs| blobs.get(&layer));
    let entries = bytes.map(|bytes| layer_entries(&bytes)).unwrap_or_default();
    let node = entries.iter().find(|(at, _)| at.as_str() == path).map(|(_, node)| node);
    let content = node.and_then(Node::content).ok_or_else(|| "this layer has no such file".to_owned());
    let text = content.and_then(|content| content.bytes().map_err(|error| error.to_string()));
    Peeked { layer, path, text: text.and_then(|bytes| super::look::as_text(&bytes)) }
}

fn places(state: &State) -> impl Iterator<Item = &Blobs> {
    let machines = state.machines.iter().map(|machine| &machine.engine.blobs);
    machines.chain(state.world.registries.values().map(Registry::blobs))
}

fn through(blobs: &Blobs, digest: Digest, platform: &Platform) -> Result<Exploration, String> {
    let image = Image::best(blobs, &root(blobs, digest), platform).map_err(|error| error.to_string())?;
    let made = image.layer_instructions();
    let (mut tree, mut stored) = (Tree::default(), BTreeMap::<FsPath, Vec<u64>>::new());
    let mut layers = Vec::new();
    for (at, layer) in image.document.layers.iter().enumerate() {
        let bytes = blobs.get(&layer.digest).ok_or_else(|| format!("content digest {}: not found", layer.digest))?;
        let entries = layer_entries(&bytes);
        let tar = fs::decompressed(&bytes).map_err(|error| error.to_string())?;
        let after = fs::apply(&tree, &tar).map_err(|error| error.to_string())?;
        let files = entries.iter().filter(|(path, node)| node.entries().is_none() && after.get(path).is_some());
        for (path, node) in files {
            stored.entry(path.clone()).or_default().push(node.size());
        }
        let mut changes = changes(&tree, &after, &entries);
        let left_out = changes.len().saturating_sub(limits::ROWS);
        changes.truncate(limits::ROWS);
        let created_by = made.get(at).cloned().unwrap_or_default();
        layers.push(ExploredLayer { blob: Blob::from(layer), created_by, changes, left_out });
        tree = after;
    }
    Ok(summed(layers, &tree, stored))
}

/// The descriptor of a document that was found by its digest.
fn root(blobs: &Blobs, digest: Digest) -> Descriptor {
    let document = blobs.get(&digest).and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let named = document.as_ref().and_then(|document| document.get("mediaType")?.as_str().map(MediaType::from));
    Descriptor::new(named.unwrap_or(MediaType::CONFIG), digest, blobs.size(&digest).unwrap_or_default())
}

fn changes(before: &Tree, after: &Tree, entries: &[(FsPath, Node)]) -> Vec<FileChange> {
    let mut changes = BTreeMap::new();
    for (path, node) in entries {
        if node.entries().is_none() && before.get(path).is_some() && after.get(path).is_some() {
            changes.insert(path.clone(), change(path, node, How::Again));
        }
    }
    for found in fs::diff(before, after) {
        let (tree, how) = match found.kind {
            ChangeKind::Added => (after, How::Added),
            ChangeKind::Modified => (after, How::Changed),
            ChangeKind::Deleted => (before, How::Removed),
        };
        if let Some(node) = tree.get(&found.path) {
            let mut change = change(&found.path, node, how);
            if how == How::Removed {
                change.file.size = size_of(node);
            }
            changes.insert(found.path, change);
        }
    }
    changes.into_values().collect()
}

fn change(path: &FsPath, node: &Node, how: How) -> FileChange {
    let target = match &node.kind {
        fs::Kind::Symlink(target) => Some(target.clone()),
        _ => None,
    };
    let content = node.content().filter(|_| how != How::Removed);
    let content = content.and_then(|content| content.digest(Algorithm::Sha256).ok());
    FileChange { file: file_view(path, node), how, target, content }
}

/// Bytes of a file, or of all files of a folder.
fn size_of(node: &Node) -> u64 {
    node.entries().map_or_else(|| node.size(), |entries| entries.values().map(|node| size_of(node)).sum())
}

/// What a path is stored for but last is wasted; if it is gone in the end, that too.
fn summed(layers: Vec<ExploredLayer>, tree: &Tree, paths: BTreeMap<FsPath, Vec<u64>>) -> Exploration {
    let (mut stored, mut shown, mut wasted) = (0, 0, Vec::new());
    for (path, sizes) in paths {
        let all: u64 = sizes.iter().sum();
        let is_there = tree.get(&path).is_some_and(|node| node.entries().is_none());
        let seen = sizes.last().copied().filter(|_| is_there).unwrap_or_default();
        (stored, shown) = (stored + all, shown + seen);
        if all > seen {
            wasted.push(Wasted { path: path.to_string(), bytes: all - seen, times: sizes.len() });
        }
    }
    let mut wasted = sorted_by(wasted, |a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
    wasted.truncate(limits::ROWS);
    Exploration { layers, stored, shown, wasted }
}
