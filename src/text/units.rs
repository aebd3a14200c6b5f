//! Sizes and ages in docker's own units.
//! <https://github.com/docker/go-units>

use std::time::Duration;

use super::Case;

const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/// Three significant digits in decimal units: `0B 171B 8.19kB 2.05MB`.
pub fn size(bytes: u64) -> String {
    size_with_precision(bytes, 3)
}

/// As [`size`] with another number of significant digits; `system df` uses 4.
pub fn size_with_precision(bytes: u64, digits: u32) -> String {
    let (unit, scale) = unit(bytes);
    let whole = (bytes / scale).checked_ilog10().unwrap_or(0) + 1;
    let text = decimal(bytes, scale, digits.saturating_sub(whole));
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{unit}")
}

/// Four significant digits in binary units: `256MiB 1.953GiB`.
pub fn binary_size(bytes: u64) -> String {
    let (mut scale, mut name) = (1_u64, 0);
    while bytes / scale >= 1024 && name < UNITS.len() - 1 {
        scale *= 1024;
        name += 1;
    }
    let whole = (bytes / scale).checked_ilog10().unwrap_or(0) + 1;
    let text = decimal(bytes, scale, 4_u32.saturating_sub(whole));
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let unit = if name == 0 { "B".to_owned() } else { format!("{}iB", UNITS[name].uppercase().trim_end_matches('B')) };
    format!("{text}{unit}")
}

/// Two decimals, as `BuildKit` shows progress: `300.45kB`; bytes have none.
pub fn progress_size(bytes: u64) -> String {
    let (unit, scale) = unit(bytes);
    format!("{}{unit}", decimal(bytes, scale, if scale == 1 { 0 } else { 2 }))
}

/// A size as it is typed: `512`, `64m`, `1.5GiB`, in units of 1024 whatever they are
/// called; what is beyond an `i64` is the largest.
/// <https://pkg.go.dev/github.com/docker/go-units#RAMInBytes>
pub fn typed_size(text: &str) -> Option<i64> {
    let end = text.rfind(|c: char| c.is_ascii_digit() || c == '.' || c == ' ')? + 1;
    let (number, unit) = text.split_at(end);
    let number = number.strip_suffix(' ').unwrap_or(number);
    let unit = unit.lowercase();
    let unit = unit.strip_suffix("ib").filter(|unit| !unit.is_empty()).or(unit.strip_suffix('b')).unwrap_or(&unit);
    let scale = 1_u128 << (10 * ["", "k", "m", "g", "t", "p"].iter().position(|known| *known == unit)?);
    Some(i64::try_from(scaled(number, scale)?).unwrap_or(i64::MAX))
}

/// A decimal number times `scale`, cut off; no floating point, whose reading is large.
fn scaled(number: &str, scale: u128) -> Option<u128> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = || whole.bytes().chain(part.bytes());
    if digits().next().is_none() || !digits().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = |digits: &str| {
        digits.bytes().fold(0, |value: u128, digit| value.saturating_mul(10).saturating_add((digit - b'0').into()))
    };
    let part = &part[..part.len().min(18)];
    let below = value(part) * scale / 10_u128.pow(u32::try_from(part.len()).unwrap_or(0));
    Some(value(whole).saturating_mul(scale).saturating_add(below))
}

