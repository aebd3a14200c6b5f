//! Who runs a program, and what of the files that may do.

use serde::{Deserialize, Serialize};

use crate::fs::{Metadata, Node, Tree, account, accounts, numbered};

/// The permission to read.
pub(super) const READ: u32 = 4;
/// That to write; of a folder, to put something in or take it away.
pub(super) const WRITE: u32 = 2;
/// That to execute; of a folder, to reach what is in it.
pub(super) const EXECUTE: u32 = 1;
/// The users that a container knows, and the groups.
const PASSWD: &str = "/etc/passwd";
const GROUP: &str = "/etc/group";
/// In such a folder, `/tmp` mostly, only the owner takes something away.
const STICKY: u32 = 0o1000;

/// A user, as the kernel has it: numbers alone. The default is root, who may do everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its number.
    pub uid: u32,
    /// That of its group.
    pub gid: u32,
    /// Those of the other groups that it is in.
    pub groups: Vec<u32>,
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
        let (name, group) = text.split_once(':').map_or((text, None), |(name, group)| (name, Some(group)));
        let name = if name.is_empty() { "0" } else { name };
        let known = match name.parse() {
            Ok(number) => numbered(tree, PASSWD, number, 4),
            Err(_) => account(tree, PASSWD, name, 4),
        };
        let numbers = known.as_ref().and_then(|fields| Some((fields[2].parse().ok()?, fields[3].parse().ok()?)));
        let (uid, own) = match (numbers, name.parse()) {
            (Some(numbers), _) => numbers,
            (None, Ok(number)) => (number, 0),
            (None, Err(_)) if name == "root" => (0, 0),
            (None, Err(_)) => return Err(UserError::User { name: name.to_owned() }),
        };
        let gid = match group.map(|group| (group, group.parse())) {
            None | Some(("", _)) => own,
            Some((_, Ok(number))) => number,
            Some(("root", Err(_))) => 0,
            Some((group, Err(_))) => account(tree, GROUP, group, 3)
                .and_then(|fields| fields[2].parse().ok())
                .ok_or_else(|| UserError::Group { name: group.to_owned() })?,
        };
        // Who names a group is in no other.
        let groups = match (known, group.unwrap_or_default()) {
            (Some(fields), "") => groups_of(tree, &fields[0]),
            _ => Vec::new(),
        };
        Ok(Self { uid, gid, groups })
    }

    /// The environment of its programs: `HOME` is the folder that the container's own file says, unless it is set.
    pub fn at_home(&self, mut environment: Vec<String>, tree: &Tree) -> Vec<String> {
        if !environment.iter().any(|entry| entry.strip_prefix("HOME=").is_some_and(|home| !home.is_empty())) {
            let home = numbered(tree, PASSWD, self.uid, 6).map_or_else(|| "/".to_owned(), |fields| fields[5].clone());
            environment.retain(|entry| !entry.starts_with("HOME="));
            environment.push(format!("HOME={home}"));
        }
        environment
    }

    /// Whether this is root.
    pub(super) fn is_root(&self) -> bool {
        self.uid == 0
    }

    /// Whether a file or folder may be used so.
    /// <https://man7.org/linux/man-pages/man7/path_resolution.7.html>
    pub(super) fn may(&self, wanted: u32, node: &Node) -> bool {
        let Metadata { mode, uid, gid, .. } = node.metadata;
        if self.is_root() {
            // Even root executes only what somebody may.
            return wanted & EXECUTE == 0 || node.entries().is_some() || mode & 0o111 != 0;
        }
        let class = if self.uid == uid {
            6
        } else if self.gid == gid || self.groups.contains(&gid) {
            3
        } else {
            0
        };
        mode >> class & wanted == wanted
    }

    /// Whether something may be taken away from a folder that may be written.
    pub(super) fn may_take(&self, node: &Node, folder: &Node) -> bool {
        let owns = |node: &Node| node.metadata.uid == self.uid;
        self.is_root() || folder.metadata.mode & STICKY == 0 || owns(node) || owns(folder)
    }

    /// What is made by this user.
    pub(super) fn owning(&self, metadata: Metadata) -> Metadata {
        Metadata { uid: self.uid, gid: self.gid, ..metadata }
    }
}

