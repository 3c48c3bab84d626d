//! 62-resume: What is sent again
//!
//! You are the sending half of a session. `bob` was away in the middle of things, and is back: the broker
//! knows what it sent and what bob has answered (that part is done, read it). Say what goes out behind
//! CONNACK, in which order, and how. It counts as sent from then on: the network may fail again.
//!
//! Check it:  cargo test -p ex-62-resume
//! Read:      session.html#what-is-sent-again in the book (cargo run -p book)

use wire::{Delivery, Packet, PacketIdentifier, Publish, Pubrel};

/// What was sent to bob and is not done.
pub enum Unfinished {
    /// PUBLISH was sent; its PUBACK or PUBREC did not come.
    Published(Publish),
    /// PUBREC came and PUBREL was sent; PUBCOMP did not come.
    Released(PacketIdentifier),
}

/// The sending half of a session.
#[derive(Default)]
pub struct Session {
    /// In the order in which it was sent.
    pub unfinished: Vec<Unfinished>,
    /// What came while bob was away, the oldest first. Nothing of it was ever sent.
    pub waiting: Vec<Publish>,
}

impl Session {
    /// This packet goes to bob for the first time.
    pub fn sent(&mut self, publish: Publish) {
        self.unfinished.push(Unfinished::Published(publish));
    }

    /// bob has answered.
    pub fn answered(&mut self, packet: &Packet) {
        match packet {
            Packet::Puback(puback) => self.forget(puback.packet_identifier),
            Packet::Pubcomp(pubcomp) => self.forget(pubcomp.packet_identifier),
            Packet::Pubrec(pubrec) => {
                self.forget(pubrec.packet_identifier);
                self.unfinished.push(Unfinished::Released(pubrec.packet_identifier));
            }
            _ => {}
        }
    }

    fn forget(&mut self, done: PacketIdentifier) {
        self.unfinished.retain(|unfinished| match unfinished {
            Unfinished::Published(publish) => publish.delivery.packet_identifier() != Some(done),
            Unfinished::Released(packet_identifier) => *packet_identifier != done,
        });
    }

    /// bob is back: what is sent behind CONNACK, in this order.
    pub fn resume(&mut self) -> Vec<Packet> {
        todo!("give what is unfinished, each as what it is now, and then what waited")
    }
}

/// The same PUBLISH, as it is sent when it may have been there before.
pub fn again(publish: &Publish) -> Publish {
    todo!("copy it: what has to be as before, and which flag tells that it is sent again?")
}
