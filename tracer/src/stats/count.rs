//! Counts, and counts by name.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Arc;

use serde::Serialize;

/// Packets and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Count {
    pub(super) packets: u64,
    /// All bytes of the packets.
    pub(super) bytes: u64,
    /// Those of them that are an Application Message: what MQTT is there for.
    pub(super) payload: u64,
}

impl Count {
    /// One packet.
    pub(super) fn of(bytes: usize, payload: usize) -> Self {
        Self { packets: 1, bytes: bytes as u64, payload: payload as u64 }
    }

    pub(super) fn only_if(self, condition: bool) -> Self {
        if condition { self } else { Self::default() }
    }

    /// The bytes that are no Application Message.
    pub(super) fn overhead(self) -> u64 {
        self.bytes - self.payload
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.payload += other.payload;
    }
}

/// How many names are kept apart.
const MOST_NAMES: usize = 10_000;

/// Something for each name, and for all names together that came when there were too many.
#[derive(Debug, Default)]
pub(super) struct Named<T> {
    named: BTreeMap<Arc<str>, T>,
    others: Option<T>,
}

impl<T: Copy + Default> Named<T> {
    pub(super) fn entry(&mut self, name: &str) -> &mut T {
        if !self.named.contains_key(name) {
            if self.named.len() >= MOST_NAMES {
                return self.others.get_or_insert_default();
            }
            self.named.insert(name.into(), T::default());
        }
        // It is there; where it were not, it would count among the others.
        self.named.get_mut(name).unwrap_or_else(|| self.others.get_or_insert_default())
    }

    /// What there is of names that came when there were too many.
    pub(super) fn others(&self) -> Option<T> {
        self.others
    }

    /// The names, most of this first.
    pub(super) fn most(&self, of: impl Fn(&T) -> u64) -> Vec<(&str, T)> {
        let mut named: Vec<_> = self.named.iter().map(|(name, it)| (&**name, *it)).collect();
        named.sort_by_key(|(_, it)| std::cmp::Reverse(of(it)));
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_limit_count_together() {
        let mut named = Named::<u64>::default();
        for number in 0..MOST_NAMES + 5 {
            *named.entry(&number.to_string()) += 1;
        }
        *named.entry("7") += 1;
        assert_eq!((named.named.len(), named.others()), (MOST_NAMES, Some(5)));
        assert_eq!(named.most(|count| *count)[0], ("7", 2));
    }
}
