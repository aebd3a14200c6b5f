//! Paths with their links followed: preview 1 has no call for that.

use std::io;
use std::path::{Path, PathBuf};

/// As many links as a path may lead through.
const LINKS: usize = 40;

/// Where an absolute path leads to, one name after the other; names that are not there stand for themselves.
///
/// # Errors
/// If it leads through too many links.
pub fn physical(path: &Path) -> io::Result<PathBuf> {
    let mut left = names(&path.to_string_lossy());
    let mut found = PathBuf::from("/");
    let mut links = 0;
    while let Some(name) = left.pop() {
        if name == ".." {
            found.pop();
            continue;
        }
        let next = found.join(&name);
        let Ok(target) = std::fs::read_link(&next) else {
            found = next;
            continue;
        };
        links += 1;
        if links > LINKS {
            return Err(io::Error::other("Too many levels of symbolic links"));
        }
        let target = target.to_string_lossy();
        if target.starts_with('/') {
            found = PathBuf::from("/");
        }
        left.extend(names(&target));
    }
    Ok(found)
}

/// The names of a path, the last first.
fn names(path: &str) -> Vec<String> {
    path.split('/')
        .rev()
        .filter(|name| !matches!(*name, "" | "."))
        .map(str::to_owned)
        .collect()
}
