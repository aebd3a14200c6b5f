//! The clock of a process. It is virtual: it starts where the lab's clock
//! stands, each look at it takes one microsecond, and a sleep passes at once.
//! So the same program sees the same times on every machine.

use crate::oci::Timestamp;

/// What one look at the clock costs; a program that waits for time to pass sees it pass.
const LOOK_NANOS: u64 = 1_000;

/// Time as one process sees it.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    start: Timestamp,
    busy_nanos: u64,
    slept_nanos: u64,
}

impl Clock {
    pub(super) fn new(start: Timestamp) -> Self {
        Self { start, busy_nanos: 0, slept_nanos: 0 }
    }

    /// The time of day, without looking: for files that change.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp { nanos: self.start.nanos.saturating_add(self.elapsed()) }
    }

    /// Nanoseconds on the clock `id` of preview 1; none if there is no such clock.
    pub(super) fn read(&mut self, id: u32) -> Option<u64> {
        self.busy_nanos = self.busy_nanos.saturating_add(LOOK_NANOS);
        match id {
            0 => Some(self.now().nanos),
            1 => Some(self.elapsed()),
            2 | 3 => Some(self.busy_nanos),
            _ => None,
        }
    }

    pub(super) fn sleep(&mut self, nanos: u64) {
        self.slept_nanos = self.slept_nanos.saturating_add(nanos);
    }

    /// Nanoseconds since the start, without looking.
    pub(super) fn elapsed(&self) -> u64 {
        self.busy_nanos.saturating_add(self.slept_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_by_looking_and_by_sleeping() {
        let mut clock = Clock::new(Timestamp { nanos: 5_000_000 });
        assert_eq!(clock.read(0), Some(5_001_000));
        clock.sleep(10_000);
        assert_eq!(clock.read(1), Some(12_000));
        assert_eq!(clock.read(2), Some(3_000));
        assert_eq!(clock.read(9), None);
        clock.sleep(u64::MAX);
        assert_eq!(clock.read(0), Some(u64::MAX));
    }
}
