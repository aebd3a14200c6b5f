//! A layer as a tar archive whose bytes depend on nothing but the change:
//! entries in the order of a walk, parents included, whiteouts for what
//! vanished, ustar with PAX records where a name is too long. Of a file with
//! several names the first has the bytes, the others are hard links to it.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md>

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use ::tar::{Builder, EntryType, Header};

use super::{Change, ChangeKind, Content, FsPath, Kind, Link, Node, Tree, diff};
use crate::host::{Joined, Kept};

/// Headers and contents begin at multiples of this many bytes.
const BLOCK: u64 = 512;
/// Zeros at the end: two blocks.
const END: usize = 1024;

/// An archive could not be written.
#[derive(Debug, thiserror::Error)]
#[error("layer cannot be archived: {source}")]
pub struct TarError {
    #[from]
    source: io::Error,
}

/// The archive of `changes`, whose added and modified paths are in `after`.
pub fn layer_tar(after: &Tree, changes: &[Change]) -> Result<Vec<u8>, TarError> {
    let mut bytes = Vec::new();
    write_layer(after, changes, &mut bytes)?;
    Ok(bytes)
}

/// Writes that archive; contents pass through in pieces. The room that its entries take on a disk, in bytes.
pub fn write_layer(after: &Tree, changes: &[Change], sink: &mut dyn Write) -> Result<u64, TarError> {
    each_piece(after, changes, &mut |piece| match piece {
        Piece::Bytes(bytes) => sink.write_all(&bytes),
        Piece::Content(content) => io::copy(&mut content.open()?, sink).map(drop),
    })
}

/// The archive of all that is in `tree`, made while it is read.
pub fn tar_of(tree: &Tree) -> Result<Content, TarError> {
    let mut joined = Joined::default();
    each_piece(tree, &diff(&Tree::default(), tree), &mut |piece| {
        joined.push(match piece {
            Piece::Bytes(bytes) => Kept::Memory(bytes.into()),
            Piece::Content(content) => content.clone().into(),
        });
        Ok(())
    })?;
    Ok(Kept::from(joined).into())
}

/// A stretch of an archive.
enum Piece<'a> {
    /// Headers and padding.
    Bytes(Vec<u8>),
    /// What is in a file.
    Content(&'a Content),
}

type Put<'p, 'a> = &'p mut dyn FnMut(Piece<'a>) -> io::Result<()>;

fn each_piece<'a>(after: &'a Tree, changes: &[Change], put: Put<'_, 'a>) -> Result<u64, TarError> {
    let (mut written, mut first_names, mut room) = (BTreeSet::new(), BTreeMap::new(), 0_u64);
    for change in changes {
        for parent in parents(&change.path) {
            if written.insert(parent.clone())
                && let Some(node) = after.get(&parent)
            {
                room += put_entry(&parent, node, &mut first_names, put)?;
            }
        }
        match (change.kind, after.get(&change.path)) {
            (ChangeKind::Deleted, _) => put(Piece::Bytes(whiteout(&change.path)?))?,
            (_, Some(node)) if written.insert(change.path.clone()) => {
                room += put_entry(&change.path, node, &mut first_names, put)?;
            }
            _ => {}
        }
    }
    put(Piece::Bytes(vec![0; END]))?;
    Ok(room)
}

/// The room it takes.
fn put_entry<'a>(
    path: &FsPath,
    node: &'a Node,
    first_names: &mut BTreeMap<Link, FsPath>,
    put: Put<'_, 'a>,
) -> io::Result<u64> {
    if let Some(link) = node.link {
        if let Some(first) = first_names.get(&link) {
            put(Piece::Bytes(hard_link(path, node, first)?))?;
            return Ok(0);
        }
        first_names.insert(link, path.clone());
    }
    put(Piece::Bytes(header(path, node)?))?;
    if let Some(content) = node.content() {
        put(Piece::Content(content))?;
        let padding = content.size().next_multiple_of(BLOCK) - content.size();
        put(Piece::Bytes(vec![0; usize::try_from(padding).expect("less than a block")]))?;
    }
    Ok(node.room())
}

/// The folders above `path`, highest first, without the root.
fn parents(path: &FsPath) -> Vec<FsPath> {
    let mut parents: Vec<FsPath> =
        std::iter::successors(path.parent(), FsPath::parent).filter(|parent| parent.as_str() != "/").collect();
    parents.reverse();
    parents
}

/// The entry of one more name of the file at `first`.
fn hard_link(path: &FsPath, node: &Node, first: &FsPath) -> io::Result<Vec<u8>> {
    let mut header = begun(node);
    header.set_entry_type(EntryType::Link);
    named(header, path.relative(), Some(first.relative()))
}

