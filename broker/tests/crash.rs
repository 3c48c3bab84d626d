//! `kill -9` at any moment: what the broker has acknowledged is never lost, and at QoS 2 nothing comes
//! twice.
//!
//! Alice publishes numbered messages, one at QoS 1, one at QoS 2, one retained, as chance will have it;
//! bob is subscribed. Both go on with their sessions on each new broker. The broker is killed when a
//! random number of messages was acknowledged, so that it dies in the midst of its work: half a window
//! of messages is at each stage of its way.
#![cfg(all(unix, feature = "store"))]
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test
#![allow(clippy::print_stdout)] // the seed, and the figures

mod support;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use delivery::{Incoming, Message, Outgoing};
use support::process::Process;
use support::session::Connection;
use wire::{Packet, Pubrel, Qos, TopicName};

/// How long anything may take before the test fails. Nothing waits that long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

const WINDOW: NonZeroU16 = NonZeroU16::new(20).unwrap();

/// Chance, which is the same for the same seed.
struct Chance(u64);

impl Chance {
    /// Of the environment's `CRASH_SEED`, or a new one. It is printed, so that a run can be repeated.
    fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let new = || u64::try_from(now % 1_000_000).unwrap();
        let seed = std::env::var("CRASH_SEED").map_or_else(|_| new(), |seed| seed.parse().unwrap());
        println!("CRASH_SEED={seed}");
        Self(seed)
    }

    /// A number below this one (SplitMix64).
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Which message.
#[derive(Clone, Copy)]
struct Mark {
    number: u32,
    /// Its topic, if it is to be retained.
    retained: Option<&'static str>,
}

/// Who publishes. A message is acknowledged at its PUBACK, or at its PUBCOMP.
struct Alice {
    chance: Chance,
    outgoing: Outgoing<Mark>,
    last: u32,
    acknowledged: Sender<Mark>,
    /// How many messages there are to be; then she waits until all of them are acknowledged.
    until: Option<u32>,
}

impl Alice {
    /// Publishes until the broker is gone, or everything is acknowledged.
    fn publish(&mut self, address: SocketAddr) -> io::Result<()> {
        let (mut connection, present) = Connection::open(address, "alice", false)?;
        assert!(present || self.outgoing.in_flight() == 0, "alice's session is lost");
        self.outgoing.resume();
        loop {
            while self.outgoing.queued() == 0 && self.until.is_none_or(|until| self.last < until) {
                let (message, mark) = self.message();
                self.outgoing.enqueue(message, mark);
                if self.outgoing.in_flight() >= WINDOW.get().into() {
                    break;
                }
                self.send(&mut connection)?;
            }
            self.send(&mut connection)?;
            if self.outgoing.is_idle() {
                return Ok(());
            }
            let done = match connection.next()? {
                Packet::Puback(it) => self.outgoing.puback(it.packet_identifier).unwrap(),
                Packet::Pubcomp(it) => self.outgoing.pubcomp(it.packet_identifier).unwrap(),
                Packet::Pubrec(it) => {
                    let pubrel = self.outgoing.pubrec(it.packet_identifier).unwrap();
                    connection.send(pubrel)?;
                    continue;
                }
                other => panic!("alice got {other:?}"),
            };
            self.acknowledged.send(done).unwrap();
        }
    }

    /// Publishes as many messages as she may without an acknowledgement, and reads none of those: all
    /// that the broker has taken will come again. Tells the first of them that is new.
    fn publish_without_looking(&mut self, address: SocketAddr) -> io::Result<(Connection, u32)> {
        let (mut connection, _) = Connection::open(address, "alice", false)?;
        let first = self.last + 1;
        self.outgoing.resume();
        while self.outgoing.in_flight() < WINDOW.get().into() {
            let (message, mark) = self.message();
            self.outgoing.enqueue(message, mark);
            self.send(&mut connection)?;
        }
        Ok((connection, first))
    }

    fn send(&mut self, connection: &mut Connection) -> io::Result<()> {
        while let Some(departure) = self.outgoing.next() {
            connection.send(departure.packet)?;
        }
        Ok(())
    }

