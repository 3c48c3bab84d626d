//! The traffic that the benchmarks work on: a thousand packets, as a broker sees them on an ordinary
//! day.
//!
//! Since there are a thousand of them, a microsecond in divan's table is a nanosecond a packet.

pub mod peers;

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tap::{Connection, Direction, Record, What};
use wire::{
    Connack, Connect, ConnectReturnCode, Credentials, Delivery, Packet, PacketIdentifier, Pingreq,
    Pingresp, Puback, Pubcomp, Publish, Pubrec, Pubrel, Qos, Suback, SubackReturnCode, Subscribe,
    Subscription, Text, TextError, TopicFilter, TopicName, Unsuback, Unsubscribe, Version, Will,
};

/// A thousand packets. Of each hundred 56 are a PUBLISH (36 at QoS 0, 12 at QoS 1, 8 at QoS 2), with
/// payloads of 4 to 200 bytes; 36 acknowledge those; and one of each other kind opens a connection,
/// subscribes, unsubscribes, pings and answers.
pub struct Traffic {
    /// The packets.
    pub packets: Vec<Packet>,
    /// The bytes of each.
    pub frames: Vec<Bytes>,
}

impl Traffic {
    /// Makes the packets.
    ///
    /// # Errors
    ///
    /// If a name in them is not well-formed or a packet cannot be encoded: never, as the test of this
    /// package shows.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let hundreds = (1..=10).map(hundred).collect::<Result<Vec<_>, _>>()?;
        let packets = hundreds.concat();
        let frames = packets.iter().map(Packet::to_bytes).collect::<Result<_, _>>()?;
        Ok(Self { packets, frames })
    }

    /// All of them one behind the other, as they come over a Network Connection.
    pub fn stream(&self) -> BytesMut {
        self.frames.iter().flatten().copied().collect()
    }

    /// All of them as a tap records them, a millisecond apart.
    pub fn records(&self) -> Vec<Record> {
        let connection = Connection {
            client: SocketAddr::from(([127, 0, 0, 1], 50_000)),
            server: SocketAddr::from(([127, 0, 0, 1], 1883)),
        };
        self.frames
            .iter()
            .zip(0..)
            .map(|(bytes, millis)| Record {
                time: Duration::from_millis(millis),
                connection: Some(connection),
                what: What::Packet { direction: Direction::ToServer, bytes: bytes.clone() },
            })
            .collect()
    }
}

/// One round of traffic: a hundred packets.
fn hundred(round: u16) -> Result<Vec<Packet>, TextError> {
    let mut identifier = PacketIdentifier::new(round * 100).unwrap_or(PacketIdentifier::FIRST);
    let mut next = || {
        identifier = identifier.next();
        identifier
    };
    let mut packets = vec![connect(round)?, connack(), subscribe(next())?, suback(next())];
    for number in 0..36 {
        packets.push(publish(number, Delivery::AtMostOnce)?);
    }
    for number in 0..12 {
        let packet_identifier = next();
        let dup = number == 7;
        packets.push(publish(number, Delivery::AtLeastOnce { packet_identifier, dup })?);
        packets.push(Puback { packet_identifier }.into());
    }
    for number in 0..8 {
        let packet_identifier = next();
        packets.push(publish(number, Delivery::ExactlyOnce { packet_identifier, dup: false })?);
        packets.push(Pubrec { packet_identifier }.into());
        packets.push(Pubrel { packet_identifier }.into());
        packets.push(Pubcomp { packet_identifier }.into());
    }
    let topic_filters = vec![TopicFilter::try_from("building/+/temperature")?];
    packets.push(Unsubscribe { packet_identifier: next(), topic_filters }.into());
    packets.push(Unsuback { packet_identifier: next() }.into());
    packets.extend([Packet::from(Pingreq), Pingresp.into()]);
    Ok(packets)
}

