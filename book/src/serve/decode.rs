//! *Decode mine*: hex or a capture of the reader's own, explained.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::extract::{Form, State};
use bytes::{Bytes, BytesMut};
use tap::{Connection, Direction, Record, Tap, What};
use tracer::capture::Reader;
use tracer::parse_hex;
use wire::{MAX_PACKET, PacketType, take_frame};

use super::Site;
use super::run::Sent;
use super::stream::{Answer, Refusal, answer};
use crate::compare::Change;
use crate::play::Ear;

/// A page with more packets than this is of no use to anybody.
const MOST: usize = 500;
const NO_MQTT: &str = "no MQTT found: it is looked for on port 1883, and in connections that begin \
                       with a CONNECT";
/// The most bytes of hex that are decoded.
const LARGEST: usize = 64 << 10;

pub(super) async fn hex(State(site): State<Site>, Form(sent): Sent) -> Result<Answer, Refusal> {
    let text = sent.get("hex").map_or("", String::as_str);
    let bytes = parse_hex(text).map_err(|error| Refusal::wrong(error.to_string()))?;
    if bytes.is_empty() {
        return Err(Refusal::wrong(
            "there is no hex to decode; try the two bytes of a PINGREQ: c0 00",
        ));
    }
    if bytes.len() > LARGEST {
        return Err(Refusal::wrong(format!("that is more than {LARGEST} bytes")));
    }
    show(&site, move |see| {
        for frame in frames(&bytes) {
            see(packet(frame));
        }
        Ok(())
    })
}

pub(super) async fn capture(State(site): State<Site>, file: Bytes) -> Result<Answer, Refusal> {
    show(&site, move |see| {
        let mut any = false;
        for record in Reader::new(&file[..]) {
            any = true;
            see(record.map_err(|error| error.to_string())?);
        }
        if any { Ok(()) } else { Err(NO_MQTT.to_owned()) }
    })
}

/// Shows the records that `read` sees, up to the limit.
fn show(
    site: &Site,
    read: impl FnOnce(&mut dyn FnMut(Record)) -> Result<(), String> + Send + 'static,
) -> Result<Answer, Refusal> {
    answer(site.turn()?, move |pen| {
        let told = pen.clone();
        let ear = Ear::new(move |moment| told.moment(&moment, Change::None));
        let mut count = 0;
        let result = read(&mut |record| {
            count += 1;
            if count <= MOST {
                ear.record(record);
            }
        });
        if count > MOST {
            pen.failed(&format!("{} more are not shown", count - MOST));
        }
        if let Err(error) = result {
            pen.failed(&error);
        }
    })
}

/// The packets that the bytes are. Behind bytes that are no packet no other one can be found, so they
/// take the rest with them.
fn frames(bytes: &[u8]) -> Vec<Bytes> {
    let mut rest = BytesMut::from(bytes);
    let mut frames = Vec::new();
    while !rest.is_empty() {
        frames.push(match take_frame(&mut rest, MAX_PACKET) {
            Ok(Some(frame)) => frame,
            Ok(None) | Err(_) => rest.split().freeze(),
        });
    }
    frames
}

/// A packet as if it went over a connection, from whom its type tells.
fn packet(bytes: Bytes) -> Record {
    use PacketType::{Connack, Pingresp, Suback, Unsuback};
    let end = SocketAddr::from((Ipv4Addr::LOCALHOST, 1883));
    let direction = match bytes.first().and_then(|&byte| PacketType::of_first_byte(byte)) {
        Some(Connack | Suback | Unsuback | Pingresp) => Direction::ToClient,
        _ => Direction::ToServer,
    };
    Record {
        time: Duration::ZERO,
        connection: Some(Connection { client: end, server: end }),
        what: What::Packet { direction, bytes },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_apart_into_packets() {
        let sizes = |bytes: &[u8]| frames(bytes).iter().map(Bytes::len).collect::<Vec<_>>();
        assert_eq!(sizes(b"\xc0\0\xd0\0"), [2, 2]);
        assert_eq!(sizes(b"\xc0\0\x30\x09abc"), [2, 5], "the last one is cut off");
    }
}