    /// The next message: its number, and as many bytes behind it as chance wants.
    fn message(&mut self) -> (Message, Mark) {
        self.last += 1;
        let qos = if self.chance.below(2) == 0 { Qos::AtLeastOnce } else { Qos::ExactlyOnce };
        let retained = (self.chance.below(4) == 0).then_some(retained_topic(qos));
        let largest = if self.chance.below(16) == 0 { 16 << 10 } else { 200 };
        let length = usize::try_from(self.chance.below(largest)).unwrap();
        let mut payload = self.last.to_be_bytes().to_vec();
        payload.resize(4 + length, 0x2a);
        let topic = TopicName::try_from(retained.unwrap_or("t/message")).unwrap();
        let retain = retained.is_some();
        let message = Message { topic, payload: Bytes::from(payload), qos, retain };
        (message, Mark { number: self.last, retained })
    }
}

/// Each QoS has a topic of its own for what is retained, because order is promised for one topic at one QoS
/// [MQTT-4.6.0-6]: a message at QoS 1 that is sent again is a new publication [MQTT-4.3.2-2], and may
/// replace one at QoS 2 that was sent behind it and is known already.
fn retained_topic(qos: Qos) -> &'static str {
    match qos {
        Qos::ExactlyOnce => "t/retained/exactly-once",
        _ => "t/retained/at-least-once",
    }
}

fn number_in(payload: &[u8]) -> u32 {
    u32::from_be_bytes(*payload.first_chunk().unwrap())
}

/// Who is subscribed.
struct Bob {
    incoming: Incoming,
    /// Each message that came and is not a repetition of its exchange, with its QoS.
    got: Vec<(u32, Qos)>,
    heard: Sender<u32>,
}

impl Bob {
    /// Subscribes, and leaves again.
    fn subscribe(address: SocketAddr) -> io::Result<()> {
        let (mut connection, _) = Connection::open(address, "bob", false)?;
        connection.subscribe("t/#", Qos::ExactlyOnce)
    }

    /// Receives until the broker is gone.
    fn receive(&mut self, address: SocketAddr) -> io::Result<()> {
        let (mut connection, present) = Connection::open(address, "bob", false)?;
        assert!(present, "bob's session is lost");
        loop {
            match connection.next()? {
                Packet::Publish(publish) => {
                    let receipt = self.incoming.publish(publish.delivery);
                    let number = number_in(&publish.payload);
                    assert!(!publish.retain, "{number} is no retained message for bob");
                    if receipt.is_new {
                        self.got.push((number, publish.delivery.qos()));
                        self.heard.send(number).unwrap();
                    }
                    connection.send(receipt.answer.unwrap())?;
                }
                Packet::Pubrel(Pubrel { packet_identifier }) => {
                    connection.send(self.incoming.pubrel(packet_identifier).0)?;
                }
                other => panic!("bob got {other:?}"),
            }
        }
    }
}

/// What was acknowledged to alice.
struct Acknowledged {
    marks: Receiver<Mark>,
    count: usize,
    /// For each topic, the last message that was retained.
    retained: BTreeMap<&'static str, u32>,
}

impl Acknowledged {
    /// Waits until so many more messages are acknowledged.
    fn wait_for(&mut self, many: u64) {
        for _ in 0..many {
            let mark = self.marks.recv_timeout(PATIENCE).expect("alice publishes on and on");
            self.add(mark);
        }
    }

    /// Takes note of what was acknowledged meanwhile.
    fn catch_up(&mut self) {
        while let Ok(mark) = self.marks.try_recv() {
            self.add(mark);
        }
    }

    fn add(&mut self, mark: Mark) {
        self.count += 1;
        if let Some(topic) = mark.retained {
            let last = self.retained.entry(topic).or_default();
            *last = mark.number.max(*last);
        }
    }
}

/// Looks at the retained messages of a broker that was just started: each is the last one that was
/// acknowledged, or one behind it that the broker had got already.
fn look_at_retained(address: SocketAddr, acknowledged: &BTreeMap<&str, u32>) {
    let (mut carol, _) = Connection::open(address, "carol", true).unwrap();
    for (topic, &acknowledged) in acknowledged {
        carol.subscribe(topic, Qos::AtMostOnce).unwrap();
        let message = carol.message();
        assert!(message.retain, "it came late [MQTT-3.3.1-8]");
        let kept = number_in(&message.payload);
        assert!(kept >= acknowledged, "{topic} has {kept}, and {acknowledged} was acknowledged");
    }
}