fn connect(round: u16) -> Result<Packet, TextError> {
    let will = Will {
        topic: TopicName::try_from("building/status")?,
        message: Bytes::from_static(b"offline"),
        qos: Qos::AtLeastOnce,
        retain: true,
    };
    let credentials = Credentials {
        user_name: Text::try_from("thermometer")?,
        password: Some(Bytes::from_static(b"correct horse")),
    };
    let everything = round.is_multiple_of(2);
    Ok(Packet::from(Connect {
        version: Version::V3_1_1,
        clean_session: round.is_multiple_of(3),
        keep_alive: 60,
        client_identifier: Text::new(format!("thermometer-{round:04}"))?,
        will: everything.then_some(will),
        credentials: everything.then_some(credentials),
    }))
}

fn connack() -> Packet {
    Connack { session_present: true, return_code: ConnectReturnCode::ACCEPTED }.into()
}

fn subscribe(packet_identifier: PacketIdentifier) -> Result<Packet, TextError> {
    let subscription = |filter, requested_qos| {
        TopicFilter::try_from(filter)
            .map(|topic_filter| Subscription { topic_filter, requested_qos })
    };
    let subscriptions = vec![
        subscription("building/+/temperature", Qos::AtLeastOnce)?,
        subscription("building/alarm/#", Qos::ExactlyOnce)?,
    ];
    Ok(Subscribe { packet_identifier, subscriptions }.into())
}

fn suback(packet_identifier: PacketIdentifier) -> Packet {
    let return_codes = [Qos::AtLeastOnce, Qos::ExactlyOnce].map(SubackReturnCode::Granted).into();
    Suback { packet_identifier, return_codes }.into()
}

/// A reading: short as a number, or longer as JSON, or a block of bytes above 127.
fn publish(number: usize, delivery: Delivery) -> Result<Packet, TextError> {
    let payload = match number % 4 {
        0 | 1 => Bytes::from(format!("{number}.25")),
        2 => Bytes::from(format!(
            r#"{{"sensor":"t{number}","celsius":{number}.25,"humidity":48.5,"battery":"ok"}}"#
        )),
        _ => (0..200).map(|byte| byte ^ 0x5a).collect(),
    };
    let topic = TopicName::new(format!("building/room-{number:02}/temperature"))?;
    Ok(Publish { delivery, retain: number == 0, topic, payload }.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wire::{MAX_PACKET, strategies, take_frame};

    use super::peers::Cut;
    use super::*;

    #[test]
    fn the_traffic_is_a_thousand_packets_that_decode_to_themselves() {
        let traffic = Traffic::new().unwrap();
        assert_eq!((traffic.packets.len(), traffic.frames.len()), (1000, 1000));
        for (packet, frame) in traffic.packets.iter().zip(&traffic.frames) {
            assert_eq!(Packet::decode(frame, Version::V3_1_1).as_ref(), Ok(packet));
        }
    }

    #[test]
    fn everybody_accepts_the_traffic() {
        let traffic = Traffic::new().unwrap();
        for frame in &traffic.frames {
            let cut = Cut::new(frame).unwrap();
            assert!(cut.decode::<false>() && cut.decode::<true>(), "{frame:?}");
        }
        for read in [peers::read::<false>, peers::read::<true>] {
            let mut stream = traffic.stream();
            while !stream.is_empty() {
                assert!(read(&mut stream));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn what_wire_refuses_is_refused_by_those_who_are_as_strict(
            bytes in strategies::damaged(),
        ) {
            let mut stream = BytesMut::from(&bytes[..]);
            let Ok(Some(frame)) = take_frame(&mut stream, MAX_PACKET) else { return Ok(()) };
            if Packet::decode(&frame, Version::V3_1_1).is_err() {
                prop_assert!(!Cut::new(&frame).is_some_and(|cut| cut.decode::<true>()));
                prop_assert!(!peers::read::<true>(&mut BytesMut::from(&frame[..])));
            }
        }
    }
}
