//! What is lawful, and unwise.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use tap::Direction;
use wire::{Connect, Packet, Publish, Qos};

use super::published::{Content, content};
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
    &RETAINED_FLAPS,
    &ANOTHER_VERSION,
    &BRIDGE,
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

static RETAINED_FLAPS: Advice = Advice {
    id: "retained-flaps",
    section: "3.3.1.3",
    sentence: "The retained message of this topic goes to and fro at QoS 0: which one a late subscriber gets is chance, and it may be none.",
};

static ANOTHER_VERSION: Advice = Advice {
    id: "another-version",
    section: "3.1.2.2",
    sentence: "This version of MQTT is not known here: nothing more is said about this connection.",
};

static BRIDGE: Advice = Advice {
    id: "bridge",
    section: "3.1.2.2",
    sentence: "A bridge says so by the highest bit of the level: servers that know that mark, which is in no standard, serve it otherwise than a client. Nothing more is said about this connection.",
};

/// Subjects that are remembered, so that each piece of advice is given once.
const MOST_SUBJECTS: usize = 10_000;

/// Remembers which advice was given on what.
#[derive(Debug, Default)]
pub(super) struct Adviser {
    given: BTreeSet<(&'static str, String)>,
    retained: BTreeMap<String, Retained>,
}

/// The last retained messages of QoS 0 on a topic.
#[derive(Debug, Default)]
struct Retained {
    last: Content,
    before: Content,
    /// When the message was one that had been replaced before.
    returns: VecDeque<Duration>,
}

impl Retained {
    /// Whether the message goes to and fro, with this one.
    fn flaps(&mut self, content: Content, time: Duration) -> bool {
        if content == self.last {
            return false;
        }
        if content == self.before {
            self.returns.push_back(time);
        }
        (self.before, self.last) = (self.last, content);
        self.returns.retain(|at| *at + WHILE > time);
        self.returns.len() >= RETURNS
    }
}

/// So often within [`WHILE`] a message returns until it goes to and fro.
const RETURNS: usize = 4;

const WHILE: Duration = Duration::from_secs(60);

impl Adviser {
    /// The advice on a packet, each with the key of its field, and which one of those.
    pub(super) fn advise(
        &mut self,
        seen: &Seen<'_>,
    ) -> Vec<(&'static Advice, &'static str, usize)> {
        let Ok(packet) = &seen.outcome else { return Vec::new() };
        let mut given = on(packet, seen);
        if seen.is_of_bridge() {
            given.push(Given::new(&BRIDGE, keys::PACKET, &seen.client));
        }
        if let Packet::Publish(publish) = packet
            && given.iter().any(|given| given.advice == &RETAINED_AT_QOS_0)
            && self.flaps(publish, seen.time)
        {
            given.push(Given::new(&RETAINED_FLAPS, keys::RETAIN, &publish.topic));
        }
        given.retain(|Given { advice, subject, .. }| {
            self.given.len() < MOST_SUBJECTS && self.given.insert((advice.id, subject.clone()))
        });
        given.into_iter().map(|it| (it.advice, it.key, it.nth)).collect()
    }

    /// Whether the retained message of this topic goes to and fro.
    fn flaps(&mut self, publish: &Publish, time: Duration) -> bool {
        let topic = &*publish.topic;
        if !self.retained.contains_key(topic) && self.retained.len() >= MOST_SUBJECTS {
            return false;
        }
        let retained = self.retained.entry(topic.to_owned()).or_default();
        retained.flaps(content(topic, &publish.payload), time)
    }
}

/// The port at which MQTT is spoken over TLS.
const TLS_PORT: u16 = 8883;

/// A piece of advice on a field of a packet.
struct Given {
    advice: &'static Advice,
    key: &'static str,
    /// Which one of the fields with that key, from 0.
    nth: usize,
    /// What it is about. It is given once on each subject.
    subject: String,
}

impl Given {
    fn new(advice: &'static Advice, key: &'static str, subject: &str) -> Self {
        Self { advice, key, nth: 0, subject: subject.to_owned() }
    }
}

fn on(packet: &Packet, seen: &Seen<'_>) -> Vec<Given> {
    match packet {
        Packet::Connect(connect) => on_connect(connect, seen.connection.server.port()),
        Packet::ForeignConnect(foreign) => {
            let subject = format!("{} {}", foreign.protocol_name, foreign.protocol_level);
            vec![Given::new(&ANOTHER_VERSION, keys::PACKET, &subject)]
        }
        Packet::Subscribe(subscribe) => {
            let filters = subscribe.subscriptions.iter().map(|it| &*it.topic_filter).enumerate();
            filters.flat_map(|(nth, filter)| on_filter(filter, nth)).collect()
        }
        Packet::Publish(publish) => {
            let mut given: Vec<_> = on_slash(&publish.topic, keys::TOPIC).into_iter().collect();
            // To a subscriber it may come at QoS 0 because that is what was asked for.
            let is_published = seen.direction == Direction::ToServer;
            let is_kept = publish.retain && !publish.payload.is_empty();
            if is_published && is_kept && publish.delivery.qos() == Qos::AtMostOnce {
                given.push(Given::new(&RETAINED_AT_QOS_0, keys::QOS, &publish.topic));
            }
            given
        }
        _ => Vec::new(),
    }
}

fn on_connect(connect: &Connect, port: u16) -> Vec<Given> {
    let name = connect.client_identifier.as_str();
    let password = connect.credentials.as_ref().and_then(|given| given.password.as_ref());
    let mut given = Vec::new();
    if name.len() > 23 {
        given.push(Given::new(&LONG_CLIENT_IDENTIFIER, keys::CLIENT_IDENTIFIER, name));
    }
    if connect.keep_alive == 0 {
        given.push(Given::new(&NO_KEEP_ALIVE, keys::KEEP_ALIVE, name));
    }
    if password.is_some() && port != TLS_PORT {
        given.push(Given::new(&OPEN_PASSWORD, keys::PASSWORD, name));
    }
    given.extend(connect.will.as_ref().and_then(|will| on_slash(&will.topic, keys::WILL_TOPIC)));
    given
}

fn on_filter(filter: &str, nth: usize) -> Vec<Given> {
    let is_wild = filter.starts_with(['#', '+']);
    let wild = is_wild.then(|| Given::new(&WILDCARD_AT_ROOT, keys::TOPIC_FILTER, filter));
    let given = wild.into_iter().chain(on_slash(filter, keys::TOPIC_FILTER));
    given.map(|given| Given { nth, ..given }).collect()
}

fn on_slash(topic: &str, key: &'static str) -> Option<Given> {
    topic.starts_with('/').then(|| Given::new(&LEADING_SLASH, key, topic))
}
