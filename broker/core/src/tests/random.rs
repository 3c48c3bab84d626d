//! Whatever comes in, in whatever order: the broker does not panic, and keeps its word.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use wire::{Disconnect, Pingreq};

use super::*;
use crate::Event;

/// One thing that happens to one of few connections.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Open,
    Packet(u64, Packet),
    Malformed(u64),
    Cut(u64),
    Ready(u64),
    Wait(u64),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Open),
        12 => (0..6_u64, packet()).prop_map(|(id, packet)| Step::Packet(id, packet)),
        1 => (0..6_u64).prop_map(Step::Malformed),
        1 => (0..6_u64).prop_map(Step::Cut),
        3 => (0..6_u64).prop_map(Step::Ready),
        1 => (0..4000_u64).prop_map(Step::Wait),
    ]
}

impl Step {
    /// Plays it on one of the latest connections.
    pub(super) fn play(self, world: &mut World) {
        let latest = world.last_connection;
        let recent = |back: u64| ConnectionId(latest.saturating_sub(back));
        match self {
            Self::Open => {
                world.open();
            }
            Self::Packet(back, packet) => world.send(recent(back), packet),
            Self::Malformed(back) => world.malformed(recent(back), b"\xc1\0"),
            Self::Cut(back) => world.cut(recent(back)),
            Self::Ready(back) => {
                world.broker.step(world.now, recent(back), Input::Ready, &mut world.outputs);
            }
            Self::Wait(milliseconds) => world.wait(Duration::from_millis(milliseconds)),
        }
    }
}

fn packet() -> impl Strategy<Value = Packet> {
    let topic = prop_oneof![Just("a"), Just("a/b"), Just("b"), Just("$s")];
    let filter = prop_oneof![Just("a"), Just("a/#"), Just("+"), Just("#"), Just("+/b"), Just("$s")];
    let identifier = 1..4_u16;
    let qos = proptest::sample::select(Qos::ALL.to_vec());
    prop_oneof![
        3 => connect().prop_map(Packet::from),
        4 => (topic, qos.clone(), identifier.clone(), any::<[bool; 3]>()).prop_map(
            |(topic, qos, identifier, [dup, retain, empty])| {
                let delivery = Delivery::new(qos, Some(number(identifier)), dup).unwrap();
                let payload = if empty { "" } else { "x" };
                Publish { delivery, retain, ..publish(topic, payload, qos) }.into()
            }
        ),
        3 => (filter.clone(), qos).prop_map(|(filter, qos)| subscribe(1, &[(filter, qos)]).into()),
        1 => filter.prop_map(|filter| unsubscribe(1, &[filter]).into()),
        1 => identifier.clone().prop_map(puback),
        1 => identifier.clone().prop_map(pubrec),
        1 => identifier.clone().prop_map(pubrel),
        1 => identifier.prop_map(pubcomp),
        1 => Just(Pingreq.into()),
        1 => Just(Disconnect.into()),
    ]
}

fn connect() -> impl Strategy<Value = Connect> {
    let name = prop_oneof![Just("alice"), Just("bob"), Just("")];
    (name, any::<bool>(), 0..3_u16, any::<bool>()).prop_map(
        |(name, clean_session, keep_alive, has_will)| {
            let will = has_will.then(|| will("a", Qos::AtLeastOnce, true));
            Connect { clean_session, keep_alive, will, ..clean(name) }
        },
    )
}

/// What a caller may rely on, seen from outside.
#[derive(Default)]
struct Promises {
    open: BTreeSet<ConnectionId>,
    /// Whether CONNACK was the first packet.
    greeted: BTreeSet<ConnectionId>,
    /// Identifiers of messages under way to each connection.
    under_way: BTreeMap<ConnectionId, BTreeSet<PacketIdentifier>>,
}

impl Promises {
    fn check(&mut self, output: Output) {
        match output {
            Output::Send(id, packet) => {
                assert!(self.open.contains(&id), "{packet:?} to a closed {id:?}");
                let is_connack = matches!(packet, Packet::Connack(_));
                let was_greeted = !self.greeted.insert(id);
                assert_ne!(is_connack, was_greeted, "CONNACK comes first, and once");
                if let Packet::Publish(publish) = &packet
                    && let Some(identifier) = publish.delivery.packet_identifier()
                {
                    let is_new = self.under_way.entry(id).or_default().insert(identifier);
                    assert!(is_new, "{identifier} is in use [MQTT-2.3.1-4]");
                }
                packet.to_bytes().expect("whatever is sent can be encoded");
            }
            Output::Close(id) => {
                assert!(self.open.remove(&id), "{id:?} is closed twice");
            }
            Output::More(id) => assert!(self.open.contains(&id), "more for a closed {id:?}"),
            Output::Event(_, event) => assert_ne!(event.to_string(), ""),
            Output::Store(change) => panic!("{change:?} for a store that nobody has"),
        }
    }
}

proptest! {
    #[test]
    fn whatever_comes_in_the_broker_keeps_its_word(steps in proptest::collection::vec(step(), 1..200)) {
        let mut world = World::with(Configuration {
            in_flight: std::num::NonZeroU16::new(2).unwrap(),
            max_queued_messages: 3,
            retained_page: 1,
            ..Configuration::default()
        });
        let mut promises = Promises::default();
        for step in steps {
            let latest = world.last_connection;
            let recent = |back: u64| ConnectionId(latest.saturating_sub(back).max(1));
            match step {
                Step::Open => { let id = world.open(); promises.open.insert(id); }
                Step::Packet(back, packet) => {
                    if let Packet::Puback(Puback { packet_identifier })
                        | Packet::Pubcomp(Pubcomp { packet_identifier }) = packet
                    {
                        promises.under_way.entry(recent(back)).or_default().remove(&packet_identifier);
                    }
                    world.send(recent(back), packet);
                }
                Step::Malformed(_) | Step::Ready(_) | Step::Wait(_) => step.play(&mut world),
                Step::Cut(back) => { world.cut(recent(back)); promises.open.remove(&recent(back)); }
            }
            for output in world.outputs() {
                promises.check(output);
            }
            let known: BTreeSet<_> = world.broker.connections.keys().copied().collect();
            prop_assert_eq!(&known, &promises.open, "the broker knows who is there");
            prop_assert!(world.broker.deadline().is_none_or(|at| at > world.now));
        }
        for session in world.broker.sessions.values() {
            prop_assert!(session.outgoing.queued() <= 3 && session.outgoing.in_flight() <= 2);
            prop_assert!(session.connection.is_some() || !session.clean);
        }
    }

    /// The same inputs give the same outputs.
    #[test]
    fn the_broker_is_deterministic(steps in proptest::collection::vec(step(), 1..100)) {
        let run = || {
            let mut world = World::new();
            for step in steps.clone() {
                step.play(&mut world);
            }
            world.outputs()
        };
        prop_assert_eq!(run(), run());
    }
}

/// An acknowledgement of what is not under way may end no exchange; the check above relies on it.
#[test]
fn a_puback_for_qos_2_ends_nothing() {
    let mut world = World::new();
    let alice = world.client(clean("alice"));
    world.subscribe(alice, "a", Qos::ExactlyOnce);
    world.send(alice, publish("a", "x", Qos::ExactlyOnce));
    world.outputs();
    world.send(alice, puback(1));
    let outputs = world.outputs();
    assert!(matches!(outputs[..], [Output::Event(_, Event::Unexpected { .. })]));
}
