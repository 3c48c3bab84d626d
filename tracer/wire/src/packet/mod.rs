//! The fourteen Control Packets, and the one fixed header that they share.
//!
//! Each file describes one packet, or a family of packets that look alike: its values as a Rust type,
//! its fields, and its `walk`, the only place that knows its layout.

mod acknowledgement;
mod connack;
mod connect;
mod empty;
mod foreign;
mod header;
mod publish;
mod suback;
mod subscribe;
mod unsubscribe;

use bytes::{Bytes, BytesMut};

pub use acknowledgement::{Puback, Pubcomp, Pubrec, Pubrel, Unsuback};
pub use connack::{Connack, ConnectReturnCode};
pub use connect::{Connect, Credentials, ForeignConnect, Will};
pub use empty::{Disconnect, Pingreq, Pingresp};
pub use foreign::ForeignPacket;
pub use header::PacketType;
pub use publish::{Delivery, Publish};
pub use suback::{Suback, SubackReturnCode};
pub use subscribe::{Subscribe, Subscription};
pub use unsubscribe::Unsubscribe;

use crate::decoder::Decoder;
use crate::encoder::Encoder;
use crate::error::{DecodeError, EncodeError};
use crate::frame::Frame;
use crate::observer::Observer;
use crate::version::Version;
use crate::walk::{Placeholder, Walk};

/// A Control Packet (MQTT 3.1.1 §2.1): what client and server say to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// A client asks for a connection (§3.1). In a box, for it is the largest by far, and rare: the
    /// others would move as many bytes.
    Connect(Box<Connect>),
    /// The same in a version of the protocol that the lab does not speak.
    ForeignConnect(ForeignConnect),
    /// Any other packet of MQTT 5, of which the lab reads the fixed header.
    Foreign(ForeignPacket),
    /// The server's answer to CONNECT (§3.2).
    Connack(Connack),
    /// A message, in either direction (§3.3).
    Publish(Publish),
    /// The answer to a PUBLISH at QoS 1 (§3.4).
    Puback(Puback),
    /// The first answer to a PUBLISH at QoS 2 (§3.5).
    Pubrec(Pubrec),
    /// The answer to PUBREC (§3.6).
    Pubrel(Pubrel),
    /// The answer to PUBREL, which ends the exchange (§3.7).
    Pubcomp(Pubcomp),
    /// A client asks for messages (§3.8).
    Subscribe(Subscribe),
    /// The server's answer to SUBSCRIBE (§3.9).
    Suback(Suback),
    /// A client wants no more of them (§3.10).
    Unsubscribe(Unsubscribe),
    /// The server's answer to UNSUBSCRIBE (§3.11).
    Unsuback(Unsuback),
    /// A client shows that it is there, and asks whether the server is (§3.12).
    Pingreq(Pingreq),
    /// The server's answer to PINGREQ (§3.13).
    Pingresp(Pingresp),
    /// A client takes its leave (§3.14).
    Disconnect(Disconnect),
}

impl Packet {
    /// Decodes one packet from exactly its bytes, as [`take_frame`](crate::take_frame) cuts them.
    /// Payloads and long topics share the frame's buffer. Who has no more use for the frame gives it away,
    /// and not a reference to it: that saves two atomic operations for each PUBLISH.
    ///
    /// `version` is the one that the CONNECT of this connection agreed on; a CONNECT brings its own.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Malformed`] names the first field that breaks a rule;
    /// [`DecodeError::Truncated`] says that the bytes are not the whole packet.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use wire::{DecodeError, Packet, Version};
    ///
    /// let subscribe_without_its_flags = Bytes::from_static(b"\x80\x06\0\x01\0\x01a\0");
    /// let error = Packet::decode(&subscribe_without_its_flags, Version::V3_1_1).unwrap_err();
    /// let DecodeError::Malformed(malformed) = error else { panic!() };
    /// assert_eq!(malformed.rule.id, "MQTT-3.8.1-1");
    /// assert_eq!(malformed.span.to_string(), "byte 0, bits 3–0");
    /// ```
    #[inline]
    pub fn decode(frame: impl Frame, version: Version) -> Result<Self, DecodeError> {
        Self::read(&mut Decoder::new(frame, version, &mut ()), version)
    }

    /// Decodes one packet as [`decode`](Self::decode) does, and shows each field to the observer.
    /// On an error the fields up to there have been shown, and the rest as one
    /// [`UNDECODED`](crate::UNDECODED) field: the spans always tile the frame.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    #[inline]
    pub fn decode_observed<O: Observer>(
        frame: &Bytes,
        version: Version,
        observer: &mut O,
    ) -> Result<Self, DecodeError> {
        let mut decoder = Decoder::new(frame, version, observer);
        let packet = Self::read(&mut decoder, version);
        decoder.show_undecoded();
        packet
    }

