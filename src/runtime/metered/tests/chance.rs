//! Chance that repeats.

/// Numbers that look like chance, from a seed.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.bits() >> 40).unwrap() % bound
    }

    pub(super) fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        let at = self.below(u32::try_from(all.len()).unwrap());
        all[usize::try_from(at).unwrap()].clone()
    }

    /// A number of the kind that finds faults.
    pub(super) fn number(&mut self) -> u64 {
        let special = [0, 1, 2, u64::MAX, 1 << 31, 1 << 63, 0x7fc0_0001, 0xffa0_0000, 0x7ff4_0000_0000_0001];
        if self.below(3) == 0 { self.bits() } else { self.pick(&special) }
    }
}
