//! `echo`, and the escapes it shares with `printf`.

use crate::flow::Outcome;
use crate::shell::Shell;

pub(super) fn echo(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (newline, arguments) = match arguments.split_first() {
        Some((option, rest)) if option == "-n" => (false, rest),
        _ => (true, arguments),
    };
    let (mut text, goes_on) = escaped(&arguments.join(" "));
    if newline && goes_on {
        text.push('\n');
    }
    shell.say(&text)
}

/// A text with its backslashes understood; not going on after `\c`.
pub(crate) fn escaped(text: &str) -> (String, bool) {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if rest.starts_with('c') {
            return (out, false);
        }
        let (char, used) = escape(rest, "0").unwrap_or(('\\', 0));
        out.push(char);
        rest = &rest[used..];
    }
    out.push_str(rest);
    (out, true)
}

/// The character of an escape after its backslash, and how long that is. Octal digits come after `zero`.
pub(super) fn escape(text: &str, zero: &str) -> Option<(char, usize)> {
    let simple = match text.chars().next()? {
        '\\' => '\\',
        'a' => '\x07',
        'b' => '\x08',
        'e' => '\x1b',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        _ => {
            let digits = text.strip_prefix(zero)?;
            let length = digits
                .chars()
                .take(3)
                .take_while(|char| char.is_digit(8))
                .count();
            if zero.is_empty() && length == 0 {
                return None;
            }
            let value = u32::from_str_radix(&digits[..length], 8).unwrap_or(0);
            return Some((char::from_u32(value & 0xff)?, zero.len() + length));
        }
    };
    Some((simple, 1))
}
