//! `--chown`: names are looked up in the image's own files.
//! <https://docs.docker.com/reference/dockerfile/#copy---chown---chmod>

use crate::fs::{Tree, account};

/// A user, and a group if it is not the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    user: Name,
    group: Option<Name>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Number(u32),
    Text(String),
}

impl Owner {
    /// `user[:group]`, each a name or a number.
    pub(in crate::build) fn parse(text: &str) -> Self {
        let (user, group) = text.split_once(':').map_or((text, None), |(user, group)| (user, Some(group)));
        Self { user: Name::parse(user), group: group.map(Name::parse) }
    }

    /// The numbers; a number alone is also its group's, and a name nobody has is root's.
    pub(in crate::build) fn look_up(&self, tree: &Tree) -> (u32, u32) {
        let (user, own_group) = match &self.user {
            Name::Number(number) => (*number, *number),
            Name::Text(name) => account(tree, "/etc/passwd", name, 4)
                .and_then(|fields| Some((fields[2].parse().ok()?, fields[3].parse().ok()?)))
                .unwrap_or((0, 0)),
        };
        let group = match &self.group {
            None => own_group,
            Some(Name::Number(number)) => *number,
            Some(Name::Text(name)) => {
                account(tree, "/etc/group", name, 3).and_then(|fields| fields[2].parse().ok()).unwrap_or(own_group)
            }
        };
        (user, group)
    }
}

impl Name {
    fn parse(text: &str) -> Self {
        match text.parse::<u32>() {
            Ok(number) if i32::try_from(number).is_ok() => Self::Number(number),
            _ if text == "root" => Self::Number(0),
            _ => Self::Text(text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::{Metadata, Node};
    use crate::oci::Timestamp;

    #[test]
    fn names_are_those_of_the_image() {
        let mut tree = Tree::default();
        let file = Metadata::file(Timestamp::default());
        tree.make_directories(&"/etc".into(), file).expect("fresh");
        let passwd = b"root:x:0:0::/root:/bin/sh\nana:x:1000:100::/home/ana:/bin/sh\nbroken\n".to_vec();
        tree.insert(&"/etc/passwd".into(), Node::file(file, passwd)).expect("a folder");
        tree.insert(&"/etc/group".into(), Node::file(file, b"users:x:100:\nml:x:200:ana\n".to_vec()))
            .expect("a folder");
        let table = [
            ("ana", (1000, 100)),
            ("ana:ml", (1000, 200)),
            ("ana:7", (1000, 7)),
            ("55", (55, 55)),
            ("55:ml", (55, 200)),
            ("root", (0, 0)),
            ("nobody", (0, 0)),
            ("nobody:none", (0, 0)),
        ];
        for (text, numbers) in table {
            assert_eq!(Owner::parse(text).look_up(&tree), numbers, "{text}");
        }
    }
}