    /// Decodes the CONNECT of a bridge, which [`decode`](Self::decode) gives as a [`ForeignConnect`] with a
    /// version [`of_bridge`](ForeignConnect::of_bridge): as the [`Connect`] that it is but for that mark, and
    /// which does not encode to the same bytes. For those who look on.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    pub fn decode_bridge<O: Observer>(
        frame: &Bytes,
        observer: &mut O,
    ) -> Result<Self, DecodeError> {
        let mut decoder = Decoder::new(frame, Version::default(), observer);
        let packet = connect::walk_bridge(&mut decoder);
        decoder.show_undecoded();
        packet
    }

    #[inline]
    fn read<F: Frame, O: Observer>(
        decoder: &mut Decoder<'_, F, O>,
        version: Version,
    ) -> Result<Self, DecodeError> {
        match decoder.first().map(PacketType::of_first_byte) {
            Some(Some(packet_type))
                if version == Version::V5 && packet_type != PacketType::Connect =>
            {
                let foreign = ForeignPacket { packet_type, flags: 0, rest: Bytes::new() };
                foreign.walk(decoder).map(Self::Foreign)
            }
            Some(Some(packet_type)) => Self::walk_of(packet_type, decoder, version),
            Some(None) => Err(header::refuse(decoder)),
            None => Err(DecodeError::Truncated { size: 2, available: 0 }),
        }
    }

    /// Writes the packet to the end of the buffer.
    ///
    /// # Errors
    ///
    /// [`EncodeError::Broken`] for a SUBSCRIBE, UNSUBSCRIBE or SUBACK without entries and for a will
    /// message or password above 65535 bytes, [`EncodeError::TooLarge`] for a packet above the
    /// largest Remaining Length. The buffer is then as it was before.
    #[inline]
    pub fn encode(&self, buffer: &mut BytesMut) -> Result<(), EncodeError> {
        let before = buffer.len();
        let written = self.walk(&mut Encoder::new(buffer));
        if written.is_err() {
            buffer.truncate(before);
        }
        written
    }

    /// The packet as bytes of its own.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode).
    pub fn to_bytes(&self) -> Result<Bytes, EncodeError> {
        let mut buffer = BytesMut::new();
        self.encode(&mut buffer)?;
        Ok(buffer.freeze())
    }
}

impl From<Connect> for Packet {
    fn from(connect: Connect) -> Self {
        Self::Connect(Box::new(connect))
    }
}

macro_rules! each_but_connect {
    ($($name:ident)*) => {
        impl Packet {
            /// The type of this packet, as its first byte tells it.
            pub fn packet_type(&self) -> PacketType {
                match self {
                    Self::Connect(_) | Self::ForeignConnect(_) => PacketType::Connect,
                    Self::Foreign(foreign) => foreign.packet_type,
                    $(Self::$name(_) => PacketType::$name,)*
                }
            }

            /// The walk of whichever packet this is, for the encoder.
            #[inline]
            fn walk<W: Walk>(&self, w: &mut W) -> Result<(), W::Error> {
                match self {
                    Self::Connect(connect) => {
                        connect::walk(w, &ForeignConnect::start(connect.version), connect).map(drop)
                    }
                    Self::ForeignConnect(foreign) => {
                        let connect = Connect::placeholder(Version::default());
                        connect::walk(w, foreign, &connect).map(drop)
                    }
                    Self::Foreign(foreign) => foreign.walk(w).map(drop),
                    $(Self::$name(packet) => $name::walk(w, packet).map(drop),)*
                }
            }

            /// The walk of a packet of this type, for those who have none to hand in: the decoder
            /// and the outline.
            #[inline]
            pub(crate) fn walk_of<W: Walk>(
                packet_type: PacketType,
                w: &mut W,
                version: Version,
            ) -> Result<Self, W::Error> {
                match packet_type {
                    PacketType::Connect => {
                        let connect = Connect::placeholder(version);
                        connect::walk(w, &ForeignConnect::start(version), &connect)
                    }
                    $(PacketType::$name => {
                        $name::walk(w, $name::lent()).map(Self::$name)
                    })*
                }
            }
        }

        each_but_connect!(@from ForeignConnect $($name)*);
    };
    (@from $($name:ident)*) => {$(
        impl From<$name> for Packet {
            fn from(packet: $name) -> Self {
                Self::$name(packet)
            }
        }
    )*};
}

each_but_connect! {
    Connack Publish Puback Pubrec Pubrel Pubcomp Subscribe Suback Unsubscribe Unsuback Pingreq
    Pingresp Disconnect
}
