//! A packet in a few words, for the line that tells of it.

use std::fmt::{self, Display};

use wire::{
    Connack, Connect, ConnectReturnCode, DecodeError, Packet, Publish, Suback, Subscribe,
    Unsubscribe, Version,
};

use crate::dump::brief;
use crate::page::Hue;
use crate::printable::printable;

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
        match self.0 {
            Packet::Connect(packet) => connect(packet, f),
            Packet::ForeignConnect(packet) => {
                write!(f, "protocol {:?}, level {}", packet.protocol_name, packet.protocol_level)
            }
            Packet::Connack(packet) => connack(*packet, f),
            Packet::Publish(packet) => publish(packet, f),
            Packet::Puback(packet) => identifier(packet.packet_identifier, f),
            Packet::Pubrec(packet) => identifier(packet.packet_identifier, f),
            Packet::Pubrel(packet) => identifier(packet.packet_identifier, f),
            Packet::Pubcomp(packet) => identifier(packet.packet_identifier, f),
            Packet::Subscribe(packet) => subscribe(packet, f),
            Packet::Suback(packet) => suback(packet, f),
            Packet::Unsubscribe(packet) => unsubscribe(packet, f),
            Packet::Unsuback(packet) => identifier(packet.packet_identifier, f),
            Packet::Pingreq(_) | Packet::Pingresp(_) | Packet::Disconnect(_) => Ok(()),
        }
    }
}

/// What the line of a packet says behind its type, and in which hue: the summary, or what is wrong.
pub(crate) fn in_words(outcome: &Result<Packet, DecodeError>) -> (String, Hue) {
    match outcome {
        Ok(packet) => (printable(&summary(packet).to_string()).into_owned(), Hue::Plain),
        Err(error) => (brief(error).into_owned(), Hue::Wrong),
    }
}

fn connect(packet: &Connect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match packet.client_identifier.as_str() {
        "" => f.write_str("no client identifier")?,
        name => write!(f, "client {name}")?,
    }
    f.write_str(if packet.clean_session { ", clean session" } else { ", kept session" })?;
    match packet.keep_alive {
        0 => f.write_str(", no keep alive")?,
        seconds => write!(f, ", keep alive {seconds} s")?,
    }
    if packet.version == Version::V3_1 {
        f.write_str(", MQTT 3.1")?;
    }
    if let Some(will) = &packet.will {
        write!(f, ", will on {} at {}", will.topic, will.qos)?;
        if will.retain {
            f.write_str(", retained")?;
        }
    }
    match &packet.credentials {
        Some(credentials) => write!(f, ", user name {}", credentials.user_name),
        None => Ok(()),
    }
}

fn connack(packet: Connack, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(packet.return_code.meaning())?;
    if packet.session_present {
        f.write_str(", session present")?;
    }
    if packet.return_code == ConnectReturnCode::ACCEPTED {
        Ok(())
    } else {
        write!(f, " ({})", packet.return_code.0)
    }
}

fn publish(packet: &Publish, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}, {}", packet.topic, packet.delivery.qos())?;
    if let Some(number) = packet.delivery.packet_identifier() {
        write!(f, ", identifier {number}")?;
    }
    if packet.delivery.dup() {
        f.write_str(", DUP")?;
    }
    if packet.retain {
        f.write_str(", RETAIN")?;
    }
    match (packet.payload.len(), std::str::from_utf8(&packet.payload)) {
        (0, _) => f.write_str(", empty"),
        (size, Ok(text)) if size <= 24 && !text.chars().any(char::is_control) => {
            write!(f, ", \"{text}\"")
        }
        (1, _) => f.write_str(", 1 byte"),
        (size, _) => write!(f, ", {size} bytes"),
    }
}

fn subscribe(packet: &Subscribe, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    identifier(packet.packet_identifier, f)?;
    list(
        packet.subscriptions.iter().map(|subscription| {
            format!("{} at {}", subscription.topic_filter, subscription.requested_qos)
        }),
        f,
    )
}

fn suback(packet: &Suback, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    identifier(packet.packet_identifier, f)?;
    list(packet.return_codes.iter(), f)
}

fn unsubscribe(packet: &Unsubscribe, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    identifier(packet.packet_identifier, f)?;
    list(packet.topic_filters.iter(), f)
}

fn identifier(number: wire::PacketIdentifier, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "identifier {number}")
}

fn list(entries: impl Iterator<Item = impl Display>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    entries.enumerate().try_for_each(|(index, entry)| {
        f.write_str(if index == 0 { ": " } else { ", " })?;
        write!(f, "{entry}")
    })
}
