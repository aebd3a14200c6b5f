//! A layer laid over a tree: files replace, whiteouts take away. Nothing in
//! an archive can reach outside the root, whatever its names say.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#applying-changesets>

use std::io::{self, Read};

use ::tar::{Archive, EntryType};

use super::{FsError, FsPath, Kind, Metadata, Node, Tree};
use crate::limits;
use crate::oci::Timestamp;

const WHITEOUT: &str = ".wh.";
const OPAQUE: &str = ".wh..wh..opq";

/// Why a layer cannot be laid over a tree.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The archive is damaged.
    #[error("archive/tar: {source}")]
    Archive {
        /// What the reader says.
        #[from]
        source: io::Error,
    },
    /// A name is not text.
    #[error("archive/tar: a name is not UTF-8")]
    Name,
    /// A device, a pipe or another kind the lab has no use for.
    #[error("{path}: unsupported type {kind:?} in a layer")]
    Unsupported {
        /// Which entry.
        path: FsPath,
        /// Its type flag.
        kind: char,
    },
    /// A link names nothing, or a file stands where a folder is needed.
    #[error("{source}")]
    Path {
        /// What the tree says.
        #[from]
        source: FsError,
    },
    /// Too many entries.
    #[error("archive/tar: more than {limit} entries")]
    TooMany {
        /// The bound.
        limit: usize,
    },
}

/// The tree after the uncompressed layer `tar` is laid over `base`.
pub fn apply(base: &Tree, tar: &[u8]) -> Result<Tree, ApplyError> {
    unpack(base, tar, true)
}

/// The entries of a layer as they stand in the archive: a whiteout is a file like any other.
pub fn apply_literally(tar: &[u8]) -> Result<Tree, ApplyError> {
    unpack(&Tree::default(), tar, false)
}

fn unpack(base: &Tree, tar: &[u8], whiteouts: bool) -> Result<Tree, ApplyError> {
    let mut tree = base.clone();
    let mut archive = Archive::new(tar);
    for (count, entry) in archive.entries()?.enumerate() {
        if count >= limits::LAYER_ENTRIES {
            return Err(ApplyError::TooMany { limit: limits::LAYER_ENTRIES });
        }
        apply_entry(&mut tree, base, entry?, whiteouts)?;
    }
    Ok(tree)
}

fn apply_entry(
    tree: &mut Tree,
    base: &Tree,
    mut entry: ::tar::Entry<'_, &[u8]>,
    whiteouts: bool,
) -> Result<(), ApplyError> {
    let name = std::str::from_utf8(&entry.path_bytes()).map_err(|_| ApplyError::Name)?.to_owned();
    let typed = FsPath::from(name.as_str());
    if typed == FsPath::root() {
        return Ok(());
    }
    let path = tree.resolve_parent(&typed)?;
    let parent = path.parent().unwrap_or_else(FsPath::root);
    if let Some(hidden) = path.name().strip_prefix(WHITEOUT).filter(|_| whiteouts) {
        return whiteout(tree, base, &parent, path.name(), hidden);
    }
    let metadata = metadata(entry.header())?;
    tree.make_directories(&parent, Metadata::directory(metadata.modified))?;
    let node = match entry.header().entry_type() {
        EntryType::Directory => {
            if let Some(existing) = tree.get_mut(&path).filter(|node| matches!(node.kind, Kind::Directory(_))) {
                existing.metadata = metadata;
                return Ok(());
            }
            Node::directory(metadata)
        }
        EntryType::Symlink => Node::symlink(metadata, &link_name(&entry)?),
        EntryType::Link => hard_link(tree, &link_name(&entry)?)?,
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            Node::file(metadata, content)
        }
        kind => return Err(ApplyError::Unsupported { path, kind: char::from(kind.as_byte()) }),
    };
    Ok(tree.insert(&path, node)?)
}

/// `.wh.name` hides `name`; `.wh..wh..opq` hides what lower layers put beside it.
fn whiteout(tree: &mut Tree, base: &Tree, parent: &FsPath, name: &str, hidden: &str) -> Result<(), ApplyError> {
    let victims: Vec<FsPath> = if name == OPAQUE {
        let lower = base.get(parent).and_then(Node::entries).into_iter().flatten();
        lower.map(|(name, _)| parent.child(name)).collect()
    } else if hidden.is_empty() || hidden == "." || hidden == ".." {
        return Err(ApplyError::Name);
    } else {
        vec![parent.child(hidden)]
    };
    for victim in victims {
        if tree.get(&victim).is_some() {
            tree.remove(&victim)?;
        }
    }
    Ok(())
}