/// A duration in nanoseconds as Go prints it: `0s`, `1.5ms`, `30s`, `1h0m5s`.
/// <https://pkg.go.dev/time#Duration.String>
pub fn go_duration(nanos: u64) -> String {
    const SECOND: u64 = 1_000_000_000;
    if nanos < SECOND {
        return match nanos {
            0 => "0s".to_owned(),
            1..1_000 => format!("{nanos}ns"),
            1_000..1_000_000 => format!("{}µs", fraction(nanos, 1_000)),
            _ => format!("{}ms", fraction(nanos, 1_000_000)),
        };
    }
    let minutes = nanos / (60 * SECOND);
    let seconds = fraction(nanos % (60 * SECOND), SECOND);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// `value` in units of `scale`, a power of ten, with all its decimals.
fn fraction(value: u64, scale: u64) -> String {
    let (whole, rest) = (value / scale, value % scale);
    let digits = scale.ilog10() as usize;
    let text = format!("{whole}.{rest:0digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `Less than a second`, `5 seconds`, `About a minute`, `3 weeks`…
pub fn age(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (minutes, hours) = (seconds / 60, (seconds + 1800) / 3600);
    match () {
        () if seconds < 1 => "Less than a second".to_owned(),
        () if seconds == 1 => "1 second".to_owned(),
        () if seconds < 60 => format!("{seconds} seconds"),
        () if minutes == 1 => "About a minute".to_owned(),
        () if minutes < 60 => format!("{minutes} minutes"),
        () if hours == 1 => "About an hour".to_owned(),
        () if hours < 48 => format!("{hours} hours"),
        () if hours < 24 * 7 * 2 => format!("{} days", hours / 24),
        () if hours < 24 * 30 * 2 => format!("{} weeks", hours / 24 / 7),
        () if hours < 24 * 365 * 2 => format!("{} months", hours / 24 / 30),
        () => format!("{} years", hours / 24 / 365),
    }
}

/// The largest unit not above `bytes`, and how many bytes it is.
fn unit(bytes: u64) -> (&'static str, u64) {
    let mut scale = 1;
    let mut name = 0;
    while bytes / scale >= 1000 && name < UNITS.len() - 1 {
        scale *= 1000;
        name += 1;
    }
    (UNITS[name], scale)
}

/// `bytes / scale` with so many decimals, rounded; no floating point, whose printing is large.
fn decimal(bytes: u64, scale: u64, decimals: u32) -> String {
    let (mut rounded, mut rest) = (bytes / scale, bytes % scale);
    for _ in 0..decimals {
        rest *= 10;
        rounded = rounded * 10 + rest / scale;
        rest %= scale;
    }
    rounded += u64::from(rest * 2 >= scale);
    let shift = 10_u64.pow(decimals);
    let (whole, rest) = (rounded / shift, rounded % shift);
    let width = usize::try_from(decimals).unwrap_or(0);
    if decimals == 0 { whole.to_string() } else { format!("{whole}.{rest:0width$}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_dockers() {
        let table = [
            (0, "0B"),
            (171, "171B"),
            (8192, "8.19kB"),
            (2_050_000, "2.05MB"),
            (1_200_000_000, "1.2GB"),
            (856, "856B"),
        ];
        for (bytes, text) in table {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(size_with_precision(7_915_000, 4), "7.915MB");
        assert_eq!(binary_size(2_097_356_800), "1.953GiB");
        assert_eq!(binary_size(256 << 20), "256MiB");
        assert_eq!(binary_size(1023), "1023B");
        assert_eq!(progress_size(300_450), "300.45kB");
        assert_eq!(progress_size(195), "195B");
    }

    #[test]
    fn a_typed_size_is_read_as_docker_reads_it() {
        let table = [
            ("0", 0),
            ("512", 512),
            ("10MB", 10 << 20),
            ("1.5g", 3 << 29),
            ("2KiB", 2048),
            ("64 m", 64 << 20),
            (".5k", 512),
            ("1.k", 1024),
            ("0.1g", 107_374_182),
            ("99999999999999999999999999999999999999999999p", i64::MAX),
        ];
        for (typed, bytes) in table {
            assert_eq!(typed_size(typed), Some(bytes), "{typed}");
        }
        assert!(["", "x", ".", " ", "1.2.3", "1zb", "-1", "1e3"].iter().all(|typed| typed_size(typed).is_none()));
    }

    #[test]
    fn durations_are_gos() {
        let table = [
            (0, "0s"),
            (999, "999ns"),
            (1_500, "1.5µs"),
            (100_000_000, "100ms"),
            (1_500_000_000, "1.5s"),
            (30_000_000_000, "30s"),
            (90_000_000_000, "1m30s"),
            (3_605_000_000_000, "1h0m5s"),
        ];
        for (nanos, text) in table {
            assert_eq!(go_duration(nanos), text);
        }
    }

    #[test]
    fn ages_are_dockers() {
        let table = [
            (0, "Less than a second"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "About a minute"),
            (3599, "59 minutes"),
            (3600, "About an hour"),
            (86_400, "24 hours"),
            (86_400 * 3, "3 days"),
            (86_400 * 21, "3 weeks"),
            (86_400 * 90, "3 months"),
            (86_400 * 365 * 56, "56 years"),
        ];
        for (seconds, text) in table {
            assert_eq!(age(Duration::from_secs(seconds)), text);
        }
    }
}
