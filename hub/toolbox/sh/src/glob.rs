//! The files that a pattern stands for.

use std::path::Path;

use crate::pattern::Pattern;

/// Names found, before a pattern is given up: a shell's memory is small.
const NAMES: usize = 100_000;

/// The paths a word stands for, as seen from `directory`, in order; none if there is no such file.
pub(crate) fn expand(word: &[(char, bool)], directory: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut rest = word;
    while !rest.is_empty() {
        let slashes = rest.iter().take_while(|(char, _)| *char == '/').count();
        let length = rest[slashes..]
            .iter()
            .take_while(|(char, _)| *char != '/')
            .count();
        let prefix: String = rest[..slashes].iter().map(|(char, _)| *char).collect();
        let pattern = Pattern::new(&rest[slashes..slashes + length]);
        rest = &rest[slashes + length..];
        found = found
            .iter()
            .flat_map(|base| below(&format!("{base}{prefix}"), &pattern, directory))
            .take(NAMES)
            .collect();
    }
    found
}

/// The paths that continue `base` by one name.
fn below(base: &str, pattern: &Pattern, directory: &str) -> Vec<String> {
    if !pattern.is_wild() {
        let path = format!("{base}{}", pattern.literal());
        let is_there =
            path.is_empty() || Path::new(directory).join(&path).symlink_metadata().is_ok();
        return if is_there { vec![path] } else { Vec::new() };
    }
    let Ok(entries) = Path::new(directory).join(base).read_dir() else {
        return Vec::new();
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| pattern.begins_with_dot() || !name.starts_with('.'))
        .collect();
    if pattern.begins_with_dot() {
        names.extend([".".to_owned(), "..".to_owned()]);
    }
    names.retain(|name| pattern.matches(name));
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|name| format!("{base}{name}"))
        .collect()
}
