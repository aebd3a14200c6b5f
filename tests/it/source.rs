//! Rust sources as the tests of the house read them: which files there are,
//! their text without comments and strings, and the paths they name.

use std::path::{Path, PathBuf};

/// The root of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every `.rs` file under a folder of the project, in order, as paths from the root.
pub fn rust_files(folder: &str) -> Vec<PathBuf> {
    files(folder, "rs")
}

/// Every file under a folder whose name ends so.
pub fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root().join(folder), end, &mut found);
    found.sort();
    found
}

/// The text of a file named from the root.
pub fn read(path: &Path) -> String {
    let full = root().join(path);
    std::fs::read_to_string(&full).unwrap_or_else(|error| panic!("{}: {error}", full.display()))
}

/// The first two names of each path that starts at `start`, with its line:
/// `use crate::{fs, oci::Digest}` names `crate::fs` and `crate::oci`.
pub fn paths_from(code: &str, start: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(start) {
        if !starts_a_path(&code[..at]) {
            continue;
        }
        let Some(rest) = code[at + start.len()..].trim_start().strip_prefix("::") else {
            continue;
        };
        let rest = rest.trim_start();
        let line_of = |offset: usize| 1 + code[..offset].matches('\n').count();
        let rest_at = code.len() - rest.len();
        let heads = if let Some(group) = rest.strip_prefix('{') {
            group_heads(group).into_iter().map(|(offset, name)| (rest_at + 1 + offset, name)).collect()
        } else {
            vec![(rest_at, leading_name(rest))]
        };
        found.extend(heads.into_iter().map(|(offset, name)| (line_of(offset), name.to_owned())));
    }
    found
}

/// The source with comments and the insides of strings blanked, lines kept.
pub fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (skipped, replacement) = match not_code(rest) {
            0 => (first.len_utf8(), None),
            length => (length, Some(' ')),
        };
        for character in rest[..skipped].chars() {
            let kept = character == '\n' || replacement.is_none();
            code.push(if kept { character } else { ' ' });
        }
        rest = &rest[skipped..];
    }
    code
}

/// A text between quotes: its line, the code before it, and what stands in it.
pub struct Literal<'a> {
    pub line: usize,
    pub before: &'a str,
    pub text: &'a str,
}

/// Every text of a source, comments apart.
pub fn literals(source: &str) -> Vec<Literal<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let length = not_code(&source[at..]);
        if first == '"' {
            let line = 1 + source[..at].matches('\n').count();
            found.push(Literal {
                line,
                before: &source[..at],
                text: source[at + 1..at + length].trim_end_matches('"'),
            });
        }
        at += length.max(first.len_utf8());
    }
    found
}

fn collect(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                collect(&path, end, found);
            }
        } else if path.extension().is_some_and(|extension| extension == end) {
            found.push(path.strip_prefix(root()).expect("collected under the root").to_owned());
        }
    }
}

/// Whether a name after this text is the first of its path, and a whole word.
fn starts_a_path(before: &str) -> bool {
    let glued = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    !glued && !before.trim_end().ends_with("::")
}

/// The names at the first level of a `{…}` group, whose inside starts here.
fn group_heads(group: &str) -> Vec<(usize, &str)> {
    let mut heads = Vec::new();
    let (mut depth, mut expects_name) = (1, true);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' => expects_name |= depth == 1,
            _ if expects_name && !character.is_whitespace() => {
                heads.push((at, leading_name(&group[at..])));
                expects_name = false;
            }
            _ => {}
        }
    }
    heads
}

fn leading_name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The length of the comment or literal that starts here, or 0.
fn not_code(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return text.find("*/").map_or(text.len(), |end| end + 2);
    }
    if let Some(length) = raw_string(text) {
        return length;
    }
    match text.as_bytes() {
        [b'"', ..] => quoted(text, '"'),
        [b'\'', b'\\', ..] => quoted(text, '\''),
        // A character literal; anything else after a tick is a lifetime.
        [b'\'', ..] => match text[1..].chars().next() {
            Some(inside) if text[1 + inside.len_utf8()..].starts_with('\'') => inside.len_utf8() + 2,
            _ => 0,
        },
        _ => 0,
    }
}

fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?.bytes().take_while(|&byte| byte == b'#').count();
    let inside = text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(inside.find(&end).map_or(text.len(), |at| 2 + hashes + at + end.len()))
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        if character == quote && !escaped {
            return at + 1;
        }
        escaped = character == '\\' && !escaped;
    }
    text.len()
}

#[test]
fn comments_and_strings_are_not_code() {
    let source = "a // crate::x\n\"crate::\\\"y\" b /* c\nd */ r#\"crate::\"z\"# '\"' 'e' fn f<'g>()";
    let code = code_only(source);
    assert!(!code.contains("crate"), "{code}");
    assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["a", "b", "fn", "f<'g>()"]);
    assert_eq!(code.lines().count(), source.lines().count());
}

#[test]
fn a_path_is_named_by_its_first_step_alone_or_in_a_group() {
    let code = "use crate::fs::Tree;\nuse crate::{\n  oci::{Digest, a},\n  text,\n};\nx(crate::lab::State); not_crate::y; ::crate::z";
    let names = [(1, "fs"), (3, "oci"), (4, "text"), (6, "lab")];
    assert_eq!(paths_from(code, "crate"), names.map(|(line, name)| (line, name.to_owned())));
}
