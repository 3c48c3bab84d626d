//! PUBACK, PUBREC, PUBREL, PUBCOMP and UNSUBACK: a Packet Identifier and nothing else
//! (MQTT 3.1.1 §3.4 to §3.7, §3.11).

use super::header::{self, PacketType};
use crate::packet_identifier::PacketIdentifier;
use crate::requirements;
use crate::walk::{Walk, placeholder};

macro_rules! acknowledgement {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            /// The identifier of the packet that this one answers.
            pub packet_identifier: PacketIdentifier,
        }

        impl $name {
            #[inline]
            pub(crate) fn walk<W: Walk>(w: &mut W, packet: &Self) -> Result<Self, W::Error> {
                header::walk(w, PacketType::$name)?;
                w.framed(|w| {
                    let packet_identifier = PacketIdentifier::walk(w, packet.packet_identifier)?;
                    w.end(&requirements::NOTHING_FOLLOWS)?;
                    Ok(Self { packet_identifier })
                })
            }
        }

        placeholder!($name, $name { packet_identifier: PacketIdentifier::FIRST });
    )*};
}

acknowledgement! {
    /// PUBACK (§3.4): the receiver of a PUBLISH at QoS 1 has it. The exchange ends here.
    Puback
    /// PUBREC (§3.5): the receiver of a PUBLISH at QoS 2 has it. PUBREL follows.
    Pubrec
    /// PUBREL (§3.6): the sender of a PUBLISH at QoS 2 will not send it again. PUBCOMP follows.
    Pubrel
    /// PUBCOMP (§3.7): the exchange at QoS 2 ends here.
    Pubcomp
    /// UNSUBACK (§3.11): the server deleted the subscriptions, as far as there were any.
    Unsuback
}
