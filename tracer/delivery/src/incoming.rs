//! The receiving half of a session.

use std::collections::BTreeSet;

use wire::{Delivery, Packet, PacketIdentifier, Puback, Pubcomp, Pubrec};

/// Receives messages: knows what to answer, and whether a message came before.
///
/// Of the two ways that MQTT 3.1.1 §4.3.3 allows at QoS 2, this is the one that passes a message on at
/// its PUBLISH, and then keeps no more than its Packet Identifier until PUBREL comes.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    unreleased: BTreeSet<PacketIdentifier>,
}

/// What there is to do with a PUBLISH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Whether the message is to be passed on: false for what came before at QoS 2.
    pub is_new: bool,
    /// The answer: PUBACK at QoS 1, PUBREC at QoS 2, none at QoS 0. It goes out once the receiver owns
    /// the message, and in the order of the PUBLISH packets (`[MQTT-4.6.0-2]`, `[MQTT-4.6.0-3]`).
    pub answer: Option<Packet>,
}

impl Incoming {
    /// Takes up a message at QoS 2 that another one had received, and that waits for its PUBREL.
    pub fn take_up(&mut self, packet_identifier: PacketIdentifier) {
        self.unreleased.insert(packet_identifier);
    }

    /// A PUBLISH came.
    ///
    /// At QoS 1 each one counts as new, whatever DUP says (`[MQTT-4.3.2-2]`). At QoS 2 a Packet
    /// Identifier that was not released yet is answered again, and not passed on again
    /// (`[MQTT-4.3.3-2]`). DUP decides nothing here: it tells only that the sender tried before.
    pub fn publish(&mut self, delivery: Delivery) -> Receipt {
        match delivery {
            Delivery::AtMostOnce => Receipt { is_new: true, answer: None },
            Delivery::AtLeastOnce { packet_identifier, .. } => {
                Receipt { is_new: true, answer: Some(Puback { packet_identifier }.into()) }
            }
            Delivery::ExactlyOnce { packet_identifier, .. } => Receipt {
                is_new: self.unreleased.insert(packet_identifier),
                answer: Some(Pubrec { packet_identifier }.into()),
            },
        }
    }

    /// A PUBREL came: from now on its Packet Identifier is that of a new message (`[MQTT-4.3.3-2]`).
    ///
    /// It is answered with PUBCOMP in any case, also where the identifier is not known: the PUBCOMP
    /// to an earlier PUBREL may have been lost. The second value tells whether it was known.
    pub fn pubrel(&mut self, packet_identifier: PacketIdentifier) -> (Pubcomp, bool) {
        let was_known = self.unreleased.remove(&packet_identifier);
        (Pubcomp { packet_identifier }, was_known)
    }

    /// The Packet Identifiers of the messages at QoS 2 that wait for their PUBREL.
    pub fn identifiers(&self) -> impl Iterator<Item = PacketIdentifier> {
        self.unreleased.iter().copied()
    }

    /// Whether a message at QoS 2 of this Packet Identifier waits for its PUBREL.
    pub fn is_unreleased(&self, packet_identifier: PacketIdentifier) -> bool {
        self.unreleased.contains(&packet_identifier)
    }

    /// How many messages at QoS 2 wait for their PUBREL.
    pub fn unreleased(&self) -> usize {
        self.unreleased.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEVEN: PacketIdentifier = PacketIdentifier::new(7).unwrap();

    #[test]
    fn qos_0_has_no_answer() {
        let receipt = Incoming::default().publish(Delivery::AtMostOnce);
        assert_eq!(receipt, Receipt { is_new: true, answer: None });
    }

    #[test]
    fn qos_1_is_new_each_time_mqtt_4_3_2_2() {
        let mut incoming = Incoming::default();
        for dup in [false, true] {
            let receipt = incoming.publish(Delivery::AtLeastOnce { packet_identifier: SEVEN, dup });
            let answer = Puback { packet_identifier: SEVEN }.into();
            assert_eq!(receipt, Receipt { is_new: true, answer: Some(answer) });
        }
    }

    #[test]
    fn qos_2_is_new_once_until_its_pubrel_mqtt_4_3_3_2() {
        let mut incoming = Incoming::default();
        let delivery = Delivery::ExactlyOnce { packet_identifier: SEVEN, dup: false };
        let pubrec = Some(Pubrec { packet_identifier: SEVEN }.into());
        for is_new in [true, false, false] {
            assert_eq!(incoming.publish(delivery), Receipt { is_new, answer: pubrec.clone() });
        }

        let pubcomp = Pubcomp { packet_identifier: SEVEN };
        assert_eq!(incoming.pubrel(SEVEN), (pubcomp, true));
        assert_eq!(incoming.pubrel(SEVEN), (pubcomp, false), "answered again all the same");
        assert!(incoming.publish(delivery).is_new, "the number is that of a new message now");
    }
}
