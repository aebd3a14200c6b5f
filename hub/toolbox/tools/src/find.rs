//! `find`.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::Path;

use crate::options::{Failure, on};

/// Folders within folders: each needs some of the stack.
const DEPTH: usize = 1_000;

/// Visits a path and all below it, in the order of names.
pub(crate) fn walk(
    path: &str,
    visit: &mut dyn FnMut(&str, &Metadata) -> Result<(), Failure>,
) -> Result<(), Failure> {
    descend(path, 0, visit)
}

fn descend(
    path: &str,
    depth: usize,
    visit: &mut dyn FnMut(&str, &Metadata) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let found = fs::symlink_metadata(path).map_err(on(path))?;
    visit(path, &found)?;
    if !found.is_dir() || depth >= DEPTH {
        return Ok(());
    }
    for name in names(path)? {
        descend(
            &format!("{}/{name}", path.trim_end_matches('/')),
            depth + 1,
            visit,
        )?;
    }
    Ok(())
}

/// The names in a folder, in order.
pub(crate) fn names(path: &str) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(path).map_err(on(path))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(
            entry
                .map_err(on(path))?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    names.sort();
    Ok(names)
}

/// What `find` asks of each file.
enum Test {
    Name(String),
    Kind(String),
    Depth(usize),
    Empty,
}

pub(crate) fn find(arguments: &[String]) -> Result<u8, Failure> {
    let count = arguments
        .iter()
        .take_while(|word| !word.starts_with('-'))
        .count();
    let (paths, words) = arguments.split_at(count);
    let (tests, deletes) = tests(words)?;
    let here = [".".to_owned()];
    for path in if paths.is_empty() { &here[..] } else { paths } {
        let mut all = Vec::new();
        let top = path.trim_end_matches('/').matches('/').count();
        walk(path, &mut |path, found| {
            let depth = path.trim_end_matches('/').matches('/').count() - top;
            if tests.iter().all(|test| holds(test, path, found, depth)) {
                all.push((path.to_owned(), found.is_dir()));
            }
            Ok(())
        })?;
        for (path, _) in all.iter().filter(|_| !deletes) {
            writeln!(io::stdout(), "{path}")?;
        }
        for (path, is_folder) in all.iter().rev().filter(|_| deletes) {
            if *is_folder {
                fs::remove_dir(path)
            } else {
                fs::remove_file(path)
            }
            .map_err(on(path))?;
        }
    }
    Ok(0)
}

fn tests(words: &[String]) -> Result<(Vec<Test>, bool), Failure> {
    let (mut tests, mut deletes) = (Vec::new(), false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .cloned()
                .ok_or_else(|| Failure::Usage(format!("missing argument to '{word}'")))
        };
        match word.as_str() {
            "-name" => tests.push(Test::Name(value()?)),
            "-type" => tests.push(Test::Kind(value()?)),
            "-maxdepth" => tests.push(Test::Depth(
                value()?
                    .parse()
                    .map_err(|_| Failure::Usage("invalid -maxdepth".to_owned()))?,
            )),
            "-empty" => tests.push(Test::Empty),
            "-print" => {}
            "-delete" => deletes = true,
            word => return Err(Failure::Usage(format!("unrecognized: {word}"))),
        }
    }
    Ok((tests, deletes))
}

fn holds(test: &Test, path: &str, found: &Metadata, depth: usize) -> bool {
    match test {
        Test::Name(pattern) => matches(
            &pattern.chars().collect::<Vec<_>>(),
            &crate::base(path).chars().collect::<Vec<_>>(),
        ),
        Test::Kind(kind) => match kind.as_str() {
            "f" => found.is_file(),
            "d" => found.is_dir(),
            "l" => found.is_symlink(),
            _ => false,
        },
        Test::Depth(limit) => depth <= *limit,
        Test::Empty if found.is_dir() => Path::new(path)
            .read_dir()
            .is_ok_and(|mut entries| entries.next().is_none()),
        Test::Empty => found.len() == 0,
    }
}

/// `*` and `?` of a pattern.
fn matches(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], text) => (0..=text.len()).any(|at| matches(rest, &text[at..])),
        (['?', rest @ ..], [_, text @ ..]) => matches(rest, text),
        ([own, rest @ ..], [char, text @ ..]) => own == char && matches(rest, text),
        _ => false,
    }
}
