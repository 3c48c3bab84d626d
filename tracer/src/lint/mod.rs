//! Names the rules that traffic breaks: each packet's own, and those of the conversation.
//!
//! ```text
//!   tap::Record ─▶ Conversation ─▶ Seen ─▶ judge ─┬─▶ its own error           rules on the bytes
//!                                                 ├─▶ link, admission         what may come when, who is let in
//!                                                 │     └─ offence            on whom the server has to hang up
//!                                                 ├─▶ session, exchanges      identifiers, QoS 1 and 2, order
//!                                                 ├─▶ subscriptions           how they are answered
//!                                                 ├─▶ delivered               due to whom, QoS, RETAIN
//!                                                 │     ├─ published, wills   where it comes from
//!                                                 │     ├─ retained           what the server has to keep
//!                                                 │     └─ arrivals, lowered, due   what is missing
//!                                                 └─▶ advice                  what is lawful, and unwise
//! ```
//!
//! It knows nothing of any broker or client, so it can judge all of them. It looks on from somewhere on
//! the way and may have come late: where what it did not see could make something lawful, it is silent.
//! A deadline that the standard does not set is not set here either. The tests have a table of all rules:
//! what breaks each of them, what nearly does, and why some cannot be judged at all.
//!
//! # What it holds in memory
//!
//! | for each | what | at the most |
//! |---|---|---|
//! | open connection | stage, keep alive, PINGREQs that wait, the will | what its client may leave unanswered |
//! | session | exchanges under way and ended (by identifier: 65535 each way), subscriptions (10,000), what was overtaken or came too low (a few thousand) | 50,000 sessions whose connections are closed |
//! | message | a hash of topic and payload, when and how it was published: no payload | 200,000 messages |
//! | topic | a hash, the retained message as a hash and eight before it | 100,000 topics |
//! | piece of advice | its subject, so that it is given once | 10,000 subjects |
//!
//! Of a clean session nothing is left behind its connection but that it was there. Where a limit is reached,
//! the lint forgets, and is silent on what it would have to know.

mod admission;
mod advice;
mod arrivals;
mod delivered;
mod due;
mod exchanges;
#[cfg(feature = "json")]
mod json;
mod judge;
mod link;
mod lowered;
mod offence;
mod published;
mod remark;
mod retained;
mod session;
mod subscriptions;
mod text;
mod wills;

use tap::{Record, What};
use wire::Version;

pub use advice::{ADVICE, Advice};
#[cfg(feature = "json")]
pub use json::json;
pub use remark::{Matter, Place, Remark};
pub use text::{Summary, comment, text};

use crate::conversation::{Conversation, Entry};
use judge::Judge;

/// Reads records in the order in which they happened, and says what is wrong with them.
#[derive(Debug)]
pub struct Lint {
    conversation: Conversation,
    judge: Judge,
}

impl Default for Lint {
    fn default() -> Self {
        Self::new(Version::default())
    }
}

impl Lint {
    /// A lint that has seen nothing. A stream whose CONNECT is not seen is read as `assumed_version`.
    pub fn new(assumed_version: Version) -> Self {
        Self { conversation: Conversation::new(assumed_version), judge: Judge::default() }
    }

    /// What is to be said on what just happened. It may concern a packet before.
    pub fn add(&mut self, record: Record) -> Vec<Remark> {
        let closed = match (&record.what, record.connection) {
            (What::Opened { .. }, Some(connection)) => {
                self.judge.open(connection);
                None
            }
            (What::Missing, connection) => {
                self.judge.miss(connection);
                None
            }
            (What::Closed { .. }, connection) => connection,
            _ => None,
        };
        match (self.conversation.add(record), closed) {
            (Some(Entry::Packet(seen)), _) => self.judge.packet(&seen),
            (Some(Entry::Event(event)), Some(connection)) => {
                self.judge.close(connection, event.time)
            }
            _ => Vec::new(),
        }
    }

    /// How many packets and connections there were, and what was said on them.
    pub fn summary(&self) -> Summary {
        self.judge.summary
    }
}