/// Kills the broker so many times, and then looks at what bob got.
fn crash(kills: u32) {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path();
    let mut chance = Chance::new();
    let (acknowledged, marks) = channel();
    let (heard, hearsay) = channel();
    let mut alice = Alice {
        chance: Chance(chance.below(u64::MAX)),
        outgoing: Outgoing::new(WINDOW),
        last: 0,
        acknowledged,
        until: None,
    };
    let mut bob = Bob { incoming: Incoming::default(), got: vec![], heard };

    let mut acknowledged = Acknowledged { marks, count: 0, retained: BTreeMap::new() };

    let first = Process::start(store, &[]);
    Bob::subscribe(first.address).unwrap();
    first.kill();
    for _ in 1..kills {
        if chance.below(8) == 0 {
            Process::start_in_vain(store);
        }
        let broker = Process::start(store, &[]);
        let address = broker.address;
        look_at_retained(address, &acknowledged.retained);
        thread::scope(|scope| {
            scope.spawn(|| bob.receive(address));
            if chance.below(4) == 0 && alice.outgoing.in_flight() < WINDOW.get().into() {
                let (_connection, first) = alice.publish_without_looking(address).unwrap();
                let many = u64::from(alice.last + 1 - first);
                let last = first + u32::try_from(chance.below(many)).unwrap();
                wait_for(&hearsay, last);
            } else {
                scope.spawn(|| alice.publish(address));
                acknowledged.wait_for(chance.below(60));
            }
            broker.kill();
        });
        acknowledged.catch_up();
    }
    finish(store, &mut alice, &mut bob, &hearsay);
    acknowledged.catch_up();
    check(alice.last, &bob.got);
    let (count, got) = (acknowledged.count, bob.got.len());
    println!("{kills} kills, {count} messages acknowledged, {got} received");
}

/// Waits until bob got this message.
fn wait_for(hearsay: &Receiver<u32>, number: u32) {
    while hearsay.recv_timeout(PATIENCE).expect("bob gets what alice publishes") != number {}
}

/// Lets all that is under way come to its end, and stops the broker well; then nothing is left.
fn finish(store: &Path, alice: &mut Alice, bob: &mut Bob, hearsay: &Receiver<u32>) {
    for _ in 0..2 {
        let broker = Process::start(store, &[]);
        let address = broker.address;
        let last = alice.last + 1;
        alice.until = Some(last);
        thread::scope(|scope| {
            scope.spawn(|| bob.receive(address));
            alice.publish(address).unwrap();
            // What comes last was sent last.
            wait_for(hearsay, last);
            assert_eq!(broker.stop().status.code(), Some(0));
        });
    }
}

/// What alice published, all of which was acknowledged in the end, against what bob got.
fn check(published: u32, got: &[(u32, Qos)]) {
    let mut times = BTreeMap::<u32, (usize, Qos)>::new();
    let mut first = Vec::new();
    for &(number, qos) in got {
        let times = times.entry(number).or_insert((0, qos));
        times.0 += 1;
        if times.0 == 1 {
            first.push(number);
        }
    }
    let all: Vec<u32> = (1..=published).collect();
    let lost: Vec<_> = all.iter().filter(|number| !times.contains_key(number)).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    let doubled: Vec<_> =
        times.iter().filter(|(_, (times, qos))| *qos == Qos::ExactlyOnce && *times > 1).collect();
    assert!(doubled.is_empty(), "doubled at QoS 2: {doubled:?}");
    assert_eq!(first, all, "each came for the first time in its order");
}

#[test]
fn ten_kills_lose_nothing_and_double_nothing_at_qos_2() {
    crash(10);
}

#[test]
#[ignore = "takes minutes: 200 kills of the broker"]
fn two_hundred_kills_lose_nothing_and_double_nothing_at_qos_2() {
    crash(200);
}