/// What stands before the content of an entry.
fn header(path: &FsPath, node: &Node) -> io::Result<Vec<u8>> {
    let mut header = begun(node);
    match &node.kind {
        Kind::File(content) => {
            header.set_entry_type(EntryType::Regular);
            header.set_size(content.size());
            named(header, path.relative(), None)
        }
        Kind::Directory(_) => {
            header.set_entry_type(EntryType::Directory);
            named(header, &format!("{}/", path.relative()), None)
        }
        Kind::Symlink(target) => {
            header.set_entry_type(EntryType::Symlink);
            named(header, path.relative(), Some(target))
        }
    }
}

/// A header with what every entry says.
fn begun(node: &Node) -> Header {
    let mut header = Header::new_ustar();
    header.set_mode(node.metadata.mode);
    header.set_uid(u64::from(node.metadata.uid));
    header.set_gid(u64::from(node.metadata.gid));
    header.set_mtime(node.metadata.modified.seconds());
    header.set_size(0);
    header
}

/// `.wh.<name>` beside where the name was: empty, mode 0, of 1970.
fn whiteout(path: &FsPath) -> io::Result<Vec<u8>> {
    let parent = path.parent().unwrap_or_else(FsPath::root);
    let whiteout = parent.child(&format!(".wh.{}", path.name()));
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(0);
    named(header, whiteout.relative(), None)
}

fn named(mut header: Header, name: &str, link: Option<&str>) -> io::Result<Vec<u8>> {
    let mut records = Vec::new();
    if header.set_path(name).is_err() {
        header.set_path(shortened(name))?;
        records.push(("path", name.as_bytes()));
    }
    if let Some(link) = link
        && header.set_link_name_literal(link).is_err()
    {
        header.set_link_name_literal(shortened(link))?;
        records.push(("linkpath", link.as_bytes()));
    }
    header.set_cksum();
    let mut bytes = Vec::new();
    if !records.is_empty() {
        let mut extensions = Builder::new(bytes);
        extensions.append_pax_extensions(records)?;
        bytes = extensions.into_inner()?;
        // This is not the end of the archive.
        bytes.truncate(bytes.len() - END);
    }
    bytes.extend_from_slice(header.as_bytes());
    Ok(bytes)
}

/// As much of `text` as the field of a ustar header holds; its PAX record has the whole.
fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(100)]
}

#[cfg(test)]
mod tests {
    use super::super::Metadata;
    use super::*;
    use crate::oci::{Digest, Timestamp};

    fn names(bytes: &[u8]) -> Vec<String> {
        let mut archive = ::tar::Archive::new(bytes);
        let entries = archive.entries().expect("an archive");
        entries.map(|entry| entry.expect("whole").path().expect("UTF-8").display().to_string()).collect()
    }

    #[test]
    fn an_unchanged_tree_is_the_well_known_empty_layer() {
        let tree = Tree::default();
        let bytes = layer_tar(&tree, &diff(&tree, &tree)).expect("written");
        assert_eq!(
            Digest::of(&bytes).to_string(),
            "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
        );
    }

    #[test]
    fn parents_come_first_and_what_vanished_is_a_whiteout() {
        let time = Timestamp::from_seconds(1);
        let mut before = Tree::default();
        before.make_directories(&"/app/old".into(), Metadata::directory(time)).expect("fresh");
        let mut after = before.clone();
        after.remove(&"/app/old".into()).expect("there");
        after.insert(&"/app/new".into(), Node::file(Metadata::file(time), b"x".to_vec())).expect("folder");
        let bytes = layer_tar(&after, &diff(&before, &after)).expect("written");
        assert_eq!(names(&bytes), ["app/", "app/new", "app/.wh.old"]);
    }

    #[test]
    fn a_name_of_any_length_survives() {
        let time = Timestamp::from_seconds(1);
        let folder = format!("/{}", "é".repeat(120));
        let long = format!("{folder}/{}", "ü".repeat(120));
        let mut after = Tree::default();
        after.make_directories(&folder.as_str().into(), Metadata::directory(time)).expect("fresh");
        after.insert(&long.as_str().into(), Node::symlink(Metadata::file(time), &long)).expect("root");
        let bytes = layer_tar(&after, &diff(&Tree::default(), &after)).expect("written");
        assert_eq!(super::super::apply(&Tree::default(), &bytes).expect("applied"), after);
    }

    #[test]
    fn an_archive_made_while_it_is_read_is_the_same() {
        let time = Timestamp::from_seconds(1);
        let mut tree = Tree::default();
        tree.make_directories(&"/d".into(), Metadata::directory(time)).expect("fresh");
        for (path, length) in [("/d/none", 0), ("/d/one", 512), ("/two", 513)] {
            tree.insert(&path.into(), Node::file(Metadata::file(time), vec![7; length])).expect("folder");
        }
        let whole = layer_tar(&tree, &diff(&Tree::default(), &tree)).expect("written");
        let lent = tar_of(&tree).expect("made");
        assert_eq!(lent.size(), whole.len() as u64);
        assert_eq!(*lent.bytes().expect("in memory"), whole);
    }
}
