//! Moments as typed after `until=` or `since=`: how long ago, a date, or
//! seconds since 1970.
//! <https://github.com/moby/moby/blob/docker-v29.0.0/daemon/internal/timestamp/timestamp.go>

use std::time::Duration;

use crate::oci::Timestamp;
use crate::text::quoted;

/// What a moment lacks that is typed without time or zone.
const ENDINGS: [&str; 5] = ["", "Z", ":00Z", ":00:00Z", "T00:00:00Z"];

/// The moment that `text` means now.
pub fn moment(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    if text.trim().is_empty() {
        return Err("failed to parse value as time or duration: value is empty".to_owned());
    }
    if let Some(ago) = duration(text).filter(|_| text != "0") {
        return Ok(Timestamp { nanos: now.nanos.saturating_sub(u64::try_from(ago.as_nanos()).unwrap_or(u64::MAX)) });
    }
    if let Some(moment) = ENDINGS.iter().find_map(|ending| format!("{text}{ending}").parse().ok()) {
        return Ok(moment);
    }
    if text.contains('-') {
        return Err(format!("parsing time {0} as \"2006-01-02\": cannot parse {0} as \"2006\"", quoted(text)));
    }
    seconds(text).ok_or_else(|| {
        let whole = text.split('.').next().unwrap_or(text);
        format!("failed to parse value as time or duration: invalid seconds {}: invalid syntax", quoted(whole))
    })
}

/// Seconds since 1970, with a fraction or without.
fn seconds(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let nanos: u64 = format!("{fraction:0<9.9}").parse().ok()?;
    let seconds = Timestamp::from_seconds(whole.parse().ok()?);
    Some(seconds.after(Duration::from_nanos(nanos)))
}

/// `1h30m`, `10s`, `1.5h`, as Go writes durations.
pub fn duration(text: &str) -> Option<Duration> {
    const UNITS: [(&str, u64); 7] = [
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut nanos = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let unit_end =
            rest[digits..].find(|c: char| c.is_ascii_digit() || c == '.').map_or(rest.len(), |at| digits + at);
        let (_, scale) = UNITS.iter().find(|(unit, _)| *unit == &rest[digits..unit_end])?;
        nanos = nanos.checked_add(scaled(&rest[..digits], *scale)?)?;
        rest = &rest[unit_end..];
    }
    (!text.is_empty()).then(|| Duration::from_nanos(nanos))
}

/// A decimal number times `scale`, by whole numbers.
pub fn scaled(number: &str, scale: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = if whole.is_empty() && !fraction.is_empty() { 0 } else { whole.parse().ok()? };
    let mut part = scale;
    let mut sum = whole.checked_mul(scale)?;
    for digit in fraction.chars() {
        part /= 10;
        sum = sum.checked_add(u64::from(digit.to_digit(10)?) * part)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_an_age_a_date_or_seconds() {
        let now: Timestamp = "2026-01-05T09:00:00Z".parse().expect("a moment");
        for (typed, meant) in [
            ("1h30m", "2026-01-05T07:30:00Z"),
            ("1.5s", "2026-01-05T08:59:58.5Z"),
            ("2026-01-02", "2026-01-02T00:00:00Z"),
            ("2026-01-02T03:04", "2026-01-02T03:04:00Z"),
            ("2026-01-02T03:04:05+01:00", "2026-01-02T02:04:05Z"),
            ("1767603600", "2026-01-05T09:00:00Z"),
            ("1767603600.25", "2026-01-05T09:00:00.25Z"),
        ] {
            assert_eq!(moment(typed, now).map(|moment| moment.to_string()), Ok(meant.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for typed in ["", "yesterday", "5x", "2026-99-99", "1h2", "..s"] {
            assert!(moment(typed, Timestamp::default()).is_err(), "{typed}");
        }
    }
}
