//! Writes a capture with as many packets as one likes, to see what the tracer does with it:
//!
//! ```sh
//! cargo run --release -p tracer --example many_packets -- 5000000 large.pcapng
//! /usr/bin/time -v target/release/tracer stats large.pcapng
//! ```
//!
//! A hundred clients publish and are answered, at all QoS, and come and go. The same number of packets
//! is always the same file.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::time::Duration;

use bytes::Bytes;
use tap::{Connection, Direction, Record, Side, What};
use tracer::capture::Writer;
use wire::{
    Connack, Connect, ConnectReturnCode, Delivery, Disconnect, Packet, PacketIdentifier, Puback,
    Pubcomp, Publish, Pubrec, Pubrel, Text, TopicName, Version,
};

use Direction::{ToClient, ToServer};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(packets), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("usage: many_packets NUMBER FILE".into());
    };
    let mut writer = Writer::new(BufWriter::new(File::create(file)?))?;
    let (mut written, wanted) = (0, packets.parse::<u64>()?);
    let mut connection = 0;
    while written < wanted {
        let turn = written;
        for what in session(connection)? {
            if written == wanted {
                break;
            }
            written += u64::from(matches!(what, What::Packet { .. }));
            let time = Duration::from_secs(1_700_000_000) + Duration::from_micros(20 * written);
            writer.record(&Record { time, connection: Some(ends(connection)), what })?;
        }
        connection += u64::from(written > turn);
    }
    writer.finish()?;
    Ok(())
}

/// The ends of a connection. Ports are used again, as systems do it.
fn ends(connection: u64) -> Connection {
    let [.., high, low] = (connection % 16_384 + 40_000).to_be_bytes();
    let client = ([10, 0, 0, 2], u16::from_be_bytes([high, low])).into();
    Connection { client, server: ([10, 0, 0, 1], 1883).into() }
}

/// A client comes, says 600 messages, and goes.
fn session(connection: u64) -> Result<Vec<What>, Box<dyn Error>> {
    let packet = |direction, packet: Packet| {
        packet.to_bytes().map(|bytes| What::Packet { direction, bytes })
    };
    let client = connection % 100;
    let mut all = vec![
        What::Opened { client_name: None },
        packet(ToServer, connect(client)?.into())?,
        packet(
            ToClient,
            Connack { session_present: false, return_code: ConnectReturnCode::ACCEPTED }.into(),
        )?,
    ];
    for number in 1..=600_u16 {
        let packet_identifier = PacketIdentifier::new(number).ok_or("no identifier")?;
        let delivery = match number % 3 {
            0 => Delivery::AtMostOnce,
            1 => Delivery::AtLeastOnce { packet_identifier, dup: false },
            _ => Delivery::ExactlyOnce { packet_identifier, dup: false },
        };
        all.push(packet(ToServer, publish(client, number, delivery)?.into())?);
        match number % 3 {
            0 => {}
            1 => all.push(packet(ToClient, Puback { packet_identifier }.into())?),
            _ => {
                all.push(packet(ToClient, Pubrec { packet_identifier }.into())?);
                all.push(packet(ToServer, Pubrel { packet_identifier }.into())?);
                all.push(packet(ToClient, Pubcomp { packet_identifier }.into())?);
            }
        }
    }
    all.push(packet(ToServer, Disconnect.into())?);
    all.push(What::Closed { by: Side::Client });
    Ok(all)
}

fn connect(client: u64) -> Result<Connect, Box<dyn Error>> {
    Ok(Connect {
        version: Version::V3_1_1,
        clean_session: true,
        keep_alive: 60,
        client_identifier: Text::try_from(&*format!("sensor-{client}"))?,
        will: None,
        credentials: None,
    })
}

fn publish(client: u64, number: u16, delivery: Delivery) -> Result<Publish, Box<dyn Error>> {
    Ok(Publish {
        delivery,
        retain: number.is_multiple_of(50),
        topic: TopicName::try_from(&*format!("house/{client}/room-{}/temperature", number % 7))?,
        payload: Bytes::from(format!("{{\"celsius\": {}.{}}}", number % 40, number % 10)),
    })
}
