//! Packet Identifiers: which are in use, and which one is next.

use std::collections::BTreeSet;

use wire::PacketIdentifier;

/// The Packet Identifiers of one end of a connection (MQTT 3.1.1 §2.3.1). A number is free again only
/// when its exchange is over (`[MQTT-2.3.1-2]`, `[MQTT-2.3.1-3]`, `[MQTT-2.3.1-4]`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Identifiers {
    in_use: BTreeSet<PacketIdentifier>,
    last: Option<PacketIdentifier>,
}

impl Identifiers {
    /// Takes the next free number: it goes round, so that a number rests for as long as possible
    /// before it comes again. `None` when all 65535 are in use.
    pub(crate) fn allocate(&mut self) -> Option<PacketIdentifier> {
        if self.in_use.len() == usize::from(u16::MAX) {
            return None;
        }
        let mut identifier = self.last.map_or(PacketIdentifier::FIRST, PacketIdentifier::next);
        while !self.in_use.insert(identifier) {
            identifier = identifier.next();
        }
        self.last = Some(identifier);
        Some(identifier)
    }

    /// Takes a number that is in use already; numbers go on behind the latest of these.
    pub(crate) fn take(&mut self, identifier: PacketIdentifier, is_latest: bool) {
        self.in_use.insert(identifier);
        if is_latest {
            self.last = Some(identifier);
        }
    }

    /// Gives a number back; false if it was not in use.
    pub(crate) fn release(&mut self, identifier: PacketIdentifier) -> bool {
        self.in_use.remove(&identifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_use_is_never_given_again_mqtt_2_3_1_2() {
        let mut identifiers = Identifiers::default();
        let mut seen = BTreeSet::new();
        for _ in 1..=u16::MAX {
            assert!(seen.insert(identifiers.allocate().unwrap()));
        }
        assert_eq!(identifiers.allocate(), None, "all 65535 are in use");

        for number in [1, 3].map(|number| PacketIdentifier::new(number).unwrap()) {
            assert!(identifiers.release(number));
            assert!(!identifiers.release(number), "it was given back already");
            assert_eq!(identifiers.allocate(), Some(number), "1 follows 65535, and 2 is in use");
        }
    }
}
