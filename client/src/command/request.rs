//! `client request`: asks a question, and prints the reply.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use clap::Args;
use client::{Client, Options};
use delivery::Message;
use tracer::output::Failure;
use wire::{Subscription, TopicFilter, TopicName};

use super::connection::ConnectionOptions;
use super::exchange::{Letter, MeetingOptions};
use super::listening::{listen, say, subscribe};
use super::session::{self, wrong};

/// Ask a question, and print the reply
///
/// It draws a number, subscribes to the topic of its reply, /response/NUMBER, and only then, when the
/// SUBACK has come, publishes {"body":TEXT,"requestId":NUMBER}: the reply could be faster.
#[derive(Args)]
#[command(
    disable_help_flag = true,
    after_help = "\
Examples:
  client respond
  client request -m 'Hello DevDay !'
  client request -m 'Hello DevDay !' -q 1 --timeout 2 -d --detail line

Exit codes: 0 the reply came, 1 it did not, 2 wrong usage."
)]
pub(super) struct Request {
    /// The question
    #[arg(short, long, value_name = "TEXT")]
    message: String,
    #[command(flatten)]
    meeting: MeetingOptions,
    /// How long to wait for the reply
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// A question on its way.
struct Question {
    letter: Letter,
    topic: TopicName,
    reply_topic: TopicName,
    reply_filter: Subscription,
}

impl Request {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let question = self.question(draw())?;
        session::run(&self.connection, |options| self.ask(options, question))
    }

    fn question(&self, number: u64) -> Result<Question, Failure> {
        let reply_topic = self.meeting.reply_topic(number)?;
        let topic_filter = TopicFilter::new(reply_topic.to_string()).map_err(wrong)?;
        Ok(Question {
            letter: Letter { body: self.message.clone(), request_id: number },
            topic: self.meeting.request_topic()?,
            reply_topic,
            reply_filter: Subscription { topic_filter, requested_qos: self.meeting.qos },
        })
    }

    async fn ask(&self, options: Options, question: Question) -> Result<(), Failure> {
        let (client, mut notices) = Client::connect(options).await.map_err(wrong)?;
        let subscriptions = [question.reply_filter.clone()];
        let mut reply = None;
        let asking = async {
            subscribe(&client, &subscriptions).await?;
            // Its acknowledgement, if there is one, is no reply: nobody waits for it.
            drop(client.publish(question.message(self.meeting.qos)));
            let listening = listen(&client, &mut notices, &subscriptions, |message| {
                reply = question.reply(message);
                Ok(if reply.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            });
            let waited = tokio::time::timeout(self.timeout, listening).await;
            waited.unwrap_or_else(|_| Err(wrong(question.no_reply(self.timeout))))
        };
        let asked = tokio::select! {
            asked = asking => asked,
            interrupted = tokio::signal::ctrl_c() => {
                interrupted.map_err(Failure::from).and(Err(wrong("interrupted; no reply came")))
            }
        };
        client.disconnect().await;
        asked?;
        print(&reply.unwrap_or_default()).map_err(Failure::from)
    }
}

impl Question {
    fn message(&self, qos: wire::Qos) -> Message {
        let (topic, payload) = (self.topic.clone(), self.letter.to_payload());
        Message { topic, payload, qos, retain: false }
    }

    /// What the reply says, if this is the reply. Another requester may have drawn the same number, and
    /// anybody may publish anything here.
    fn reply(&self, message: &Message) -> Option<String> {
        let topic = &*message.topic;
        match Letter::of_payload(&message.payload) {
            Ok(reply) if reply.request_id == self.letter.request_id => return Some(reply.body),
            Ok(other) => say(&format!(
                "what came on {topic} is the reply to another request: its requestId is {}",
                other.request_id
            )),
            Err(error) => say(&format!("what came on {topic} is no reply: {error}")),
        }
        None
    }

    fn no_reply(&self, waited: Duration) -> String {
        let Self { topic, reply_topic, .. } = self;
        format!(
            "no reply came on {} within {} s. MQTT does not say whether anybody took the request: does \
             a responder listen on {topic}? `client respond -t {topic}` starts one",
            &**reply_topic,
            waited.as_secs_f64(),
            topic = &**topic
        )
    }
}

fn print(reply: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{reply}")?;
    out.flush()
}

/// A number that hardly anybody else draws at the same time.
fn draw() -> u64 {
    RandomState::new().build_hasher().finish() >> 32 // easier to read than all of it
}

/// A time as an option has it.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let positive = seconds.filter(|seconds| !seconds.is_zero());
    positive.ok_or_else(|| "a time is a number of seconds above 0, such as 10 or 0.5".to_owned())
}
