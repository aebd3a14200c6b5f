//! `printf`: Go's verbs for the values a template has.
//! <https://pkg.go.dev/fmt#hdr-Printing>

use serde_json::Value;

use super::functions::{Call, text};
use super::print::print;
use crate::limits;
use crate::text::quoted;

/// What stands between the `%` and the letter.
#[derive(Default)]
struct Directive {
    left: bool,
    plus: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

/// The first argument filled with the others.
pub fn sprintf(call: &Call<'_>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text(call, 0).chars().peekable();
    let mut values = call.arguments[1..].iter();
    while let Some(c) = rest.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let directive = directive(&mut rest, &mut values)?;
        match rest.next() {
            None => out.push_str("%!(NOVERB)"),
            Some('%') => out.push('%'),
            Some(verb) => match values.next() {
                None => out.extend(["%!", &verb.to_string(), "(MISSING)"]),
                Some(value) => out.push_str(&directive.padded(&directive.formatted(verb, value, call), verb)),
            },
        }
        if out.len() > limits::OUTPUT_BYTES {
            return Err(format!("more than {} bytes", limits::OUTPUT_BYTES));
        }
    }
    let extra: Vec<String> = values.map(|value| format!("{}={}", type_of(value), shown(value, call))).collect();
    if !extra.is_empty() {
        out.extend(["%!(EXTRA ", &extra.join(", "), ")"]);
    }
    Ok(out)
}

type Characters<'c> = std::iter::Peekable<std::str::Chars<'c>>;

fn directive<'v>(
    rest: &mut Characters<'_>,
    values: &mut impl Iterator<Item = &'v &'v Value>,
) -> Result<Directive, String> {
    let mut directive = Directive::default();
    while let Some(flag) = rest.next_if(|c| "-+0# ".contains(*c)) {
        match flag {
            '-' => directive.left = true,
            '+' => directive.plus = true,
            '0' => directive.zero = true,
            _ => {}
        }
    }
    directive.width = count(rest, values)?.unwrap_or(0);
    if rest.next_if_eq(&'.').is_some() {
        directive.precision = Some(count(rest, values)?.unwrap_or(0));
    }
    Ok(directive)
}

/// A number, or `*` for the next argument.
fn count<'v>(
    rest: &mut Characters<'_>,
    values: &mut impl Iterator<Item = &'v &'v Value>,
) -> Result<Option<usize>, String> {
    let mut number = None;
    if rest.next_if_eq(&'*').is_some() {
        number = values.next().and_then(|value| value.as_u64()).and_then(|count| usize::try_from(count).ok());
    }
    while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
        rest.next();
        number = Some(number.unwrap_or(0_usize).saturating_mul(10).saturating_add(digit as usize));
    }
    match number {
        Some(wide) if wide > limits::TEMPLATE_PADDING => Err(format!("wider than {}", limits::TEMPLATE_PADDING)),
        number => Ok(number),
    }
}

impl Directive {
    fn formatted(&self, verb: char, value: &Value, call: &Call<'_>) -> String {
        let whole = value.as_i64();
        let cut = |text: &str| text.chars().take(self.precision.unwrap_or(usize::MAX)).collect::<String>();
        let sign = |text: String| if self.plus && !text.starts_with('-') { format!("+{text}") } else { text };
        match (verb, value) {
            ('v', Value::Number(_)) => sign(shown(value, call)),
            ('s', Value::String(text)) => cut(text),
            ('q', Value::String(text)) => quoted(&cut(text)),
            ('v', _) | ('s', Value::Array(_)) | ('t', Value::Bool(_)) => shown(value, call),
            ('x', Value::String(text)) => hex::encode(text),
            ('X', Value::String(text)) => hex::encode_upper(text),
            ('T', _) => type_of(value).to_owned(),
            _ => match (verb, whole) {
                ('d', Some(whole)) => sign(whole.to_string()),
                ('x', Some(whole)) => format!("{whole:x}"),
                ('X', Some(whole)) => format!("{whole:X}"),
                ('o', Some(whole)) => format!("{whole:o}"),
                ('b', Some(whole)) => format!("{whole:b}"),
                ('c', Some(whole)) => {
                    u32::try_from(whole).ok().and_then(char::from_u32).unwrap_or('\u{fffd}').to_string()
                }
                _ => match (verb, value.as_f64().filter(|_| value.is_f64())) {
                    ('f' | 'F', Some(float)) => sign(fixed(float, self.precision.unwrap_or(6))),
                    ('g', Some(_)) => sign(shown(value, call)),
                    _ => format!("%!{verb}({}={})", type_of(value), shown(value, call)),
                },
            },
        }
    }

    /// Filled up to the width.
    fn padded(&self, text: &str, verb: char) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if self.left {
            return format!("{text}{}", " ".repeat(missing));
        }
        if !self.zero {
            return format!("{}{text}", " ".repeat(missing));
        }
        let (sign, digits) = match text.strip_prefix(['-', '+']) {
            Some(digits) if verb != 's' => (&text[..1], digits),
            _ => ("", text),
        };
        format!("{sign}{}{digits}", "0".repeat(missing))
    }
}

fn shown(value: &Value, call: &Call<'_>) -> String {
    let mut out = String::new();
    print(value, call.is_map, &mut out);
    out
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int",
        Value::String(_) => "string",
        Value::Array(_) => "[]string",
        Value::Object(_) => "map[string]string",
    }
}

/// So many decimals, rounded; by whole numbers, because Rust's printing of floats is large.
fn fixed(float: f64, decimals: usize) -> String {
    let decimals = decimals.min(15);
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    let scaled = (float.abs() * scale).round();
    if scaled >= 1e18 {
        return float.to_string();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 1e18 and not negative")]
    let scaled = scaled as u64;
    let power = 10_u64.pow(u32::try_from(decimals).unwrap_or(0));
    let sign = if float < 0.0 { "-" } else { "" };
    if decimals == 0 {
        return format!("{sign}{scaled}");
    }
    format!("{sign}{}.{:0decimals$}", scaled / power, scaled % power)
}
