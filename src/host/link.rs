//! How fast bytes travel to a place, where that is modelled and not measured.

use std::time::Duration;

const NANOS_PER_SECOND: u128 = 1_000_000_000;

/// The modelled way to a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Bandwidth, which all that travels at once shares.
    pub bits_per_second: u64,
    /// What one exchange waits for its answer, however small it is.
    pub latency: Duration,
}

/// An ordinary line.
impl Default for Link {
    fn default() -> Self {
        Self { bits_per_second: 100_000_000, latency: Duration::from_millis(10) }
    }
}

impl Link {
    /// The bandwidth as it is typed: `20Mbit`, `1.5Gbit`.
    pub fn bandwidth_text(&self) -> String {
        in_units(self.bits_per_second, &[("Gbit", 1_000_000_000), ("Mbit", 1_000_000), ("kbit", 1_000), ("bit", 1)])
    }

    /// The latency as it is typed: `80ms`, `1.5s`.
    pub fn latency_text(&self) -> String {
        let nanos = u64::try_from(self.latency.as_nanos()).unwrap_or(u64::MAX);
        in_units(nanos, &[("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)])
    }

    /// The time of one exchange with so many bytes of body, alone on the way.
    pub fn time_of(&self, bytes: u64) -> Duration {
        self.latency + self.travel(bytes, 1)
    }

    /// How long `bytes` travel where `share` others, themselves included, travel at once; rounded up.
    pub fn travel(&self, bytes: u64, share: usize) -> Duration {
        let nanos = u128::from(bytes) * 8 * NANOS_PER_SECOND * share as u128;
        let nanos = nanos.div_ceil(u128::from(self.bits_per_second.max(1)));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// How many bytes get on in `time`, where `share` travel at once.
    pub fn bytes_in(&self, time: Duration, share: usize) -> u64 {
        let bits = time.as_nanos() * u128::from(self.bits_per_second) / NANOS_PER_SECOND;
        u64::try_from(bits / 8 / (share.max(1) as u128)).unwrap_or(u64::MAX)
    }
}

/// In the largest unit that is not larger than it, with three decimals at most.
fn in_units(number: u64, units: &[(&str, u64)]) -> String {
    let fits = units.iter().find(|(_, scale)| number >= *scale).or(units.last());
    let (unit, scale) = fits.copied().unwrap_or(("", 1));
    let thousandths = number % scale * 1_000 / scale;
    let decimals = format!(".{thousandths:03}");
    format!("{}{}{unit}", number / scale, decimals.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_100_mbit_carries_12_and_a_half_million_bytes_a_second() {
        let link = Link::default();
        assert_eq!(link.time_of(12_500_000), Duration::from_millis(1_010));
        assert_eq!(link.travel(12_500_000, 5), Duration::from_secs(5));
        assert_eq!(link.bytes_in(Duration::from_secs(1), 5), 2_500_000);
    }

    #[test]
    fn a_link_is_told_as_it_is_typed() {
        let text = |bits_per_second, micros| {
            let link = Link { bits_per_second, latency: Duration::from_micros(micros) };
            (link.bandwidth_text(), link.latency_text())
        };
        assert_eq!(text(100_000_000, 10_000), ("100Mbit".to_owned(), "10ms".to_owned()));
        assert_eq!(text(1_500, 1_500_000), ("1.5kbit".to_owned(), "1.5s".to_owned()));
        assert_eq!(text(7, 0), ("7bit".to_owned(), "0ns".to_owned()));
    }

    #[test]
    fn what_was_said_to_have_arrived_by_then_has_arrived() {
        let link = Link { bits_per_second: 7_777, latency: Duration::ZERO };
        for bytes in [1, 2, 999, 1 << 30] {
            for share in [1, 3, 5] {
                assert!(link.bytes_in(link.travel(bytes, share), share) >= bytes, "{bytes} {share}");
            }
        }
    }
}
