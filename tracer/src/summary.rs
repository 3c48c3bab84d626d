//! A packet in a few words, for the line that tells of it.

use std::fmt::{self, Display, Write};

use wire::{
    Connack, Connect, ConnectReturnCode, DecodeError, Packet, Publish, Suback, Subscribe,
    Unsubscribe, Version,
};

use crate::dump::brief;
use crate::page::Hue;
use crate::printable::{is_plain, printable};
use crate::writer::write_number;

/// What is worth knowing of this packet at a glance: `clean session, keep alive 60 s`. Empty for a
/// packet that says all with its type. Names and topics stand in it as they are: whoever prints it
/// takes care of control characters.
pub fn summary(packet: &Packet) -> Summary<'_> {
    Summary(packet)
}

/// The words of [`summary`], to be written anywhere.
#[derive(Clone, Copy, Debug)]
pub struct Summary<'p>(&'p Packet);

impl Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.0, f)
    }
}

fn write(packet: &Packet, out: &mut impl Write) -> fmt::Result {
    match packet {
        Packet::Connect(packet) => connect(packet, out),
        Packet::ForeignConnect(packet) => {
            write!(out, "protocol {:?}, level {}", packet.protocol_name, packet.protocol_level)
        }
        Packet::Foreign(_) => write!(out, "{}: only the fixed header is read", Version::V5),
        Packet::Connack(packet) => connack(*packet, out),
        Packet::Publish(packet) => publish(packet, out),
        Packet::Puback(packet) => identifier(packet.packet_identifier, out),
        Packet::Pubrec(packet) => identifier(packet.packet_identifier, out),
        Packet::Pubrel(packet) => identifier(packet.packet_identifier, out),
        Packet::Pubcomp(packet) => identifier(packet.packet_identifier, out),
        Packet::Subscribe(packet) => subscribe(packet, out),
        Packet::Suback(packet) => suback(packet, out),
        Packet::Unsubscribe(packet) => unsubscribe(packet, out),
        Packet::Unsuback(packet) => identifier(packet.packet_identifier, out),
        Packet::Pingreq(_) | Packet::Pingresp(_) | Packet::Disconnect(_) => Ok(()),
    }
}

/// What the line of a packet says behind its type, and in which hue: the summary, or what is wrong.
pub(crate) fn in_words(outcome: &Result<Packet, DecodeError>) -> (String, Hue) {
    let mut words = String::new();
    let hue = write_words(outcome, &mut words);
    (words, hue)
}

/// The same, into a text that has been used before: its memory is used again.
pub(crate) fn write_words(outcome: &Result<Packet, DecodeError>, words: &mut String) -> Hue {
    words.clear();
    match outcome {
        Ok(packet) => {
            let _ = write(packet, words); // a string takes whatever is written to it
            if !is_plain(words.as_bytes()) {
                *words = printable(words).into_owned();
            }
            Hue::Plain
        }
        Err(error) => {
            words.push_str(&brief(error));
            Hue::Wrong
        }
    }
}

fn connect(packet: &Connect, out: &mut impl Write) -> fmt::Result {
    match packet.client_identifier.as_str() {
        "" => out.write_str("no client identifier")?,
        name => write!(out, "client {name}")?,
    }
    out.write_str(if packet.clean_session { ", clean session" } else { ", kept session" })?;
    match packet.keep_alive {
        0 => out.write_str(", no keep alive")?,
        seconds => write!(out, ", keep alive {seconds} s")?,
    }
    if packet.version == Version::V3_1 {
        out.write_str(", MQTT 3.1")?;
    }
    if let Some(will) = &packet.will {
        write!(out, ", will on {} at {}", will.topic, will.qos)?;
        if will.retain {
            out.write_str(", retained")?;
        }
    }
    match &packet.credentials {
        Some(credentials) => write!(out, ", user name {}", credentials.user_name),
        None => Ok(()),
    }
}

fn connack(packet: Connack, out: &mut impl Write) -> fmt::Result {
    out.write_str(packet.return_code.meaning())?;
    if packet.session_present {
        out.write_str(", session present")?;
    }
    if packet.return_code == ConnectReturnCode::ACCEPTED {
        Ok(())
    } else {
        write!(out, " ({})", packet.return_code.0)
    }
}

fn publish(packet: &Publish, out: &mut impl Write) -> fmt::Result {
    out.write_str(&packet.topic)?;
    out.write_str(", QoS ")?;
    write_number(out, packet.delivery.qos().level().into())?;
    if let Some(number) = packet.delivery.packet_identifier() {
        out.write_str(", ")?;
        identifier(number, out)?;
    }
    if packet.delivery.dup() {
        out.write_str(", DUP")?;
    }
    if packet.retain {
        out.write_str(", RETAIN")?;
    }
    match (packet.payload.len(), short_text(&packet.payload)) {
        (0, _) => out.write_str(", empty"),
        (_, Some(text)) => {
            out.write_str(", \"")?;
            out.write_str(text)?;
            out.write_char('"')
        }
        (1, _) => out.write_str(", 1 byte"),
        (size, _) => write!(out, ", {size} bytes"),
    }
}

/// A payload that is text, and short enough for the line of its packet.
fn short_text(payload: &[u8]) -> Option<&str> {
    if payload.len() > 24 {
        return None;
    }
    std::str::from_utf8(payload).ok().filter(|text| !text.chars().any(char::is_control))
}

fn subscribe(packet: &Subscribe, out: &mut impl Write) -> fmt::Result {
    identifier(packet.packet_identifier, out)?;
    list(
        packet.subscriptions.iter().map(|subscription| {
            format!("{} at {}", subscription.topic_filter, subscription.requested_qos)
        }),
        out,
    )
}

fn suback(packet: &Suback, out: &mut impl Write) -> fmt::Result {
    identifier(packet.packet_identifier, out)?;
    list(packet.return_codes.iter(), out)
}

fn unsubscribe(packet: &Unsubscribe, out: &mut impl Write) -> fmt::Result {
    identifier(packet.packet_identifier, out)?;
    list(packet.topic_filters.iter(), out)
}

fn identifier(number: wire::PacketIdentifier, out: &mut impl Write) -> fmt::Result {
    out.write_str("identifier ")?;
    write_number(out, number.number().into())
}

fn list(entries: impl Iterator<Item = impl Display>, out: &mut impl Write) -> fmt::Result {
    entries.enumerate().try_for_each(|(index, entry)| {
        out.write_str(if index == 0 { ": " } else { ", " })?;
        write!(out, "{entry}")
    })
}
