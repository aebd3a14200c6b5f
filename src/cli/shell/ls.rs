//! `ls`: names in a row, or one a line with mode, owner, size and time.

use crate::cli::{Desk, Failure, Flow};
use crate::fs::{Kind, Node};

pub fn run(arguments: &[String], desk: &mut Desk<'_>) -> Result<Flow, Failure> {
    let (flags, paths): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|word| word.starts_with('-'));
    let letters: String = flags.iter().flat_map(|flag| flag[1..].chars()).collect();
    if let Some(unknown) = letters.chars().find(|letter| !"al1h".contains(*letter)) {
        return Err(Failure::with_code(2, format!("ls: invalid option -- '{unknown}'")));
    }
    let paths: Vec<&str> = if paths.is_empty() { vec!["."] } else { paths.into_iter().map(String::as_str).collect() };
    for (at, typed) in paths.iter().enumerate() {
        // Folders get headings where there are several things.
        if paths.len() > 1 && is_folder(typed, desk) {
            let gap = if at > 0 { "\n" } else { "" };
            desk.terminal.lines(format!("{gap}{typed}:").split('\n'));
        }
        list(typed, &letters, desk)?;
    }
    Ok(Flow::Done(0))
}

fn is_folder(typed: &str, desk: &Desk<'_>) -> bool {
    let path = desk.machine.files.resolve(&desk.machine.resolve(typed));
    path.ok().and_then(|path| desk.machine.files.get(&path)).is_some_and(|node| node.entries().is_some())
}

fn list(typed: &str, letters: &str, desk: &mut Desk<'_>) -> Result<(), Failure> {
    let absent = || Failure::with_code(2, format!("ls: cannot access '{typed}': No such file or directory"));
    let tree = &desk.machine.files;
    let path = desk.machine.resolve(typed);
    let path = tree.resolve(&path).map_err(|_| absent())?;
    let node = tree.get(&path).ok_or_else(absent)?;
    let entries: Vec<(String, Node)> = match node.entries() {
        Some(entries) => entries.iter().map(|(name, node)| (name.clone(), (**node).clone())).collect(),
        None => vec![(typed.to_owned(), node.clone())],
    };
    let shown: Vec<_> = entries.iter().filter(|(name, _)| letters.contains('a') || !name.starts_with('.')).collect();
    if letters.contains('l') {
        desk.terminal.lines(shown.iter().map(|(name, node)| long(name, node)));
    } else if !shown.is_empty() {
        let gap = if letters.contains('1') { "\n" } else { "  " };
        let names: Vec<&str> = shown.iter().map(|(name, _)| name.as_str()).collect();
        desk.terminal.lines(names.join(gap).lines());
    }
    Ok(())
}

/// `-rw-r--r-- 0 0    312 2026-01-05 09:00 sample.json`
fn long(name: &str, node: &Node) -> String {
    let kind = match node.kind {
        Kind::File(_) => '-',
        Kind::Directory(_) => 'd',
        Kind::Symlink(_) => 'l',
    };
    let bits = (0..9).rev().map(|bit| if node.metadata.mode >> bit & 1 == 1 { ['x', 'w', 'r'][bit % 3] } else { '-' });
    let mode: String = std::iter::once(kind).chain(bits).collect();
    let time = node.metadata.modified.to_string().replace('T', " ");
    let (size, time) = (node.size(), time.get(..16).unwrap_or_default().to_owned());
    format!("{mode} {} {} {size:>7} {time} {name}", node.metadata.uid, node.metadata.gid)
}
