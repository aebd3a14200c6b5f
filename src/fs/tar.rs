//! A layer as a tar archive whose bytes depend on nothing but the change:
//! entries in the order of a walk, parents included, whiteouts for what
//! vanished, ustar with PAX records where a name is too long.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md>

use std::collections::BTreeSet;
use std::io::{self, Read, Write};

use ::tar::{Builder, EntryType, Header};

use super::{Change, ChangeKind, FsPath, Kind, Node, Tree};

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

/// Writes that archive; contents pass through in pieces.
pub fn write_layer(after: &Tree, changes: &[Change], sink: &mut dyn Write) -> Result<(), TarError> {
    let mut archive = Builder::new(sink);
    let mut written = BTreeSet::new();
    for change in changes {
        for parent in parents(&change.path) {
            if written.insert(parent.clone())
                && let Some(node) = after.get(&parent)
            {
                append(&mut archive, &parent, node)?;
            }
        }
        match (change.kind, after.get(&change.path)) {
            (ChangeKind::Deleted, _) => append_whiteout(&mut archive, &change.path)?,
            (_, Some(node)) if written.insert(change.path.clone()) => append(&mut archive, &change.path, node)?,
            _ => {}
        }
    }
    Ok(archive.finish()?)
}

/// The folders above `path`, highest first, without the root.
fn parents(path: &FsPath) -> Vec<FsPath> {
    let mut parents: Vec<FsPath> =
        std::iter::successors(path.parent(), FsPath::parent).filter(|parent| parent.as_str() != "/").collect();
    parents.reverse();
    parents
}

fn append(archive: &mut Builder<&mut dyn Write>, path: &FsPath, node: &Node) -> io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_mode(node.metadata.mode);
    header.set_uid(u64::from(node.metadata.uid));
    header.set_gid(u64::from(node.metadata.gid));
    header.set_mtime(node.metadata.modified.seconds());
    header.set_size(0);
    match &node.kind {
        Kind::File(content) => {
            header.set_entry_type(EntryType::Regular);
            header.set_size(content.size());
            append_named(archive, header, path.relative(), None, content.open()?)
        }
        Kind::Directory(_) => {
            header.set_entry_type(EntryType::Directory);
            append_named(archive, header, &format!("{}/", path.relative()), None, io::empty())
        }
        Kind::Symlink(target) => {
            header.set_entry_type(EntryType::Symlink);
            append_named(archive, header, path.relative(), Some(target), io::empty())
        }
    }
}

/// `.wh.<name>` beside where the name was: empty, mode 0, of 1970.
fn append_whiteout(archive: &mut Builder<&mut dyn Write>, path: &FsPath) -> io::Result<()> {
    let parent = path.parent().unwrap_or_else(FsPath::root);
    let whiteout = parent.child(&format!(".wh.{}", path.name()));
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(0);
    append_named(archive, header, whiteout.relative(), None, io::empty())
}

fn append_named(
    archive: &mut Builder<&mut dyn Write>,
    mut header: Header,
    name: &str,
    link: Option<&str>,
    content: impl Read,
) -> io::Result<()> {
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
    if !records.is_empty() {
        archive.append_pax_extensions(records)?;
    }
    header.set_cksum();
    archive.append(&header, content)
}

/// As much of `text` as the field of a ustar header holds; its PAX record has the whole.
fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(100)]
}

#[cfg(test)]
mod tests {
    use super::super::{Metadata, diff};
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
}