fn metadata(header: &::tar::Header) -> Result<Metadata, ApplyError> {
    let id = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    Ok(Metadata {
        mode: header.mode()? & 0o7777,
        uid: id(header.uid()?),
        gid: id(header.gid()?),
        modified: Timestamp::from_seconds(header.mtime()?),
    })
}

fn link_name(entry: &::tar::Entry<'_, &[u8]>) -> Result<String, ApplyError> {
    let bytes = entry.link_name_bytes().ok_or(ApplyError::Name)?;
    String::from_utf8(bytes.into_owned()).map_err(|_| ApplyError::Name)
}

/// A hard link shares its target's content.
fn hard_link(tree: &Tree, target: &str) -> Result<Node, ApplyError> {
    let path = tree.resolve_parent(&FsPath::from(target))?;
    Ok(tree.get(&path).cloned().ok_or(FsError::NotFound { path })?)
}

#[cfg(test)]
mod tests {
    use super::super::{diff, layer_tar};
    use super::*;
    use proptest::prelude::*;

    fn archive(entries: &[(&str, EntryType, &str)]) -> Vec<u8> {
        let mut builder = ::tar::Builder::new(Vec::new());
        for (name, kind, text) in entries {
            let mut header = ::tar::Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_mode(0o644);
            header.set_uid(0);
            header.set_gid(0);
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            let content = if *kind == EntryType::Regular { text.as_bytes() } else { &[] };
            if *kind == EntryType::Symlink || *kind == EntryType::Link {
                header.as_old_mut().linkname[..text.len()].copy_from_slice(text.as_bytes());
            }
            header.set_size(content.len() as u64);
            header.set_cksum();
            builder.append(&header, content).expect("a Vec takes every byte");
        }
        builder.into_inner().expect("a Vec takes every byte")
    }

    fn paths(tree: &Tree) -> Vec<String> {
        tree.walk().map(|(path, _)| path.to_string()).collect()
    }

    #[test]
    fn no_name_leaves_the_root() {
        let tar = archive(&[
            ("../../etc/passwd", EntryType::Regular, "x"),
            ("/abs", EntryType::Regular, "y"),
            ("out", EntryType::Symlink, "../../.."),
            ("out/inside", EntryType::Regular, "z"),
        ]);
        let tree = apply(&Tree::default(), &tar).expect("contained");
        assert_eq!(paths(&tree), ["/abs", "/etc", "/etc/passwd", "/inside", "/out"]);
    }

    #[test]
    fn an_opaque_folder_hides_only_what_lower_layers_put_there() {
        let base = apply(&Tree::default(), &archive(&[("d/low", EntryType::Regular, "1")])).expect("base");
        let tar = archive(&[("d/high", EntryType::Regular, "2"), ("d/.wh..wh..opq", EntryType::Regular, "")]);
        assert_eq!(paths(&apply(&base, &tar).expect("applied")), ["/d", "/d/high"]);
    }

    #[test]
    fn devices_dangling_links_and_damage_are_refused() {
        for (name, kind, text) in
            [("dev", EntryType::Block, ""), ("l", EntryType::Link, "nothing"), (".wh..", EntryType::Regular, "")]
        {
            assert!(apply(&Tree::default(), &archive(&[(name, kind, text)])).is_err(), "{name}");
        }
        let whole = archive(&[("f", EntryType::Regular, "content")]);
        assert!(apply(&Tree::default(), &whole[..515]).is_err());
    }

    fn arbitrary_tree() -> impl Strategy<Value = Tree> {
        let file = ("[ab](/[ab]){0,2}", prop::collection::vec(any::<u8>(), 0..4), 0_u32..0o777, 0_u64..9);
        prop::collection::vec(file, 0..6).prop_map(|files| {
            let mut tree = Tree::default();
            for (path, content, mode, seconds) in files {
                let path = FsPath::from(path);
                let modified = Timestamp::from_seconds(seconds);
                let parent = path.parent().expect("not the root");
                if tree.make_directories(&parent, Metadata::directory(Timestamp::default())).is_ok() {
                    let metadata = Metadata { mode, ..Metadata::file(modified) };
                    tree.insert(&path, Node::file(metadata, content)).expect("its parent is a folder");
                }
            }
            tree
        })
    }

    proptest! {
        #[test]
        fn the_difference_of_two_trees_applied_to_the_first_is_the_second(
            before in arbitrary_tree(),
            after in arbitrary_tree(),
        ) {
            let tar = layer_tar(&after, &diff(&before, &after)).expect("written");
            prop_assert_eq!(apply(&before, &tar).expect("applied"), after);
        }
    }
}
