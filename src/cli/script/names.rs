//! `*` and `?` in words: the names of files that fit.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_13>

use crate::dockerfile::Glob;
use crate::lab::Machine;

/// What `pattern` fits on this machine, sorted; nothing if it fits nothing. A
/// backslash makes of what follows it a character as any other.
pub fn names(pattern: &str, machine: &Machine) -> Vec<String> {
    let mut found = vec![String::new()];
    for (at, part) in pattern.split('/').enumerate() {
        let slash = if at == 0 { "" } else { "/" };
        found = found.iter().flat_map(|before| fitting(&format!("{before}{slash}"), part, machine)).collect();
    }
    found
}

/// The names in the folder `before` that fit one part of a pattern, with it.
fn fitting(before: &str, part: &str, machine: &Machine) -> Vec<String> {
    if !Glob::is_pattern(part) {
        let path = format!("{before}{}", part.replace('\\', ""));
        let there = machine.files.resolve(&machine.resolve(&path)).is_ok_and(|at| machine.files.get(&at).is_some());
        return there.then_some(path).into_iter().collect();
    }
    let glob = Glob::of_copy(part);
    let folder = machine.files.resolve(&machine.resolve(before)).ok();
    let entries = folder.and_then(|folder| machine.files.get(&folder)).and_then(|node| node.entries());
    let shown = entries.into_iter().flatten().map(|(name, _)| name);
    // A dot at the beginning has to be asked for.
    let asked = shown.filter(|name| name.starts_with('.') == part.starts_with('.'));
    asked.filter(|name| glob.matches(name) == Ok(true)).map(|name| format!("{before}{name}")).collect()
}
