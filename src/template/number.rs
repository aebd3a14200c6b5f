//! Numbers and character constants as Go writes them.

use serde_json::Value;

use crate::text::unquoted;

/// The value of a number or a character constant; nothing if it is neither.
pub fn number(text: &str) -> Option<Value> {
    if text.starts_with('\'') {
        let text = unquoted(text)?;
        let mut characters = text.chars();
        return characters.next().filter(|_| characters.next().is_none()).map(|c| u32::from(c).into());
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let digits = digits.replace('_', "");
    let lower = digits.to_ascii_lowercase();
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find(|(prefix, _)| lower.starts_with(prefix));
    let whole = match radix {
        Some((prefix, radix)) => Some(i64::from_str_radix(&lower[prefix.len()..], radix).ok()?),
        None => digits.parse::<i64>().ok(),
    };
    if let Some(whole) = whole {
        return if negative { whole.checked_neg() } else { Some(whole) }.map(Value::from);
    }
    // JSON wants digits on both sides of the point; Go does not.
    let padded = if digits.starts_with('.') { format!("0{digits}") } else { digits.replace(".e", ".0e") };
    let padded = if padded.ends_with('.') { padded + "0" } else { padded };
    let value: f64 = serde_json::from_slice(padded.as_bytes()).ok()?;
    Some((if negative { -value } else { value }).into())
}
