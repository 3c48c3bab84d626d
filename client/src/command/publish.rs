//! `client pub`: publishes a message, or a message for each line of standard input.

use std::collections::VecDeque;
use std::io::{self, BufRead};
use std::path::PathBuf;
use std::thread;

use bytes::Bytes;
use clap::Args;
use client::{Client, Options};
use delivery::Message;
use tokio::sync::mpsc;
use tracer::output::Failure;
use wire::{MAX_REMAINING_LENGTH, Qos, TopicName};

use super::connection::{ConnectionOptions, qos, unfit};
use super::session::{self, wrong};

/// Publish a message
#[derive(Args)]
#[command(
    disable_help_flag = true,
    after_help = "\
Examples:
  client pub -t kitchen/temperature -m 21.5
  client pub -t kitchen/temperature -m 21.5 -q 1 -r -d
  client pub -t kitchen/temperature -n -r              delete what is retained
  seq 100 | client pub -t count -q 2 -l"
)]
pub(super) struct Publish {
    /// The Topic Name
    #[arg(short, long, value_name = "TOPIC")]
    topic: String,
    #[command(flatten)]
    payload: Payload,
    /// The QoS: 0, 1 or 2
    #[arg(short, long, value_name = "QOS", default_value = "0", value_parser = qos)]
    qos: Qos,
    /// Ask the server to keep the message for later subscribers
    #[arg(short, long)]
    retain: bool,
    #[command(flatten)]
    connection: ConnectionOptions,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Payload {
    /// The message
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Send the bytes of this file
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Send an empty message
    #[arg(short, long = "null-message")]
    null_message: bool,
    /// Send each line of standard input as a message of its own
    #[arg(short = 'l', long = "stdin-line")]
    lines: bool,
}

impl Publish {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let topic = TopicName::new(self.topic.clone());
        let topic = topic.map_err(|error| unfit("-t", &self.topic, &error))?;
        let payload = self.payload.bytes()?;
        fits(&topic, payload.as_ref())?;
        session::run(&self.connection, |options| self.publish(options, topic, payload))
    }

    async fn publish(
        &self,
        options: Options,
        topic: TopicName,
        payload: Option<Bytes>,
    ) -> Result<(), Failure> {
        let (client, _notices) = Client::connect(options).await.map_err(wrong)?;
        let message = |payload| {
            let (topic, qos, retain) = (topic.clone(), self.qos, self.retain);
            Message { topic, payload, qos, retain }
        };
        let publishing = async {
            match payload {
                Some(payload) => client.publish(message(payload)).await.map_err(wrong),
                None => self.publish_lines(&client, message).await,
            }
        };
        let published = tokio::select! {
            published = publishing => published,
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Failure::from),
        };
        client.disconnect().await;
        published
    }

    /// Publishes each line, and lets no more than fill the window wait for their acknowledgements: the
    /// rest of the input stays where it is.
    async fn publish_lines(
        &self,
        client: &Client,
        message: impl Fn(Bytes) -> Message,
    ) -> Result<(), Failure> {
        let mut unanswered = VecDeque::new();
        let mut lines = lines();
        while let Some(line) = lines.recv().await {
            let line =
                line.map_err(|error| wrong(format!("cannot read standard input: {error}")))?;
            unanswered.push_back(client.publish(message(line.into())));
            if unanswered.len() < self.connection.in_flight.get().into() {
                continue;
            }
            if let Some(oldest) = unanswered.pop_front() {
                oldest.await.map_err(wrong)?;
            }
        }
        for answer in unanswered {
            answer.await.map_err(wrong)?;
        }
        Ok(())
    }
}

/// Whether one packet can carry the message, which nothing divides (§2.2.3).
fn fits(topic: &TopicName, payload: Option<&Bytes>) -> Result<(), Failure> {
    let size = payload.map_or(0, Bytes::len);
    // Beside them there are the length of the topic and, above QoS 0, a Packet Identifier.
    let room = MAX_REMAINING_LENGTH - topic.len() - 4;
    if size <= room {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "the message has {size} bytes, and a packet has room for {room} behind this topic: its Remaining \
         Length is at most {MAX_REMAINING_LENGTH} (§2.2.3); send it in parts"
    )))
}

/// The lines of standard input. A thread of its own reads them: while it waits for somebody to type, the
/// client has to be able to send.
fn lines() -> mpsc::Receiver<io::Result<Vec<u8>>> {
    let (sender, lines) = mpsc::channel(1);
    thread::spawn(move || {
        for line in io::stdin().lock().split(b'\n') {
            if sender.blocking_send(line).is_err() {
                return; // nobody publishes any more
            }
        }
    });
    lines
}

impl Payload {
    /// The one message; `None` if there is one for each line of standard input.
    fn bytes(&self) -> Result<Option<Bytes>, Failure> {
        Ok(match (&self.message, &self.file) {
            (Some(message), _) => Some(message.clone().into()),
            (None, Some(path)) => {
                let unreadable =
                    |error| Failure::Usage(format!("cannot read {}: {error}", path.display()));
                Some(std::fs::read(path).map_err(unreadable)?.into())
            }
            (None, None) if self.lines => None,
            (None, None) => Some(Bytes::new()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_to_fit_into_one_packet() {
        let topic = TopicName::new("t".to_owned()).unwrap();
        let fits = |size| fits(&topic, Some(&Bytes::from(vec![0; size])));
        assert!(fits(MAX_REMAINING_LENGTH - 5).is_ok());
        let Err(Failure::Usage(why)) = fits(MAX_REMAINING_LENGTH - 4) else { panic!() };
        assert!(why.contains("268435451 bytes, and a packet has room for 268435450"), "{why}");
    }
}
