//! `read`.

use crate::flow::Outcome;
use crate::shell::Shell;
use crate::variables::is_name;

pub(super) fn read(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (mut raw, mut names) = (false, arguments);
    while let Some((option, rest)) = names
        .split_first()
        .filter(|(option, _)| option.starts_with('-'))
    {
        names = rest;
        match option.as_str() {
            "-r" => raw = true,
            "--" => break,
            option => return shell.refuse(2, format_args!("read: Illegal option {option}")),
        }
    }
    if names.is_empty() {
        return shell.refuse(2, "read: arg count");
    }
    if let Some(name) = names.iter().find(|name| !is_name(name)) {
        return shell.refuse(2, format_args!("read: {name}: bad variable name"));
    }
    let (line, ended) = match line(shell, raw) {
        Ok(line) => line,
        Err(error) => return shell.refuse(2, format_args!("read: {error}")),
    };
    let separators = shell.variables.get("IFS").unwrap_or(" \t\n").to_owned();
    for (name, value) in names.iter().zip(fields(&line, &separators, names.len())) {
        if let Err(error) = shell.try_assign(name, value) {
            return shell.refuse(2, format_args!("read: {error}"));
        }
    }
    Ok(i32::from(!ended))
}

/// A line, each character with whether a backslash was before it; and whether it ended before the input did.
fn line(shell: &Shell, raw: bool) -> std::io::Result<(Vec<(char, bool)>, bool)> {
    let (mut bytes, mut quoted): (Vec<u8>, Vec<bool>) = (Vec::new(), Vec::new());
    let mut after_backslash = false;
    let ended = loop {
        match shell.streams.read_byte(0)? {
            None => break false,
            Some(b'\n') if after_backslash => after_backslash = false,
            Some(b'\n') => break true,
            Some(b'\\') if !raw && !after_backslash => after_backslash = true,
            Some(byte) => {
                bytes.push(byte);
                quoted.push(std::mem::take(&mut after_backslash));
            }
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    let marks = text
        .char_indices()
        .map(|(at, char)| (char, quoted.get(at).copied().unwrap_or(false)));
    Ok((marks.collect(), ended))
}

/// As many fields as there are names; the last has the rest of the line.
fn fields(line: &[(char, bool)], separators: &str, count: usize) -> Vec<String> {
    let is_separator = |(char, quoted): &(char, bool)| !quoted && separators.contains(*char);
    let is_space = |mark: &(char, bool)| is_separator(mark) && matches!(mark.0, ' ' | '\t' | '\n');
    let mut rest = trimmed(line, is_space);
    let mut fields = Vec::new();
    while fields.len() + 1 < count {
        let end = rest.iter().position(is_separator).unwrap_or(rest.len());
        fields.push(text(&rest[..end]));
        rest = skip(&rest[end..], is_space);
        if rest.first().is_some_and(is_separator) && !rest.first().is_some_and(is_space) {
            rest = skip(&rest[1..], is_space);
        }
    }
    fields.push(text(last(rest, is_separator, is_space)));
    fields
}

/// The rest of the line, without the separator at its end if that is the only one in it.
fn last(
    rest: &[(char, bool)],
    is_separator: impl Fn(&(char, bool)) -> bool,
    is_space: impl Fn(&(char, bool)) -> bool,
) -> &[(char, bool)] {
    let Some(end) = rest.iter().position(&is_separator) else {
        return rest;
    };
    let (field, behind) = rest.split_at(end);
    let behind = skip(behind, &is_space);
    let behind = match behind.split_first() {
        Some((first, left)) if is_separator(first) => left,
        _ => behind,
    };
    if skip(behind, is_space).is_empty() {
        field
    } else {
        rest
    }
}

fn skip(marks: &[(char, bool)], is_space: impl Fn(&(char, bool)) -> bool) -> &[(char, bool)] {
    let start = marks
        .iter()
        .position(|mark| !is_space(mark))
        .unwrap_or(marks.len());
    &marks[start..]
}

fn trimmed(marks: &[(char, bool)], is_space: impl Fn(&(char, bool)) -> bool) -> &[(char, bool)] {
    let marks = skip(marks, &is_space);
    let end = marks
        .iter()
        .rposition(|mark| !is_space(mark))
        .map_or(0, |last| last + 1);
    &marks[..end]
}

fn text(marks: &[(char, bool)]) -> String {
    marks.iter().map(|(char, _)| *char).collect()
}
