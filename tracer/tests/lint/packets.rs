//! Packets and beginnings of conversations that the tests share.

use tap::Side;
use wire::{
    Connack, Connect, ConnectReturnCode, Disconnect, PacketIdentifier, Puback, Pubcomp, Publish,
    Pubrec, Pubrel, Qos, Suback, SubackReturnCode, Text, TopicName, Unsuback, Will,
};

use crate::talk::{Talk, connect, publish, subscribe};
use Qos::{AtLeastOnce, AtMostOnce};

pub(crate) fn id(number: u16) -> PacketIdentifier {
    PacketIdentifier::new(number).unwrap()
}

pub(crate) fn puback(number: u16) -> Puback {
    Puback { packet_identifier: id(number) }
}

pub(crate) fn pubrec(number: u16) -> Pubrec {
    Pubrec { packet_identifier: id(number) }
}

pub(crate) fn pubrel(number: u16) -> Pubrel {
    Pubrel { packet_identifier: id(number) }
}

pub(crate) fn pubcomp(number: u16) -> Pubcomp {
    Pubcomp { packet_identifier: id(number) }
}

pub(crate) fn suback(number: u16, granted: &[Qos]) -> Suback {
    let return_codes = granted.iter().copied().map(SubackReturnCode::Granted).collect();
    Suback { packet_identifier: id(number), return_codes }
}

pub(crate) fn unsuback(number: u16) -> Unsuback {
    Unsuback { packet_identifier: id(number) }
}

pub(crate) fn connack(session_present: bool) -> Connack {
    Connack { session_present, return_code: ConnectReturnCode::ACCEPTED }
}

pub(crate) fn refused(code: u8, session_present: bool) -> Connack {
    Connack { session_present, return_code: ConnectReturnCode(code) }
}

pub(crate) fn kept(name: &str) -> Connect {
    Connect { clean_session: false, ..connect(name) }
}

pub(crate) fn nameless(clean_session: bool) -> Connect {
    Connect { client_identifier: Text::EMPTY, clean_session, ..connect("") }
}

pub(crate) fn with_will(name: &str) -> Connect {
    let will = Will {
        topic: TopicName::try_from("t").unwrap(),
        message: "gone".into(),
        qos: AtMostOnce,
        retain: false,
    };
    Connect { will: Some(will), ..connect(name) }
}

/// A publication at QoS 0 with this payload.
pub(crate) fn note(payload: &'static str, retain: bool) -> Publish {
    Publish { payload: payload.into(), retain, ..publish(AtMostOnce, 0, false) }
}

/// A PUBLISH at QoS 1 with this payload.
pub(crate) fn numbered(number: u16, payload: &'static str, dup: bool) -> Publish {
    Publish { payload: payload.into(), ..publish(AtLeastOnce, number, dup) }
}

pub(crate) fn at(qos: Qos, number: u16, payload: &'static str, dup: bool) -> Publish {
    Publish { payload: payload.into(), ..publish(qos, number, dup) }
}

/// A client that is let in with a clean session.
pub(crate) fn alice() -> Talk {
    Talk::default().open(1).up(1, connect("alice")).down(1, connack(false))
}

/// … and has a subscription to `t`.
pub(crate) fn subscribed(granted: Qos) -> Talk {
    alice().up(1, subscribe(1, &[("t", granted)])).down(1, suback(1, &[granted]))
}

/// A client with a kept session, which comes back behind what it did.
pub(crate) fn back(talk: Talk) -> Talk {
    talk.close(1, Side::Server).open(2).up(2, kept("alice")).down(2, connack(true))
}

/// A client with a session that is kept from its beginning, behind a clean one.
pub(crate) fn keeping() -> Talk {
    let clean = alice().up(1, Disconnect).close(1, Side::Client);
    clean.open(1).up(1, kept("alice")).down(1, connack(false))
}

/// Somebody else who publishes.
pub(crate) fn with_bob(talk: Talk) -> Talk {
    talk.open(2).up(2, connect("bob")).down(2, connack(false))
}
