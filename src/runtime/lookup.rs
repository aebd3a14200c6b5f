//! From the text of a path to the node it leads to, by the rules of a Unix:
//! `..` leads out of the folder that the links before it led into, a link is
//! followed where it stands, and what is gone through must be a folder.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap04.html#tag_04_16>

use super::errno::Errno;
use crate::fs::{FsPath, Kind, Node, Tree};
use crate::limits;

/// Where a lookup begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folder<'a> {
    pub(super) path: &'a FsPath,
    /// Whether a path that leads out of the folder is refused: the folder is all that was granted.
    pub(super) confined: bool,
}

/// Whether a link that is the last part of a path is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    Yes,
    /// Only if a slash behind it asks for what it leads to.
    No,
    /// Not even then: the link itself is to be moved or removed.
    Never,
}

impl Follow {
    /// From the lookup flags of a call.
    pub(super) fn from_flags(flags: u32) -> Self {
        if flags & 1 == 1 { Self::Yes } else { Self::No }
    }
}

/// The path without links of what `text` names; its last part may be absent, its folder may not.
pub(super) fn locate(tree: &Tree, folder: &Folder<'_>, text: &str, follow: Follow) -> Result<FsPath, Errno> {
    let mut way = Way::to(tree, folder.path);
    let floor = if folder.confined { way.parts.len() } else { 0 };
    let mut pending: Vec<&str> = text.split('/').rev().collect();
    let mut links_left = limits::SYMLINKS_PER_PATH;
    if text.starts_with('/') {
        way.start_over(folder)?;
    }
    while let Some(name) = pending.pop() {
        if name.is_empty() {
            continue;
        }
        let child = way.step(name)?;
        match name {
            "." => continue,
            ".." if way.parts.len() > floor => drop(way.parts.pop()),
            ".." if folder.confined => return Err(Errno::Perm),
            ".." => {}
            _ => way.parts.push((name, child)),
        }
        let slash = !pending.is_empty();
        let last = pending.iter().all(|part| part.is_empty());
        let followed = !last || follow == Follow::Yes || (follow == Follow::No && slash);
        if let Some(Kind::Symlink(target)) = child.map(|node| &node.kind)
            && followed
        {
            links_left = links_left.checked_sub(1).ok_or(Errno::Loop)?;
            way.parts.pop();
            if target.starts_with('/') {
                way.start_over(folder)?;
            }
            pending.extend(target.split('/').rev());
        }
    }
    way.end()
}

/// The way down from the root: each name with what is there, if anything.
struct Way<'a> {
    root: &'a Tree,
    parts: Vec<(&'a str, Option<&'a Node>)>,
}

impl<'a> Way<'a> {
    fn to(root: &'a Tree, path: &'a FsPath) -> Self {
        let mut way = Self { root, parts: Vec::new() };
        for name in path.components() {
            let node = way.top().and_then(|node| node.entries()?.get(name)).map(|node| &**node);
            way.parts.push((name, node));
        }
        way
    }

    fn top(&self) -> Option<&'a Node> {
        self.parts.last().map_or_else(|| self.root.get(&FsPath::root()), |(_, node)| *node)
    }

    fn start_over(&mut self, folder: &Folder<'_>) -> Result<(), Errno> {
        self.parts.clear();
        if folder.confined { Err(Errno::Perm) } else { Ok(()) }
    }

    /// What `name` is in the folder reached so far.
    fn step(&self, name: &str) -> Result<Option<&'a Node>, Errno> {
        if name.len() > limits::NAME_BYTES {
            return Err(Errno::Nametoolong);
        }
        let entries = self.top().ok_or(Errno::Noent)?.entries().ok_or(Errno::Notdir)?;
        Ok(entries.get(name).map(|node| &**node))
    }

    fn end(self) -> Result<FsPath, Errno> {
        let names: Vec<&str> = self.parts.into_iter().map(|(name, _)| name).collect();
        let path = FsPath::from(names.join("/"));
        if path.as_str().len() > limits::PATH_BYTES { Err(Errno::Nametoolong) } else { Ok(path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::Metadata;
    use crate::oci::Timestamp;

    /// `/a/b/f`, the folder link `/l` to `a/b`, `/abs` to `/a`, `/up` to `../..`, `/none` to nothing, and a circle.
    fn tree() -> Tree {
        let metadata = Metadata::file(Timestamp::default());
        let mut tree = Tree::default();
        tree.make_directories(&"/a/b".into(), Metadata::directory(Timestamp::default())).unwrap();
        tree.insert(&"/a/b/f".into(), Node::file(metadata, Vec::new())).unwrap();
        for (name, target) in [
            ("/l", "a/b"),
            ("/abs", "/a"),
            ("/a/up", "../../.."),
            ("/none", "missing"),
            ("/round", "round"),
            ("/s", "l/"),
        ] {
            tree.insert(&name.into(), Node::symlink(metadata, target)).unwrap();
        }
        tree
    }

    fn found(confined: bool, folder: &str, text: &str, follow: Follow) -> Result<String, Errno> {
        let path = FsPath::from(folder);
        locate(&tree(), &Folder { path: &path, confined }, text, follow).map(String::from)
    }

    #[test]
    fn the_rules_are_those_of_a_unix() {
        for (text, follow, expected) in [
            ("l/../f", Follow::No, Ok("/a/f")),
            ("l/f", Follow::No, Ok("/a/b/f")),
            ("l", Follow::No, Ok("/l")),
            ("l/", Follow::No, Ok("/a/b")),
            ("l/", Follow::Never, Ok("/l")),
            ("l", Follow::Yes, Ok("/a/b")),
            ("s/f", Follow::No, Ok("/a/b/f")),
            ("abs/b", Follow::No, Ok("/a/b")),
            ("a/up/a", Follow::No, Ok("/a")),
            ("/a/./b//", Follow::No, Ok("/a/b")),
            ("new", Follow::No, Ok("/new")),
            ("none", Follow::Yes, Ok("/missing")),
            ("missing/../a", Follow::No, Err(Errno::Noent)),
            ("missing/x", Follow::No, Err(Errno::Noent)),
            ("a/b/f/..", Follow::No, Err(Errno::Notdir)),
            ("a/b/f/.", Follow::No, Err(Errno::Notdir)),
            ("round", Follow::Yes, Err(Errno::Loop)),
            ("round", Follow::No, Ok("/round")),
        ] {
            assert_eq!(found(false, "/", text, follow), expected.map(str::to_owned), "{text} {follow:?}");
        }
        assert_eq!(found(false, "/", &"n".repeat(300), Follow::No), Err(Errno::Nametoolong));
        assert_eq!(found(false, "/a", "../l/f", Follow::No), Ok("/a/b/f".into()));
    }

    #[test]
    fn nothing_leads_out_of_a_folder_that_is_all_there_is() {
        for (text, expected) in [
            ("b/../b/f", Ok("/a/b/f")),
            ("..", Err(Errno::Perm)),
            ("b/../../l", Err(Errno::Perm)),
            ("up", Err(Errno::Perm)),
            ("/a", Err(Errno::Perm)),
        ] {
            assert_eq!(found(true, "/a", text, Follow::Yes), expected.map(str::to_owned), "{text}");
        }
        assert_eq!(found(true, "/", "abs/b", Follow::Yes), Err(Errno::Perm));
    }
}
