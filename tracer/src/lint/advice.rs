//! What is lawful, and unwise.

use std::collections::BTreeSet;

use wire::{Packet, Qos};

use super::remark::keys;
use crate::conversation::Seen;

/// A piece of advice.
#[derive(Debug, PartialEq, Eq)]
pub struct Advice {
    /// Its name, for machines: `keep-alive-0`.
    pub id: &'static str,
    /// The section of MQTT 3.1.1 that it concerns.
    pub section: &'static str,
    /// The advice in a sentence.
    pub sentence: &'static str,
}

/// All advice there is.
pub static ADVICE: &[&Advice] = &[
    &LONG_CLIENT_IDENTIFIER,
    &NO_KEEP_ALIVE,
    &OPEN_PASSWORD,
    &WILDCARD_AT_ROOT,
    &LEADING_SLASH,
    &RETAINED_AT_QOS_0,
    &ANOTHER_VERSION,
];

static LONG_CLIENT_IDENTIFIER: Advice = Advice {
    id: "client-identifier-above-23",
    section: "3.1.3.1",
    sentence: "A server has to take 23 bytes of Client Identifier and no more: some refuse longer ones.",
};

static NO_KEEP_ALIVE: Advice = Advice {
    id: "keep-alive-0",
    section: "3.1.2.10",
    sentence: "Without a keep alive nobody notices that this client is gone until TCP does, which may take hours.",
};

static OPEN_PASSWORD: Advice = Advice {
    id: "password-without-tls",
    section: "5.4.1",
    sentence: "Whoever is on the way can read this Password: use TLS.",
};

static WILDCARD_AT_ROOT: Advice = Advice {
    id: "wildcard-at-root",
    section: "4.7.1",
    sentence: "A filter that begins with a wildcard asks for the topics of everybody: name the first level.",
};

static LEADING_SLASH: Advice = Advice {
    id: "leading-slash",
    section: "4.7.3",
    sentence: "A / in front makes an empty first level: another topic than the one without it, and a level for nothing.",
};

static RETAINED_AT_QOS_0: Advice = Advice {
    id: "retained-at-qos-0",
    section: "3.3.1.3",
    sentence: "A server may drop a retained message of QoS 0 at any time: publish at QoS 1 what has to stay.",
};

static ANOTHER_VERSION: Advice = Advice {
    id: "another-version",
    section: "3.1.2.2",
    sentence: "This version of MQTT is not known here: nothing more is said about this connection.",
};

/// Subjects that are remembered, so that each piece of advice is given once.
const MOST_SUBJECTS: usize = 10_000;

/// Remembers which advice was given on what.
#[derive(Debug, Default)]
pub(super) struct Adviser(BTreeSet<(&'static str, String)>);

impl Adviser {
    /// The advice on a packet, each with the key of its field.
    pub(super) fn advise(&mut self, seen: &Seen<'_>) -> Vec<(&'static Advice, &'static str)> {
        let Ok(packet) = &seen.outcome else { return Vec::new() };
        let mut given = on(packet, seen.connection.server.port());
        given.retain(|(advice, _, subject)| {
            self.0.len() < MOST_SUBJECTS && self.0.insert((advice.id, subject.clone()))
        });
        given.into_iter().map(|(advice, key, _)| (advice, key)).collect()
    }
}

/// The port at which MQTT is spoken over TLS.
const TLS_PORT: u16 = 8883;

fn on(packet: &Packet, port: u16) -> Vec<(&'static Advice, &'static str, String)> {
    let mut given = Vec::new();
    match packet {
        Packet::Connect(connect) => {
            let name = connect.client_identifier.as_str();
            if name.len() > 23 {
                given.push((&LONG_CLIENT_IDENTIFIER, keys::CLIENT_IDENTIFIER, name.to_owned()));
            }
            if connect.keep_alive == 0 {
                given.push((&NO_KEEP_ALIVE, keys::KEEP_ALIVE, name.to_owned()));
            }
            let password = connect.credentials.as_ref().and_then(|given| given.password.as_ref());
            if password.is_some() && port != TLS_PORT {
                given.push((&OPEN_PASSWORD, keys::PASSWORD, name.to_owned()));
            }
            let topic = connect.will.as_ref().map(|will| &*will.topic);
            given.extend(topic.and_then(|topic| on_slash(topic, keys::PACKET)));
        }
        Packet::ForeignConnect(foreign) => {
            let subject = format!("{} {}", foreign.protocol_name, foreign.protocol_level);
            given.push((&ANOTHER_VERSION, keys::PACKET, subject));
        }
        Packet::Subscribe(subscribe) => {
            for subscription in &subscribe.subscriptions {
                let filter = &*subscription.topic_filter;
                if filter.starts_with(['#', '+']) {
                    given.push((&WILDCARD_AT_ROOT, keys::TOPIC_FILTER, filter.to_owned()));
                }
                given.extend(on_slash(filter, keys::TOPIC_FILTER));
            }
        }
        Packet::Publish(publish) => {
            given.extend(on_slash(&publish.topic, keys::TOPIC));
            let is_kept = publish.retain && !publish.payload.is_empty();
            if is_kept && publish.delivery.qos() == Qos::AtMostOnce {
                given.push((&RETAINED_AT_QOS_0, keys::QOS, publish.topic.to_string()));
            }
        }
        _ => {}
    }
    given
}

fn on_slash(topic: &str, key: &'static str) -> Option<(&'static Advice, &'static str, String)> {
    topic.starts_with('/').then(|| (&LEADING_SLASH, key, topic.to_owned()))
}
