//! Programs that put lines in order, and take parts of them.

use std::io::{self, Read, Write};

use crate::filters::{lines, put};
use crate::options::{Failure, Options};

pub(crate) fn sort(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "nruk:t:")?;
    let mut lines = lines(&options.rest)?;
    let field = match options.value('k') {
        Some(text) => text.split([',', '.']).next().and_then(|text| {
            text.trim_end_matches(char::is_alphabetic)
                .parse::<usize>()
                .ok()
        }),
        None => None,
    };
    let separator = options.value('t').and_then(|text| text.chars().next());
    let numeric = options.has('n') || options.value('k').is_some_and(|key| key.contains('n'));
    let key = |line: &str| match (field, separator) {
        (None, _) => line.to_owned(),
        (Some(field), Some(separator)) => line
            .split(separator)
            .skip(field.saturating_sub(1))
            .collect::<Vec<_>>()
            .join("\0"),
        (Some(field), None) => line
            .split_whitespace()
            .skip(field.saturating_sub(1))
            .collect::<Vec<_>>()
            .join("\0"),
    };
    lines.sort_by(|left, right| {
        let (left_key, right_key) = (key(left), key(right));
        let order = if numeric {
            number(&left_key).total_cmp(&number(&right_key))
        } else {
            left_key.cmp(&right_key)
        };
        let order = if options.has('u') {
            order
        } else {
            order.then_with(|| left.cmp(right))
        };
        if options.has('r') {
            order.reverse()
        } else {
            order
        }
    });
    if options.has('u') {
        lines.dedup_by(|left, right| {
            if numeric {
                number(&key(left)).total_cmp(&number(&key(right))).is_eq()
            } else {
                key(left) == key(right)
            }
        });
    }
    put(lines)
}

/// The number a text begins with.
fn number(text: &str) -> f64 {
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(at, char)| !(char.is_ascii_digit() || *char == '.' || (*at == 0 && *char == '-')));
    text[..end.map_or(text.len(), |(at, _)| at)]
        .parse()
        .unwrap_or(0.0)
}

pub(crate) fn uniq(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "cdu")?;
    let lines = lines(&options.rest)?;
    let groups = lines.chunk_by(|left, right| left == right);
    let wanted = groups.filter(|group| {
        (!options.has('d') || group.len() > 1) && (!options.has('u') || group.len() == 1)
    });
    put(wanted.map(|group| {
        if options.has('c') {
            format!("{:7} {}", group.len(), group[0])
        } else {
            group[0].clone()
        }
    }))
}

pub(crate) fn cut(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "d:f:c:b:s")?;
    let list = options
        .value('f')
        .or(options.value('c'))
        .or(options.value('b'));
    let ranges = ranges(list.ok_or_else(|| {
        Failure::Usage("expected a list of bytes, characters, or fields".to_owned())
    })?)?;
    let chosen = |at: usize| {
        ranges
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&(at + 1)))
    };
    let delimiter = options.value('d').unwrap_or("\t").to_owned();
    let by_field = options.value('f').is_some();
    put(lines(&options.rest)?.into_iter().filter_map(|line| {
        if !by_field {
            return Some(
                line.chars()
                    .enumerate()
                    .filter(|(at, _)| chosen(*at))
                    .map(|(_, char)| char)
                    .collect(),
            );
        }
        if !line.contains(&delimiter) {
            return (!options.has('s')).then_some(line);
        }
        Some(
            line.split(&delimiter)
                .enumerate()
                .filter(|(at, _)| chosen(*at))
                .map(|(_, field)| field)
                .collect::<Vec<_>>()
                .join(&delimiter),
        )
    }))
}

/// `1,3-5,7-`.
fn ranges(list: &str) -> Result<Vec<(usize, usize)>, Failure> {
    let invalid = || Failure::Usage(format!("invalid list '{list}'"));
    let bound = |text: &str, otherwise| {
        if text.is_empty() {
            Ok(otherwise)
        } else {
            text.parse().map_err(|_| invalid())
        }
    };
    list.split(',')
        .map(|part| match part.split_once('-') {
            Some((from, to)) => Ok((bound(from, 1)?, bound(to, usize::MAX)?)),
            None => part.parse().map(|only| (only, only)).map_err(|_| invalid()),
        })
        .collect()
}

pub(crate) fn tr(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "dcs")?;
    let sets: Vec<Vec<char>> = options
        .at_least(1)?
        .iter()
        .map(|set| characters(set))
        .collect();
    let has = |char: char| sets[0].contains(&char) != options.has('c');
    let squeezed = sets.last().filter(|_| options.has('s'));
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let (mut out, mut last) = (String::new(), None);
    for char in text.chars() {
        if options.has('d') && has(char) {
            continue;
        }
        let new = match sets.get(1).filter(|_| has(char) && !options.has('d')) {
            Some(set) if !set.is_empty() => {
                let at = sets[0]
                    .iter()
                    .position(|member| *member == char)
                    .unwrap_or(usize::MAX);
                set[at.min(set.len() - 1)]
            }
            _ => char,
        };
        if squeezed.is_some_and(|set| set.contains(&new)) && last == Some(new) {
            continue;
        }
        last = Some(new);
        out.push(new);
    }
    io::stdout().write_all(out.as_bytes())?;
    Ok(0)
}

/// The characters of a set: ranges, classes and escapes.
fn characters(set: &str) -> Vec<char> {
    let mut all = Vec::new();
    let mut rest: Vec<char> = set.chars().collect();
    for (name, members) in [
        ("[:upper:]", 'A'..='Z'),
        ("[:lower:]", 'a'..='z'),
        ("[:digit:]", '0'..='9'),
    ] {
        if set == name {
            return members.collect();
        }
    }
    match set {
        "[:space:]" => return vec![' ', '\t', '\n', '\r', '\x0b', '\x0c'],
        "[:alpha:]" => return ('A'..='Z').chain('a'..='z').collect(),
        "[:alnum:]" => return ('0'..='9').chain('A'..='Z').chain('a'..='z').collect(),
        _ => rest.reverse(),
    }
    while let Some(char) = rest.pop() {
        let first = match (char, rest.last()) {
            ('\\', Some(_)) => match rest.pop() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                other => other.unwrap_or('\\'),
            },
            _ => char,
        };
        match rest.as_slice() {
            [.., last, '-'] => {
                all.extend(first..=*last);
                rest.truncate(rest.len() - 2);
            }
            _ => all.push(first),
        }
    }
    all
}
