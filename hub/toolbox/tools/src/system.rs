//! Programs that ask the system.

use std::io::{self, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::options::{Failure, Options};

pub(crate) fn pwd(_: &[String]) -> Result<u8, Failure> {
    writeln!(io::stdout(), "{}", process::directory()?)?;
    Ok(0)
}

pub(crate) fn printenv(arguments: &[String]) -> Result<u8, Failure> {
    if arguments.is_empty() {
        return crate::start::env(arguments);
    }
    let mut status = 0;
    for name in arguments {
        match std::env::var(name) {
            Ok(value) => writeln!(io::stdout(), "{value}")?,
            Err(_) => status = 1,
        }
    }
    Ok(status)
}

pub(crate) fn hostname(_: &[String]) -> Result<u8, Failure> {
    let name = std::env::var("HOSTNAME").unwrap_or_else(|_| "localhost".to_owned());
    writeln!(io::stdout(), "{name}")?;
    Ok(0)
}

pub(crate) fn nproc(_: &[String]) -> Result<u8, Failure> {
    writeln!(io::stdout(), "1")?;
    Ok(0)
}

pub(crate) fn uname(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "asnrm")?;
    let text = if options.has('a') {
        "wasi localhost preview1 wasm"
    } else if options.has('m') {
        "wasm"
    } else if options.has('r') {
        "preview1"
    } else if options.has('n') {
        "localhost"
    } else {
        "wasi"
    };
    writeln!(io::stdout(), "{text}")?;
    Ok(0)
}

pub(crate) fn sleep(arguments: &[String]) -> Result<u8, Failure> {
    let options = Options::read(arguments, "")?;
    for text in options.at_least(1)? {
        let (digits, unit) = match text.strip_suffix(['s', 'm', 'h']) {
            Some(digits) => (
                digits,
                match &text[digits.len()..] {
                    "m" => 60.0,
                    "h" => 3600.0,
                    _ => 1.0,
                },
            ),
            None => (text.as_str(), 1.0),
        };
        let seconds = digits.parse::<f64>().ok().map(|number| number * unit);
        let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        std::thread::sleep(time.ok_or_else(|| Failure::Usage(format!("invalid number '{text}'")))?);
    }
    Ok(0)
}

/// The time of the container's clock, in UTC.
pub(crate) fn date(arguments: &[String]) -> Result<u8, Failure> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let text = match arguments {
        [] => moment(now),
        [format] if format == "+%s" => now.to_string(),
        [format] if format == "+%F" => moment(now)[..10].to_owned(),
        _ => return Err(Failure::Usage("usage: date [+%s | +%F]".to_owned())),
    };
    writeln!(io::stdout(), "{text}")?;
    Ok(0)
}

/// A moment as in RFC 3339.
pub(crate) fn moment(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

/// The date of a day since 1970, by Howard Hinnant's method.
/// <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (date, month) = (
        day - (153 * month + 2) / 5 + 1,
        if month < 10 { month + 3 } else { month - 9 },
    );
    (year + era * 400 + u64::from(month <= 2), month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_calendar() {
        assert_eq!(moment(0), "1970-01-01T00:00:00Z");
        assert_eq!(moment(951_827_696), "2000-02-29T12:34:56Z");
        assert_eq!(moment(1_767_225_600), "2026-01-01T00:00:00Z");
    }
}
