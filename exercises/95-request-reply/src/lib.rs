//! 95-request-reply: Whose answer is it?
//!
//! You ask questions over MQTT. A question goes to the topic `request`, as a text of three parts:
//! `TOPIC NUMBER WORDS`, which are the topic for the answer, the number of the question, and the question
//! itself. The answer comes on that topic, which is below `response/`, as `NUMBER WORDS`. Answers come in
//! any order, twice, late, or never, and you are not the only one who asks. A question that has no answer
//! after 5 s is given up.
//!
//! Check it:  cargo test -p ex-95-request-reply
//! Read:      request-reply.html#more-than-one-question in the book (cargo run -p book)

use std::collections::BTreeMap;
use std::time::Duration;

/// How long a question waits for its answer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// A client that asks.
pub struct Requester {
    /// Its Client Identifier.
    pub name: String,
    /// The number of its last question. The first one is number 1.
    pub last: u32,
    /// The questions that wait for their answer, by number, each with the moment at which it is given up.
    pub open: BTreeMap<u32, Duration>,
}

impl Requester {
    /// A client that has not asked yet.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), last: 0, open: BTreeMap::new() }
    }

    /// The topic to which the client subscribes, and on which its answers come: `response/` and its
    /// name.
    pub fn reply_topic(&self) -> String {
        todo!("name a topic for your own answers: whose name is in it?")
    }

    /// Asks a question: gives what is to be published on `request`.
    pub fn ask(&mut self, now: Duration, words: &str) -> String {
        todo!("number the question, note until when it waits, and write the three parts")
    }

    /// A message came on the reply topic. Gives the number of the question that it answers, and the
    /// words; None if it answers none that is open.
    pub fn answer(&mut self, payload: &str) -> Option<(u32, String)> {
        todo!("find the question that this answers, which is no longer open then")
    }

    /// Time has passed. Gives the questions that nobody answered in time, and no longer waits for them.
    pub fn give_up(&mut self, now: Duration) -> Vec<u32> {
        todo!("take out what is late, and give its numbers")
    }
}