impl UserError {
    /// In the words of containerd, which looks for the user of a container itself.
    pub fn of_containerd(&self) -> &'static str {
        match self {
            Self::User { .. } => "no users found",
            Self::Group { .. } => "no groups found",
        }
    }
}

/// The groups whose lines name a user.
fn groups_of(tree: &Tree, name: &str) -> Vec<u32> {
    let lines = accounts(tree, GROUP).into_iter();
    let mine = lines.filter(|fields| fields.len() >= 4 && fields[3].split(',').any(|member| member == name));
    mine.filter_map(|fields| fields[2].parse().ok()).collect()
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
        tree.insert(&"/etc/group".into(), Node::file(file, b"ml:x:200:ana\nwheel:x:10:root,ana\n".to_vec())).unwrap();
        for (text, expected) in [
            ("", Ok((0, 0, vec![10]))),
            ("ana", Ok((1000, 100, vec![200, 10]))),
            ("1000", Ok((1000, 100, vec![200, 10]))),
            ("55", Ok((55, 0, vec![]))),
            ("55:7", Ok((55, 7, vec![]))),
            ("ana:ml", Ok((1000, 200, vec![]))),
            ("ana:root", Ok((1000, 0, vec![]))),
            ("eve", Err("unable to find user eve: no matching entries in passwd file")),
            ("ana:none", Err("unable to find group none: no matching entries in group file")),
        ] {
            let found = User::look_up(text, &tree).map(|user| (user.uid, user.gid, user.groups));
            assert_eq!(found.map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{text}");
        }
        for text in ["", "root"] {
            assert_eq!(User::look_up(text, &Tree::default()), Ok(User::default()));
        }
    }

    #[test]
    fn home_is_where_the_container_says_unless_it_is_set() {
        let mut tree = Tree::default();
        let file = Metadata::file(Timestamp::default());
        tree.make_directories(&"/etc".into(), file).unwrap();
        let passwd = b"ana:x:1000:100::/home/ana:/bin/sh\n".to_vec();
        tree.insert(&"/etc/passwd".into(), Node::file(file, passwd)).unwrap();
        for (uid, environment, expected) in [
            (1000, "A=b", "A=b HOME=/home/ana"),
            (1000, "HOME=/tmp", "HOME=/tmp"),
            (1000, "HOME=", "HOME=/home/ana"),
            (7, "A=b", "A=b HOME=/"),
        ] {
            let user = User { uid, ..User::default() };
            assert_eq!(user.at_home(vec![environment.to_owned()], &tree).join(" "), expected);
        }
    }

    #[test]
    fn a_class_of_users_may_what_its_bits_say() {
        let file =
            |mode| Node::file(Metadata { mode, uid: 1, gid: 2, ..Metadata::file(Timestamp::default()) }, Vec::new());
        let user = |uid, gid, groups: &[u32]| User { uid, gid, groups: groups.to_vec() };
        let (root, owner, other) = (User::default(), &user(1, 9, &[]), &user(9, 9, &[8]));
        let (group, one_more) = (&user(9, 2, &[]), &user(9, 9, &[8, 2]));
        for (user, mode, wanted, expected) in [
            (owner, 0o600, READ | WRITE, true),
            (owner, 0o066, READ, false),
            (group, 0o640, READ, true),
            (group, 0o640, WRITE, false),
            (one_more, 0o640, READ, true),
            (other, 0o644, READ, true),
            (other, 0o644, WRITE, false),
            (other, 0o711, EXECUTE, true),
            (other, 0o770, EXECUTE, false),
            (&root, 0o000, READ | WRITE, true),
            (&root, 0o666, EXECUTE, false),
        ] {
            assert_eq!(user.may(wanted, &file(mode)), expected, "{user:?} {mode:o} {wanted}");
        }
        let tmp = Node::directory(Metadata { mode: 0o1777, ..Metadata::directory(Timestamp::default()) });
        assert!(owner.may_take(&file(0), &tmp) && !other.may_take(&file(0), &tmp));
    }
}
