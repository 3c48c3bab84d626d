//! Tells the class how an exercise went.
//!
//! ```text
//!   guide ──▶ Teller ── channel ──▶ thread: a client of the lab, connected while there is something to tell
//! ```
//!
//! Whoever only checks connects, tells, and goes. Whoever watches stays, and leaves a will: if the process
//! dies, the broker says that nobody is there any more.

use std::thread::{self, JoinHandle};
use std::time::Duration;

use client::{Backoff, Client, Notice, Options};
use delivery::Message;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use wire::{Qos, TextError, TopicName, Will};

use super::membership::Membership;
use super::topics::{Topics, text};
use super::{local, runtime};

/// How long the learner waits for the class, at the most.
const PATIENCE: Duration = Duration::from_secs(3);

/// Tells the class. What goes wrong there is said at the [end](Self::finish), and harms nothing.
pub(in crate::command) struct Teller {
    membership: Membership,
    is_present: bool,
    running: Option<Running>,
}

struct Running {
    words: UnboundedSender<Word>,
    thread: JoinHandle<Result<(), String>>,
}

/// What is said, and of what. Nothing takes back what was said before.
#[derive(Clone, Debug)]
enum Word {
    Presence(&'static str),
    Outcome { number: String, outcome: String },
}

impl Teller {
    /// Somebody who comes, tells, and goes.
    pub(in crate::command) fn new(membership: Membership) -> Self {
        Self { membership, is_present: false, running: None }
    }

    /// From now on the learner is there, until this ends.
    pub(in crate::command) fn be_present(&mut self) {
        self.is_present = true;
        self.start();
    }

    /// Tells how an exercise went. An empty word takes it back.
    pub(in crate::command) fn tell(&mut self, number: &str, outcome: &str) {
        let (number, outcome) = (number.to_owned(), outcome.to_owned());
        self.say(Word::Outcome { number, outcome });
    }

    /// Takes part from now on, though nobody is there yet.
    pub(super) fn enter(&mut self) {
        self.say(Word::Presence("0"));
    }

    /// Takes part no more.
    pub(super) fn leave(&mut self) {
        self.say(Word::Presence(""));
    }

    fn say(&mut self, mut word: Word) {
        // A thread that has ended could not reach the class: the next one may.
        for _ in 0..2 {
            let running = self.running.as_ref();
            match running.map(|running| running.words.send(word.clone())) {
                Some(Ok(())) => return,
                Some(Err(refused)) => word = refused.0,
                None => {}
            }
            self.start();
        }
    }

    /// Waits until everything was told, and says what was not.
    pub(in crate::command) fn finish(mut self) -> Result<(), String> {
        match self.running.take() {
            None => Ok(()),
            Some(Running { words, thread }) => {
                drop(words);
                thread.join().unwrap_or_else(|_| Err("it ended unexpectedly".to_owned()))
            }
        }
    }

    fn start(&mut self) {
        let (words, told) = unbounded_channel();
        let (membership, is_present) = (self.membership.clone(), self.is_present);
        let thread = thread::spawn(move || {
            let runtime = runtime().map_err(|error| error.to_string())?;
            let place = membership.broker.clone();
            let told = runtime.block_on(Conversation::hold(membership, is_present, told));
            told.map_err(|error| format!("the class at {place} was not told: {error}"))
        });
        self.running = Some(Running { words, thread });
    }
}

/// The conversation with the broker of the class.
struct Conversation {
    client: Client,
    topics: Topics,
    membership: Membership,
}

impl Conversation {
    async fn hold(
        membership: Membership,
        is_present: bool,
        mut told: UnboundedReceiver<Word>,
    ) -> Result<(), String> {
        let topics = Topics::new(&membership.class);
        let presence = topics.presence(&membership.name).map_err(plain)?;
        let options = options(&membership, is_present.then(|| presence.clone()))?;
        let connected = timeout(PATIENCE, Client::connect(options)).await.map_err(late)?;
        let (client, mut notices) = connected.map_err(plain)?;
        let this = Self { client, topics, membership };
        if is_present {
            this.publish(presence.clone(), "1").await?;
        }
        loop {
            tokio::select! {
                word = told.recv() => match word {
                    Some(Word::Outcome { number, outcome }) => this.outcome(&number, &outcome).await?,
                    Some(Word::Presence(word)) => this.publish(presence.clone(), word).await?,
                    None => break,
                },
                notice = notices.next() => match notice {
                    Some(Notice::Reconnected { .. }) => this.publish(presence.clone(), "1").await?,
                    Some(_) => {}
                    None => return Err("the connection is lost".to_owned()),
                },
            }
        }
        if is_present {
            this.publish(presence, "0").await?;
        }
        timeout(PATIENCE, this.client.disconnect()).await.map_err(late)
    }

    async fn outcome(&self, number: &str, word: &str) -> Result<(), String> {
        let topic = self.topics.exercise(&self.membership.name, number).map_err(plain)?;
        self.publish(topic, word).await
    }

    /// Retained, so that a board that comes later knows it as well.
    async fn publish(&self, topic: TopicName, word: &str) -> Result<(), String> {
        let payload = word.to_owned().into();
        let message = Message { topic, payload, qos: Qos::AtLeastOnce, retain: true };
        timeout(PATIENCE, self.client.publish(message)).await.map_err(late)?.map_err(plain)
    }
}

/// A client without a name, so that two of one learner do not drive each other out.
fn options(membership: &Membership, presence: Option<TopicName>) -> Result<Options, String> {
    let address = local::resolve(&membership.broker)?;
    let nameless = text("").map_err(plain::<TextError>)?;
    let mut options = Options::new(&address.ip().to_string(), address.port(), nameless);
    if let Some(topic) = presence {
        options.configuration.will =
            Some(Will { topic, message: "0".into(), qos: Qos::AtLeastOnce, retain: true });
        options.reconnect = Some(Backoff::default());
    }
    Ok(options)
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn plain<E: ToString>(error: E) -> String {
    error.to_string()
}

fn late(_: tokio::time::error::Elapsed) -> String {
    format!("no answer within {} s", PATIENCE.as_secs())
}
