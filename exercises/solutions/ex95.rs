//! 95-request-reply: Whose answer is it?
//!
//! kind: behaviour
//! minutes: 35
//! part: core
//! page: request-reply.html#more-than-one-question
//! misconception: PUBACK is the reply, or the broker knows which answer belongs to which question.
//! first: your own answers
//! checks with: broker-core client-core delivery lab wire
//! hint: Two things make an answer yours: a topic on which nobody else waits, and a number by which you know
//!   the question again. What do you do with a number that you do not wait for?
//! hint: The topic has your name in it. ask() takes the next number, and notes until when it waits for it.
//!   answer() looks the number up and removes it, so that a second answer finds nothing. give_up() removes
//!   what is late, so that an answer behind it finds nothing either.
//! hint: answer() is: `let (number, body) = payload.split_once(' ')?;`, then `number.parse().ok()?`, then
//!   `self.open.remove(&number)?`. give_up() collects the numbers whose moment is `<= now` first, and
//!   removes them then.
//!
//! You ask questions over MQTT. A question goes to the topic `request`, as a text of three parts:
//! `TOPIC NUMBER WORDS`, which are the topic for the answer, the number of the question, and the question
//! itself. The answer comes on that topic, which is below `response/`, as `NUMBER WORDS`. Answers come in
//! any order, twice, late, or never, and you are not the only one who asks. A question that has no answer
//! after 5 s is given up.

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
        // LAB: todo!("name a topic for your own answers: whose name is in it?")
        format!("response/{}", self.name)
        // LAB-END
    }

    /// Asks a question: gives what is to be published on `request`.
    pub fn ask(&mut self, now: Duration, words: &str) -> String {
        // LAB: todo!("number the question, note until when it waits, and write the three parts")
        self.last += 1;
        self.open.insert(self.last, now + PATIENCE);
        format!("{} {} {words}", self.reply_topic(), self.last)
        // LAB-END
    }

    /// A message came on the reply topic. Gives the number of the question that it answers, and the
    /// words; None if it answers none that is open.
    pub fn answer(&mut self, payload: &str) -> Option<(u32, String)> {
        // LAB: todo!("find the question that this answers, which is no longer open then")
        let (number, words) = payload.split_once(' ')?;
        let number = number.parse().ok()?;
        self.open.remove(&number)?;
        Some((number, words.to_owned()))
        // LAB-END
    }

    /// Time has passed. Gives the questions that nobody answered in time, and no longer waits for them.
    pub fn give_up(&mut self, now: Duration) -> Vec<u32> {
        // LAB: todo!("take out what is late, and give its numbers")
        let is_late = |(number, until): (&u32, &Duration)| (*until <= now).then_some(*number);
        let late: Vec<u32> = self.open.iter().filter_map(is_late).collect();
        self.open.retain(|number, _| !late.contains(number));
        late
        // LAB-END
    }
}
