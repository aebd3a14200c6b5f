//! A moment, as images record it: RFC 3339 in UTC, the way Go prints it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

use super::as_text::as_text;

/// Nanoseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Timestamp {
    /// Nanoseconds since the beginning of 1970 in UTC.
    pub nanos: u64,
}

impl Timestamp {
    /// From whole seconds since 1970.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self { nanos: seconds.saturating_mul(1_000_000_000) }
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> u64 {
        self.nanos / 1_000_000_000
    }

    /// The moment `duration` later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Self { nanos: self.nanos.saturating_add(nanos) }
    }

    /// The whole second as Go prints a time: `2026-01-05 09:00:00 +0000 UTC`.
    pub fn in_go(self) -> String {
        let second = Self::from_seconds(self.seconds()).to_string();
        second.replace('T', " ").replace('Z', " +0000 UTC")
    }

    /// From the date of an HTTP header, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    /// <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>
    pub fn from_http(text: &str) -> Option<Self> {
        let seconds = OffsetDateTime::parse(text, &Rfc2822).ok()?.unix_timestamp();
        u64::try_from(seconds).ok().map(Self::from_seconds)
    }

    /// How long ago `earlier` was; zero if it is in the future.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanos.saturating_sub(earlier.nanos))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.nanos));
        let text = moment.ok().and_then(|moment| moment.format(&Rfc3339).ok());
        f.write_str(text.as_deref().unwrap_or("9999-12-31T23:59:59Z"))
    }
}

impl FromStr for Timestamp {
    type Err = time::error::Parse;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let nanos = OffsetDateTime::parse(text, &Rfc3339)?.unix_timestamp_nanos();
        Ok(Self { nanos: u64::try_from(nanos).unwrap_or(0) })
    }
}

as_text!(Timestamp);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_and_writes_as_rfc_3339() {
        for text in ["1970-01-01T00:00:00Z", "2026-01-05T09:00:00.25Z"] {
            assert_eq!(text.parse::<Timestamp>().expect("valid").to_string(), text);
        }
    }

    #[test]
    fn go_prints_a_moment_with_its_zone() {
        assert_eq!(Timestamp::from_seconds(0).in_go(), "1970-01-01 00:00:00 +0000 UTC");
    }
}
