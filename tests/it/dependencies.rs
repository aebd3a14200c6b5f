//! Each dependency carries its reason: a comment on the line above it.

use std::path::Path;

use crate::source::read;

#[test]
fn every_dependency_has_its_reason() {
    let mut wrong = Vec::new();
    for manifest in ["Cargo.toml", "words/Cargo.toml", "xtask/Cargo.toml"] {
        for (line, dependency) in without_reason(&read(Path::new(manifest))) {
            wrong.push(format!("{manifest}:{line}: `{dependency}` has no comment above it"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Dependencies whose line does not follow a comment, with their lines.
fn without_reason(manifest: &str) -> Vec<(usize, String)> {
    let (mut in_table, mut above, mut found) = (false, "", Vec::new());
    for (at, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            in_table = line.trim_end_matches(']').ends_with("dependencies");
        } else if let Some((name, _)) = line.split_once('=')
            && in_table
            && !line.starts_with(['#', ' '])
            && !above.starts_with('#')
        {
            found.push((at + 1, name.trim().to_owned()));
        }
        above = line;
    }
    found
}

#[test]
fn a_bare_dependency_is_found() {
    let manifest = "[package]\nname = \"x\"\n[dev-dependencies]\n# Why.\na = \"1\"\nb = \"2\"\n";
    assert_eq!(without_reason(manifest), [(6, "b".to_owned())]);
}
