//! Files stay readable in one sitting. (Functions are measured by clippy's
//! `too_many_lines`.)

use std::path::Path;

use crate::source::{read, rust_files};

/// Lines a file may have, its test module not counted.
const LINES: usize = 400;

#[test]
fn no_file_is_longer_than_400_lines() {
    let folders = ["src", "tests", "benches", "words/src", "xtask/src", "hub"];
    let files: Vec<_> = folders.into_iter().flat_map(rust_files).collect();
    assert!(files.len() > 10, "the sources were not found");
    let mut wrong = Vec::new();
    for path in files.into_iter().filter(|path| !only_for_tests(path)) {
        let lines = lines_without_tests(&read(&path));
        if lines > LINES {
            wrong.push(format!("{}: {lines} lines, {LINES} allowed", path.display()));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Tests and what they read are as long as they need to be.
fn only_for_tests(path: &Path) -> bool {
    path.starts_with("tests") || ["tests.rs", "fixture.rs"].iter().any(|name| path.ends_with(name))
}

/// Lines before the test module that ends a file.
fn lines_without_tests(source: &str) -> usize {
    let lines: Vec<&str> = source.lines().collect();
    let tests = lines.windows(2).position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod tests {"));
    tests.unwrap_or(lines.len())
}

#[test]
fn a_test_module_is_not_counted() {
    assert_eq!(lines_without_tests("fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n"), 2);
    assert_eq!(lines_without_tests("#[cfg(test)]\nfn a() {}\n"), 2);
}
