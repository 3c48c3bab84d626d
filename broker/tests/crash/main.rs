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

#[path = "../support/mod.rs"]
mod support;

mod alice;
mod bob;
mod chance;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use wire::Qos;

use alice::{Alice, Mark, number_in};
use bob::Bob;
use chance::Chance;
use support::process::Process;
use support::session::Connection;

/// How long anything may take before the test fails. Nothing waits that long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

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
    let mut alice = Alice::new(Chance(chance.below(u64::MAX)), acknowledged);
    let mut bob = Bob::new(heard);
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
            if chance.below(4) == 0 && alice.has_room() {
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
