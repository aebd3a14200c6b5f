//! `printf`.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/printf.html>

use super::echo::{escape, escaped};
use crate::arithmetic::number;
use crate::flow::Outcome;
use crate::shell::Shell;

/// The widest column that is filled: more is a mistake.
const WIDTH: usize = 10_000;

/// One `%…` of a format.
#[derive(Default)]
struct Directive {
    flags: String,
    width: Option<i64>,
    precision: Option<i64>,
    conversion: char,
}

/// The arguments that are left, and what went wrong with them.
struct Arguments<'a> {
    left: std::slice::Iter<'a, String>,
    used: bool,
    errors: Vec<String>,
}

pub(super) fn printf(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let arguments = arguments
        .strip_prefix(&["--".to_owned()])
        .unwrap_or(arguments);
    let Some((format, arguments)) = arguments.split_first() else {
        return shell.refuse(2, "printf: usage: printf format [arg ...]");
    };
    let mut arguments = Arguments {
        left: arguments.iter(),
        used: false,
        errors: Vec::new(),
    };
    let mut out = String::new();
    loop {
        arguments.used = false;
        let goes_on = fill(format, &mut arguments, &mut out);
        if !goes_on || !arguments.used || arguments.left.len() == 0 {
            break;
        }
    }
    let status = shell.say(&out)?;
    for error in &arguments.errors {
        shell.complain(format_args!("printf: {error}"));
    }
    Ok(if arguments.errors.is_empty() {
        status
    } else {
        1
    })
}

/// Goes through the format once; not going on after a `\c`.
fn fill(format: &str, arguments: &mut Arguments<'_>, out: &mut String) -> bool {
    let mut rest = format;
    while let Some(at) = rest.find(['\\', '%']) {
        out.push_str(&rest[..at]);
        let special = rest[at..].chars().next();
        rest = &rest[at + 1..];
        if special == Some('\\') {
            let (char, used) = escape(rest, "").unwrap_or(('\\', 0));
            out.push(char);
            rest = &rest[used..];
            continue;
        }
        let (directive, used) = directive(rest, arguments);
        rest = &rest[used..];
        if !convert(&directive, arguments, out) {
            return false;
        }
    }
    out.push_str(rest);
    true
}

fn directive(text: &str, arguments: &mut Arguments<'_>) -> (Directive, usize) {
    let mut chars = text.char_indices().peekable();
    let mut directive = Directive::default();
    while let Some((_, flag)) = chars.next_if(|(_, char)| "-+ #0".contains(*char)) {
        directive.flags.push(flag);
    }
    directive.width = measure(&mut chars, arguments);
    if chars.next_if(|(_, char)| *char == '.').is_some() {
        directive.precision = Some(measure(&mut chars, arguments).unwrap_or(0));
    }
    let end = chars.next();
    directive.conversion = end.map_or('%', |(_, char)| char);
    (
        directive,
        end.map_or(text.len(), |(at, char)| at + char.len_utf8()),
    )
}

fn measure(
    chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
    arguments: &mut Arguments<'_>,
) -> Option<i64> {
    if chars.next_if(|(_, char)| *char == '*').is_some() {
        return Some(arguments.number());
    }
    let mut digits = String::new();
    while let Some((_, digit)) = chars.next_if(|(_, char)| char.is_ascii_digit()) {
        digits.push(digit);
    }
    digits.parse().ok()
}

fn convert(directive: &Directive, arguments: &mut Arguments<'_>, out: &mut String) -> bool {
    let precision = directive
        .precision
        .and_then(|precision| usize::try_from(precision).ok());
    let cut =
        |text: String| precision.map_or(text.clone(), |length| text.chars().take(length).collect());
    let mut goes_on = true;
    let text = match directive.conversion {
        '%' => "%".to_owned(),
        's' => cut(arguments.text()),
        'b' => {
            let (text, more) = escaped(&arguments.text());
            goes_on = more;
            cut(text)
        }
        'c' => arguments.text().chars().take(1).collect(),
        'd' | 'i' => signed(directive, arguments.number()),
        'u' => digits(directive, &arguments.number().cast_unsigned().to_string()),
        'o' => digits(
            directive,
            &prefixed(directive, "0", format!("{:o}", arguments.number())),
        ),
        'x' => digits(
            directive,
            &prefixed(directive, "0x", format!("{:x}", arguments.number())),
        ),
        'X' => digits(
            directive,
            &prefixed(directive, "0X", format!("{:X}", arguments.number())),
        ),
        'f' | 'F' | 'e' | 'E' | 'g' | 'G' => {
            format!("{:.*}", precision.unwrap_or(6), arguments.real())
        }
        other => {
            arguments
                .errors
                .push(format!("%{other}: invalid directive"));
            return false;
        }
    };
    out.push_str(&padded(directive, &text));
    goes_on
}

fn signed(directive: &Directive, value: i64) -> String {
    let sign = if value < 0 {
        "-"
    } else if directive.flags.contains('+') {
        "+"
    } else if directive.flags.contains(' ') {
        " "
    } else {
        ""
    };
    format!(
        "{sign}{}",
        digits(directive, &value.unsigned_abs().to_string())
    )
}

fn prefixed(directive: &Directive, prefix: &str, digits: String) -> String {
    if directive.flags.contains('#') && digits != "0" {
        format!("{prefix}{digits}")
    } else {
        digits
    }
}

/// At least as many digits as the precision asks for.
fn digits(directive: &Directive, digits: &str) -> String {
    let least = directive
        .precision
        .and_then(|precision| usize::try_from(precision).ok())
        .unwrap_or(0)
        .min(WIDTH);
    format!("{digits:0>least$}")
}

fn padded(directive: &Directive, text: &str) -> String {
    let width = directive.width.unwrap_or(0);
    let room = usize::try_from(width.unsigned_abs())
        .unwrap_or(WIDTH)
        .min(WIDTH);
    let is_number = "diuoxXfFeEgG".contains(directive.conversion);
    if directive.flags.contains('-') || width < 0 {
        format!("{text:<room$}")
    } else if is_number
        && directive.flags.contains('0')
        && (directive.precision.is_none() || "fFeEgG".contains(directive.conversion))
    {
        let digits = text.trim_start_matches(['-', '+', ' ']);
        let sign = &text[..text.len() - digits.len()];
        format!(
            "{sign}{digits:0>room$}",
            room = room.saturating_sub(sign.len())
        )
    } else {
        format!("{text:>room$}")
    }
}

impl Arguments<'_> {
    fn text(&mut self) -> String {
        self.used = true;
        self.left.next().cloned().unwrap_or_default()
    }

    /// A number; `'c` is that of a character.
    fn number(&mut self) -> i64 {
        let text = self.text();
        if let Some(char) = text
            .strip_prefix(['\'', '"'])
            .and_then(|rest| rest.chars().next())
        {
            return i64::from(u32::from(char));
        }
        number(&text).unwrap_or_else(|| {
            let digits: String = text
                .chars()
                .take_while(|char| char.is_ascii_digit() || *char == '-')
                .collect();
            self.errors.push(format!(
                "{text}: {}",
                if digits.is_empty() {
                    "expected numeric value"
                } else {
                    "not completely converted"
                }
            ));
            digits.parse().unwrap_or(0)
        })
    }

    fn real(&mut self) -> f64 {
        let text = self.text();
        if text.is_empty() {
            return 0.0;
        }
        text.trim().parse().unwrap_or_else(|_| {
            self.errors.push(format!("{text}: expected numeric value"));
            0.0
        })
    }
}
