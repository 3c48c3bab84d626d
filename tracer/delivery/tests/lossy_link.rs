//! Whatever is lost on the way, a message at QoS 1 arrives at least once, one at QoS 2 exactly once,
//! and those of one QoS in the order in which they were published.

#![allow(clippy::unwrap_used)] // a test may

use std::collections::VecDeque;
use std::num::NonZeroU16;

use bytes::Bytes;
use delivery::{Incoming, Message, Outgoing};
use proptest::prelude::*;
use wire::{Packet, Qos, TopicName};

/// Two ends and what is under way between them. A connection delivers in order, and loses everything
/// that is under way when it breaks.
struct Link {
    sender: Outgoing<u8>,
    receiver: Incoming,
    to_receiver: VecDeque<Packet>,
    to_sender: VecDeque<Packet>,
    received: Vec<(Qos, u8)>,
    done: Vec<u8>,
}

/// What may happen next.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Send,
    ReceiverReads,
    SenderReads,
    Break,
}

impl Link {
    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Send => {
                let packet = self.sender.next().map(|departure| departure.packet);
                self.to_receiver.extend(packet);
            }
            Happening::ReceiverReads => {
                if let Some(packet) = self.to_receiver.pop_front() {
                    self.receiver_reads(packet);
                }
            }
            Happening::SenderReads => {
                if let Some(packet) = self.to_sender.pop_front() {
                    self.sender_reads(&packet);
                }
            }
            Happening::Break => {
                self.to_receiver.clear();
                self.to_sender.clear();
                self.sender.suspend();
                self.sender.resume();
            }
        }
    }

    fn receiver_reads(&mut self, packet: Packet) {
        match packet {
            Packet::Publish(publish) => {
                let receipt = self.receiver.publish(publish.delivery);
                if receipt.is_new {
                    self.received.push((publish.delivery.qos(), publish.payload[0]));
                }
                self.to_sender.extend(receipt.answer);
            }
            Packet::Pubrel(pubrel) => {
                let (pubcomp, _) = self.receiver.pubrel(pubrel.packet_identifier);
                self.to_sender.push_back(pubcomp.into());
            }
            other => panic!("a sender never sends {other:?}"),
        }
    }

    fn sender_reads(&mut self, packet: &Packet) {
        match packet {
            Packet::Puback(puback) => {
                self.done.push(self.sender.puback(puback.packet_identifier).unwrap());
            }
            Packet::Pubrec(pubrec) => {
                let pubrel = self.sender.pubrec(pubrec.packet_identifier).unwrap();
                self.to_receiver.push_back(pubrel.into());
            }
            Packet::Pubcomp(pubcomp) => {
                self.done.push(self.sender.pubcomp(pubcomp.packet_identifier).unwrap());
            }
            other => panic!("a receiver never sends {other:?}"),
        }
    }

    /// Nothing breaks any more.
    fn come_to_rest(&mut self) {
        self.happen(Happening::Break);
        while !self.sender.is_idle() {
            for happening in [Happening::Send, Happening::ReceiverReads, Happening::SenderReads] {
                self.happen(happening);
            }
        }
    }
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => Just(Happening::Send),
        4 => Just(Happening::ReceiverReads),
        4 => Just(Happening::SenderReads),
        1 => Just(Happening::Break),
    ]
}

proptest! {
    #[test]
    fn at_least_once_and_exactly_once_hold_on_any_link(
        qos in prop::collection::vec(prop_oneof![Just(Qos::AtLeastOnce), Just(Qos::ExactlyOnce)], 0..20),
        window in 1_u16..5,
        happenings in prop::collection::vec(happening(), 0..200),
    ) {
        let mut link = Link {
            sender: Outgoing::new(NonZeroU16::new(window).unwrap()),
            receiver: Incoming::default(),
            to_receiver: VecDeque::new(),
            to_sender: VecDeque::new(),
            received: Vec::new(),
            done: Vec::new(),
        };
        for (number, &qos) in (0_u8..).zip(&qos) {
            let topic = TopicName::new("t").unwrap();
            let payload = Bytes::copy_from_slice(&[number]);
            link.sender.enqueue(Message { topic, payload, qos, retain: false }, number);
        }
        for happening in happenings {
            link.happen(happening);
        }
        link.come_to_rest();

        let sent = |wanted: Qos| (0_u8..).zip(&qos).filter(move |(_, qos)| **qos == wanted).map(|(number, _)| number);
        let exactly_once: Vec<u8> = of(&link.received, Qos::ExactlyOnce);
        prop_assert_eq!(exactly_once, sent(Qos::ExactlyOnce).collect::<Vec<_>>());

        let at_least_once = of(&link.received, Qos::AtLeastOnce);
        let mut first_times: Vec<u8> = Vec::new();
        for number in at_least_once {
            if !first_times.contains(&number) {
                first_times.push(number);
            }
        }
        prop_assert_eq!(first_times, sent(Qos::AtLeastOnce).collect::<Vec<_>>());

        link.done.sort_unstable();
        prop_assert_eq!(link.done.len(), qos.len(), "each message is done once");
        link.done.dedup();
        prop_assert_eq!(link.done.len(), qos.len(), "and no other");
    }
}

fn of(received: &[(Qos, u8)], wanted: Qos) -> Vec<u8> {
    received.iter().filter(|(qos, _)| *qos == wanted).map(|(_, number)| *number).collect()
}
