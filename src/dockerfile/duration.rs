//! Durations as Go writes them: `1h30m`, `1.5s`, `-2ms`.
//! <https://pkg.go.dev/time#ParseDuration>

use super::quote::quote;

/// Why a text is no duration; Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Not a number with a unit, or too large.
    #[error("time: invalid duration {}", quote(.text))]
    Invalid {
        /// As written.
        text: String,
    },
    /// A number without a unit.
    #[error("time: missing unit in duration {}", quote(.text))]
    NoUnit {
        /// As written.
        text: String,
    },
    /// A unit that is none.
    #[error("time: unknown unit {} in duration {}", quote(.unit), quote(.text))]
    Unit {
        /// Which.
        unit: String,
        /// As written.
        text: String,
    },
}

/// The nanoseconds that `text` says.
pub(super) fn nanoseconds(text: &str) -> Result<i64, DurationError> {
    let invalid = || DurationError::Invalid { text: text.to_owned() };
    let (negative, mut rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut sum: u128 = 0;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        let (fraction, after) = after.strip_prefix('.').map_or(("", after), digits);
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| invalid())? };
        let end = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        if name.is_empty() {
            return Err(DurationError::NoUnit { text: text.to_owned() });
        }
        let unit = unit(name).ok_or_else(|| DurationError::Unit { unit: name.to_owned(), text: text.to_owned() })?;
        sum += u128::from(whole) * u128::from(unit) + u128::from(part(fraction, unit));
        if sum > 1 << 63 {
            return Err(invalid());
        }
        rest = after;
    }
    let sum = i128::try_from(sum).map_err(|_| invalid())?;
    i64::try_from(if negative { -sum } else { sum }).map_err(|_| invalid())
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

fn unit(name: &str) -> Option<u64> {
    Some(match name {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// Decimals of a unit, in nanoseconds, rounded down; those beyond the eighteenth are nothing.
fn part(decimals: &str, unit: u64) -> u64 {
    let (mut part, mut scale) = (0_u128, 1_u128);
    for digit in decimals.bytes().take(18) {
        part = part * 10 + u128::from(digit - b'0');
        scale *= 10;
    }
    u64::try_from(part * u128::from(unit) / scale).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_add_up() {
        let table = [
            ("0", 0),
            ("5s", 5_000_000_000),
            ("1h2m3s", 3_723_000_000_000),
            ("1.5ms", 1_500_000),
            (".5s", 500_000_000),
            ("2.s", 2_000_000_000),
            ("-1us1ns", -1_001),
            ("+3µs", 3_000),
            ("-9223372036854775808ns", i64::MIN),
        ];
        for (text, expected) in table {
            assert_eq!(nanoseconds(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused_in_gos_words() {
        let table = [
            ("", "time: invalid duration \"\""),
            ("-", "time: invalid duration \"-\""),
            ("s", "time: invalid duration \"s\""),
            (".s", "time: invalid duration \".s\""),
            ("5", "time: missing unit in duration \"5\""),
            ("1h5", "time: missing unit in duration \"1h5\""),
            ("5x", "time: unknown unit \"x\" in duration \"5x\""),
            ("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\""),
            ("99999999999999999999s", "time: invalid duration \"99999999999999999999s\""),
        ];
        for (text, message) in table {
            assert_eq!(nanoseconds(text).expect_err(text).to_string(), message);
        }
    }
}
