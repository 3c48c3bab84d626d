//! PINGREQ, PINGRESP and DISCONNECT: nothing but a fixed header (MQTT 3.1.1 §3.12 to §3.14).

use super::header::{self, PacketType};
use crate::requirements;
use crate::walk::{Walk, placeholder};

macro_rules! empty {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name;

        impl $name {
            #[inline]
            pub(crate) fn walk<W: Walk>(w: &mut W, packet: &Self) -> Result<Self, W::Error> {
                header::walk(w, PacketType::$name)?;
                w.framed(|w| w.end(&requirements::NOTHING_FOLLOWS))?;
                Ok(*packet)
            }
        }

        placeholder!($name, $name);
    )*};
}

empty! {
    /// PINGREQ (§3.12): two bytes, `c0 00`. A client with a keep alive sends it when it has nothing
    /// else to say.
    Pingreq
    /// PINGRESP (§3.13): two bytes, `d0 00`. The server's answer to PINGREQ.
    Pingresp
    /// DISCONNECT (§3.14): two bytes, `e0 00`. The client takes its leave; the server drops its will
    /// (`[MQTT-3.14.4-3]`).
    Disconnect
}
