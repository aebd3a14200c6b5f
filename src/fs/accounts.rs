//! Users and groups, as the files of a tree name them.

use super::{FsPath, Tree};

/// The fields of the line of `name` in `/etc/passwd`, `/etc/group` or a file of that form, if there are `count` at least.
pub fn account(tree: &Tree, path: &str, name: &str, count: usize) -> Option<Vec<String>> {
    accounts(tree, path).into_iter().find(|fields| fields.len() >= count && fields[0] == name)
}

/// The same of the first line whose third field, the number, is this one.
pub fn numbered(tree: &Tree, path: &str, number: u32, count: usize) -> Option<Vec<String>> {
    accounts(tree, path).into_iter().find(|fields| fields.len() >= count && fields[2].parse() == Ok(number))
}

/// The fields of each line.
pub fn accounts(tree: &Tree, path: &str) -> Vec<Vec<String>> {
    let bytes = tree.read(&FsPath::from(path)).unwrap_or_default();
    let fields = |line: &str| line.split(':').map(str::to_owned).collect();
    String::from_utf8_lossy(&bytes).lines().map(fields).collect()
}
