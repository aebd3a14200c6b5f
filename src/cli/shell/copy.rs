//! `cp` and `mv`: files and folders under another name, or into a folder.

use super::reading::flags;
use crate::cli::{Desk, Failure, Flow};
use crate::fs::{FsPath, Kind, Node};
use crate::host::Host;

pub fn cp(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (letters, typed) = flags("cp", "arR", arguments)?;
    let now = desk.wire.now();
    for Move { typed, from, to } in moves("cp", typed, desk)? {
        let node = node(desk, "cp", typed, &from)?;
        if node.entries().is_some() && letters.is_empty() {
            return Err(Failure::new(format!("cp: -r not specified; omitting directory '{typed}'")));
        }
        let mut copy = node;
        if !letters.contains('a') {
            copy.metadata.modified = now;
        }
        desk.machine.check_room(size(&copy)).map_err(|full| Failure::new(format!("cp: error writing: {full}")))?;
        put(desk, "cp", copy, &to)?;
    }
    Ok(Flow::Done(0))
}

pub fn mv(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (_, typed) = flags("mv", "f", arguments)?;
    for Move { typed, from, to } in moves("mv", typed, desk)? {
        let node = node(desk, "mv", typed, &from)?;
        if to == from {
            return Err(Failure::new(format!("mv: '{typed}' and '{typed}' are the same file")));
        }
        if to.below(&from).is_some() {
            return Err(Failure::new(format!("mv: cannot move '{typed}' to a subdirectory of itself")));
        }
        desk.machine.files.remove(&from).map_err(|error| Failure::new(format!("mv: {error}")))?;
        put(desk, "mv", node, &to)?;
    }
    Ok(Flow::Done(0))
}

/// One thing that goes to another place.
struct Move<'w> {
    typed: &'w str,
    from: FsPath,
    to: FsPath,
}

/// Into the last word, if that is a folder; in its place, if not.
fn moves<'w>(word: &str, typed: &'w [String], desk: &Desk<'_>) -> Result<Vec<Move<'w>>, Failure> {
    let (target, sources) = match typed {
        [] => return Err(Failure::new(format!("{word}: missing file operand"))),
        [only] => return Err(Failure::new(format!("{word}: missing destination file operand after '{only}'"))),
        [sources @ .., target] => (target, sources),
    };
    let into = desk.machine.resolve(target);
    let into = desk.machine.files.resolve(&into).unwrap_or(into);
    let is_folder = desk.machine.files.get(&into).is_some_and(|node| node.entries().is_some());
    if !is_folder && (sources.len() > 1 || target.ends_with('/')) {
        return Err(Failure::new(format!("{word}: target '{target}': No such file or directory")));
    }
    let place = |typed: &'w String| {
        let from = desk.machine.resolve(typed);
        let to = if is_folder { into.child(from.name()) } else { into.clone() };
        Move { typed, from, to }
    };
    Ok(sources.iter().map(place).collect())
}

fn node(desk: &Desk<'_>, word: &str, typed: &str, path: &FsPath) -> Result<Node, Failure> {
    let found = desk.machine.files.get(path).cloned();
    found.ok_or_else(|| Failure::new(format!("{word}: cannot stat '{typed}': No such file or directory")))
}

fn put(desk: &mut Desk<'_>, word: &str, node: Node, to: &FsPath) -> Result<(), Failure> {
    let cannot = |error| Failure::new(format!("{word}: cannot create '{to}': {error}"));
    desk.machine.files.insert(to, node).map_err(cannot)
}

/// The bytes of a file, or of all files in a folder.
fn size(node: &Node) -> u64 {
    match &node.kind {
        Kind::Directory(entries) => entries.values().map(|entry| size(entry)).sum(),
        _ => node.size(),
    }
}
