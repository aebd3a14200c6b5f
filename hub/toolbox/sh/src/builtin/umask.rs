//! `umask`.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/umask.html>

use crate::flow::Outcome;
use crate::shell::Shell;

/// Everybody's permissions.
const ALL: u32 = 0o777;

pub(super) fn umask(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (in_letters, words) = match arguments.split_first() {
        Some((option, words)) if option == "-S" => (true, words),
        _ => (false, arguments),
    };
    let words = words.strip_prefix(&["--".to_owned()]).unwrap_or(words);
    let old = current();
    match words.first() {
        None if in_letters => shell.say(&format!("{}\n", letters(ALL & !old))),
        None => shell.say(&format!("{old:04o}\n")),
        Some(text) => match changed(old, text) {
            Some(mask) => {
                process::umask(mask);
                Ok(0)
            }
            None => shell.refuse(2, format_args!("umask: Illegal mode: {text}")),
        },
    }
}

/// The mask can be asked for only by setting it.
fn current() -> u32 {
    let mask = process::umask(0);
    process::umask(mask);
    mask
}

fn letters(allowed: u32) -> String {
    let who = |name: &str, bits: u32| {
        let letters = [(4, 'r'), (2, 'w'), (1, 'x')];
        let letters = letters.iter().filter(|(bit, _)| bits & bit != 0);
        format!(
            "{name}={}",
            letters.map(|(_, letter)| *letter).collect::<String>()
        )
    };
    [
        who("u", allowed >> 6),
        who("g", allowed >> 3),
        who("o", allowed),
    ]
    .join(",")
}

/// The mask that a number or a change such as `u=rwx,g-w` makes of the old one.
fn changed(old: u32, text: &str) -> Option<u32> {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return u32::from_str_radix(text, 8)
            .ok()
            .filter(|mask| *mask <= ALL);
    }
    let allowed = text.split(',').try_fold(ALL & !old, clause)?;
    Some(ALL & !allowed)
}

/// What is allowed after one clause: whom it concerns, then changes one after the other.
fn clause(allowed: u32, text: &str) -> Option<u32> {
    let at = text.find(['+', '-', '='])?;
    let (who, mut rest) = text.split_at(at);
    let whom = who.chars().try_fold(0, |whom, letter| {
        Some(
            whom | match letter {
                'u' => 0o700,
                'g' => 0o070,
                'o' => 0o007,
                'a' => ALL,
                _ => return None,
            },
        )
    })?;
    let whom = if who.is_empty() { ALL } else { whom };
    let mut allowed = allowed;
    while let Some(operator) = rest.chars().next() {
        let letters = &rest[1..];
        let end = letters.find(['+', '-', '=']).unwrap_or(letters.len());
        let bits = permissions(allowed, &letters[..end])? & whom;
        allowed = match operator {
            '+' => allowed | bits,
            '-' => allowed & !bits,
            _ => allowed & !whom | bits,
        };
        rest = &letters[end..];
    }
    Some(allowed)
}

/// Letters of permissions, or whose permissions are meant, for everybody.
fn permissions(allowed: u32, letters: &str) -> Option<u32> {
    letters.chars().try_fold(0, |bits, letter| {
        Some(
            bits | match letter {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                'X' if allowed & 0o111 != 0 => 0o111,
                'X' | 's' => 0,
                'u' => 0o111 * (allowed >> 6 & 7),
                'g' => 0o111 * (allowed >> 3 & 7),
                'o' => 0o111 * (allowed & 7),
                _ => return None,
            },
        )
    })
}
