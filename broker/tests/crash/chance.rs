//! Chance, which can be repeated.

use std::time::{SystemTime, UNIX_EPOCH};

/// Chance, which is the same for the same seed.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// Of the environment's `CRASH_SEED`, or a new one. It is printed, so that a run can be repeated.
    pub(crate) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let new = || u64::try_from(now % 1_000_000).unwrap();
        let seed = std::env::var("CRASH_SEED").map_or_else(|_| new(), |seed| seed.parse().unwrap());
        println!("CRASH_SEED={seed}");
        Self(seed)
    }

    /// A number below this one (SplitMix64).
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}
