//! `find`.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::Path;

use crate::options::{Failure, on};
use crate::start::run;

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
    Path(String),
    Kind(String),
    Depth(usize),
    Empty,
    Not(Box<Test>),
}

/// What it does with those that are left.
enum Action {
    /// Prints the path, and this behind it.
    Print(char),
    Delete,
    /// Runs a program; with `+` at the end, one for all files.
    Execute(Vec<String>, bool),
}

pub(crate) fn find(arguments: &[String]) -> Result<u8, Failure> {
    let count = arguments
        .iter()
        .take_while(|word| !word.starts_with(['-', '!']))
        .count();
    let (paths, words) = arguments.split_at(count);
    let (tests, action) = asked(words)?;
    let here = [".".to_owned()];
    let mut status = 0;
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
        status |= act(&action, all)?;
    }
    Ok(status)
}

fn act(action: &Action, all: Vec<(String, bool)>) -> Result<u8, Failure> {
    match action {
        Action::Print(end) => {
            for (path, _) in all {
                write!(io::stdout(), "{path}{end}")?;
            }
        }
        Action::Delete => {
            for (path, is_folder) in all.iter().rev() {
                if *is_folder {
                    fs::remove_dir(path)
                } else {
                    fs::remove_file(path)
                }
                .map_err(on(path))?;
            }
        }
        Action::Execute(command, true) if !all.is_empty() => {
            let paths = all.into_iter().map(|(path, _)| path);
            let words = command.iter().filter(|word| *word != "{}").cloned();
            let words: Vec<String> = words.chain(paths).collect();
            return Ok(u8::from(run(&words)? != 0));
        }
        Action::Execute(_, true) => {}
        Action::Execute(command, false) => {
            for (path, _) in all {
                let words: Vec<String> = command
                    .iter()
                    .map(|word| word.replace("{}", &path))
                    .collect();
                run(&words)?;
            }
        }
    }
    Ok(0)
}

fn asked(words: &[String]) -> Result<(Vec<Test>, Action), Failure> {
    let (mut tests, mut action, mut negates) = (Vec::new(), Action::Print('\n'), false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || {
            let missing = || Failure::Usage(format!("missing argument to '{word}'"));
            words.next().cloned().ok_or_else(missing)
        };
        let test = match word.as_str() {
            "-name" => Test::Name(value()?),
            "-path" => Test::Path(value()?),
            "-type" => Test::Kind(value()?),
            "-maxdepth" => {
                let invalid = |_| Failure::Usage("invalid -maxdepth".to_owned());
                Test::Depth(value()?.parse().map_err(invalid)?)
            }
            "-empty" => Test::Empty,
            "!" | "-not" => {
                negates = !negates;
                continue;
            }
            "-print" => continue,
            "-print0" => {
                action = Action::Print('\0');
                continue;
            }
            "-delete" => {
                action = Action::Delete;
                continue;
            }
            "-exec" => {
                let (mut command, mut end) = (Vec::new(), None);
                while let (None, Some(word)) = (end, words.next()) {
                    match word.as_str() {
                        ";" => end = Some(false),
                        "+" => end = Some(true),
                        _ => command.push(word.clone()),
                    }
                }
                let at_once = end.filter(|_| !command.is_empty());
                let at_once = at_once
                    .ok_or_else(|| Failure::Usage("missing argument to '-exec'".to_owned()))?;
                action = Action::Execute(command, at_once);
                continue;
            }
            word => return Err(Failure::Usage(format!("unrecognized: {word}"))),
        };
        tests.push(if std::mem::take(&mut negates) {
            Test::Not(Box::new(test))
        } else {
            test
        });
    }
    Ok((tests, action))
}

fn holds(test: &Test, path: &str, found: &Metadata, depth: usize) -> bool {
    match test {
        Test::Name(pattern) => fits(pattern, crate::base(path)),
        Test::Path(pattern) => fits(pattern, path),
        Test::Not(test) => !holds(test, path, found, depth),
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
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let chars = |text: &str| text.chars().collect::<Vec<_>>();
    matches(&chars(pattern), &chars(text))
}

fn matches(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], text) => (0..=text.len()).any(|at| matches(rest, &text[at..])),
        (['?', rest @ ..], [_, text @ ..]) => matches(rest, text),
        ([own, rest @ ..], [char, text @ ..]) => own == char && matches(rest, text),
        _ => false,
    }
}
