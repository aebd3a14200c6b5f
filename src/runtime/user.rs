//! Who runs a program, and what of the files that may do.

use serde::{Deserialize, Serialize};

use crate::fs::{Metadata, Node, Tree, account, numbered};

/// The permission to read.
pub(super) const READ: u32 = 4;
/// That to write; of a folder, to put something in or take it away.
pub(super) const WRITE: u32 = 2;
/// That to execute; of a folder, to reach what is in it.
pub(super) const EXECUTE: u32 = 1;
/// In such a folder, `/tmp` mostly, only the owner takes something away.
const STICKY: u32 = 0o1000;

/// A user, as the kernel has it: numbers alone. The default is root, who may do everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its number.
    pub uid: u32,
    /// That of its group.
    pub gid: u32,
}

/// Why nobody is meant, in docker's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// A name that the container does not know.
    #[error("unable to find user {name}: no matching entries in passwd file")]
    User {
        /// The name.
        name: String,
    },
    /// A group that it does not know.
    #[error("unable to find group {name}: no matching entries in group file")]
    Group {
        /// Its name.
        name: String,
    },
}

impl User {
    /// The user that `name[:group]` means, each a name or a number; nothing is root. Names are those of the
    /// container's own files, and a number that has no name there is of the group 0.
    pub fn look_up(text: &str, tree: &Tree) -> Result<Self, UserError> {
        const PASSWD: &str = "/etc/passwd";
        let (name, group) = text.split_once(':').map_or((text, None), |(name, group)| (name, Some(group)));
        let known = match name.parse() {
            Ok(number) => numbered(tree, PASSWD, number, 4),
            Err(_) => account(tree, PASSWD, name, 4),
        };
        let numbers = known.and_then(|fields| Some((fields[2].parse().ok()?, fields[3].parse().ok()?)));
        let (uid, own) = match (numbers, name.parse()) {
            (Some(numbers), _) => numbers,
            (None, Ok(number)) => (number, 0),
            (None, Err(_)) if name.is_empty() || name == "root" => (0, 0),
            (None, Err(_)) => return Err(UserError::User { name: name.to_owned() }),
        };
        let gid = match group.map(|group| (group, group.parse())) {
            None | Some(("", _)) => own,
            Some((_, Ok(number))) => number,
            Some(("root", Err(_))) => 0,
            Some((group, Err(_))) => account(tree, "/etc/group", group, 3)
                .and_then(|fields| fields[2].parse().ok())
                .ok_or_else(|| UserError::Group { name: group.to_owned() })?,
        };
        Ok(Self { uid, gid })
    }

    /// Whether this is root.
    pub(super) fn is_root(self) -> bool {
        self.uid == 0
    }

    /// Whether a file or folder may be used so.
    /// <https://man7.org/linux/man-pages/man7/path_resolution.7.html>
    pub(super) fn may(self, wanted: u32, node: &Node) -> bool {
        let Metadata { mode, uid, gid, .. } = node.metadata;
        if self.is_root() {
            // Even root executes only what somebody may.
            return wanted & EXECUTE == 0 || node.entries().is_some() || mode & 0o111 != 0;
        }
        let class = if self.uid == uid {
            6
        } else if self.gid == gid {
            3
        } else {
            0
        };
        mode >> class & wanted == wanted
    }

    /// Whether something may be taken away from a folder that may be written.
    pub(super) fn may_take(self, node: &Node, folder: &Node) -> bool {
        let owns = |node: &Node| node.metadata.uid == self.uid;
        self.is_root() || folder.metadata.mode & STICKY == 0 || owns(node) || owns(folder)
    }

    /// What is made by this user.
    pub(super) fn owning(self, metadata: Metadata) -> Metadata {
        Metadata { uid: self.uid, gid: self.gid, ..metadata }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Timestamp;

    #[test]
    fn names_and_numbers_are_those_of_the_container() {
        let mut tree = Tree::default();
        let file = Metadata::file(Timestamp::default());
        tree.make_directories(&"/etc".into(), file).unwrap();
        let passwd = b"root:x:0:0::/root:/bin/sh\nana:x:1000:100::/home/ana:/bin/sh\n".to_vec();
        tree.insert(&"/etc/passwd".into(), Node::file(file, passwd)).unwrap();
        tree.insert(&"/etc/group".into(), Node::file(file, b"ml:x:200:ana\n".to_vec())).unwrap();
        for (text, expected) in [
            ("", Ok((0, 0))),
            ("ana", Ok((1000, 100))),
            ("1000", Ok((1000, 100))),
            ("55", Ok((55, 0))),
            ("55:7", Ok((55, 7))),
            ("ana:ml", Ok((1000, 200))),
            ("ana:root", Ok((1000, 0))),
            ("eve", Err("unable to find user eve: no matching entries in passwd file")),
            ("ana:none", Err("unable to find group none: no matching entries in group file")),
        ] {
            let found = User::look_up(text, &tree).map(|user| (user.uid, user.gid)).map_err(|error| error.to_string());
            assert_eq!(found, expected.map_err(str::to_owned), "{text}");
        }
        assert_eq!(User::look_up("root", &Tree::default()), Ok(User::default()));
    }

    #[test]
    fn a_class_of_users_may_what_its_bits_say() {
        let file =
            |mode| Node::file(Metadata { mode, uid: 1, gid: 2, ..Metadata::file(Timestamp::default()) }, Vec::new());
        let (root, owner, group, other) = (User::default(), (1, 9), (9, 2), (9, 9));
        for ((uid, gid), mode, wanted, expected) in [
            (owner, 0o600, READ | WRITE, true),
            (owner, 0o066, READ, false),
            (group, 0o640, READ, true),
            (group, 0o640, WRITE, false),
            (other, 0o644, READ, true),
            (other, 0o644, WRITE, false),
            (other, 0o711, EXECUTE, true),
            (other, 0o770, EXECUTE, false),
            ((root.uid, root.gid), 0o000, READ | WRITE, true),
            ((root.uid, root.gid), 0o666, EXECUTE, false),
        ] {
            assert_eq!(User { uid, gid }.may(wanted, &file(mode)), expected, "{uid} {gid} {mode:o} {wanted}");
        }
        let tmp = Node::directory(Metadata { mode: 0o1777, ..Metadata::directory(Timestamp::default()) });
        assert!(User { uid: 1, gid: 9 }.may_take(&file(0), &tmp) && !User { uid: 9, gid: 9 }.may_take(&file(0), &tmp));
    }
}
