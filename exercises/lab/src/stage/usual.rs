//! What any broker says by itself, so that a part of one can be tried without the rest.

use wire::{
    Delivery, Packet, Pingresp, Puback, Pubcomp, Publish, Pubrec, Pubrel, Suback, SubackReturnCode,
    Unsuback,
};

/// What any broker answers to this packet at once: a subscription is granted as asked for, a message
/// acknowledged, a sign of life returned. `None` where nothing is due, or where it takes thought, as with
/// CONNECT.
pub fn usual_answer(packet: &Packet) -> Option<Packet> {
    match packet {
        Packet::Publish(Publish { delivery, .. }) => match *delivery {
            Delivery::AtMostOnce => None,
            Delivery::AtLeastOnce { packet_identifier, .. } => {
                Some(Puback { packet_identifier }.into())
            }
            Delivery::ExactlyOnce { packet_identifier, .. } => {
                Some(Pubrec { packet_identifier }.into())
            }
        },
        Packet::Pubrec(pubrec) => {
            Some(Pubrel { packet_identifier: pubrec.packet_identifier }.into())
        }
        Packet::Pubrel(pubrel) => {
            Some(Pubcomp { packet_identifier: pubrel.packet_identifier }.into())
        }
        Packet::Subscribe(subscribe) => {
            let granted = |it: &wire::Subscription| SubackReturnCode::Granted(it.requested_qos);
            let return_codes = subscribe.subscriptions.iter().map(granted).collect();
            Some(Suback { packet_identifier: subscribe.packet_identifier, return_codes }.into())
        }
        Packet::Unsubscribe(unsubscribe) => {
            Some(Unsuback { packet_identifier: unsubscribe.packet_identifier }.into())
        }
        Packet::Pingreq(_) => Some(Pingresp.into()),
        _ => None,
    }
}
