//! What a requester and a responder agree on, for MQTT 3.1.1 has no field for it: a number in the
//! payload of the request tells on which topic the reply is to come.
//!
//! ```text
//!   requester ── /request        {"body":"Hello","requestId":4711} ──▶ responder
//!             ◀─ /response/4711  {"body":"HELLO","requestId":4711} ──
//! ```

use std::fmt;

use bytes::Bytes;
use clap::Args;
use serde_json::{Value, json};
use tracer::output::Failure;
use wire::{Qos, TopicName};

use super::connection::{qos, unfit};

/// Where the two meet.
#[derive(Args)]
pub(super) struct MeetingOptions {
    /// The topic of requests
    #[arg(short, long, value_name = "TOPIC", default_value = "/request")]
    topic: String,
    /// The topic of replies, to which the number of the request is added as a level of its own
    #[arg(long = "response", value_name = "TOPIC", default_value = "/response")]
    reply_topic: String,
    /// The QoS of what is sent, and the one to ask for: 0, 1 or 2
    #[arg(short, long, value_name = "QOS", default_value = "0", value_parser = qos)]
    pub(super) qos: Qos,
}

impl MeetingOptions {
    /// Where requests go.
    pub(super) fn request_topic(&self) -> Result<TopicName, Failure> {
        TopicName::new(self.topic.clone()).map_err(|error| unfit("-t", &self.topic, &error))
    }

    /// Where the reply to the request of this number goes.
    pub(super) fn reply_topic(&self, number: u64) -> Result<TopicName, Failure> {
        let topic = format!("{}/{number}", self.reply_topic);
        TopicName::new(topic).map_err(|error| unfit("--response", &self.reply_topic, &error))
    }
}

/// A request, or a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    /// What it says.
    pub(super) body: String,
    /// The number of the request. A text could be a topic of several levels, or a wildcard.
    pub(super) request_id: u64,
}

/// A payload that is no letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoLetter;

impl Letter {
    pub(super) fn to_payload(&self) -> Bytes {
        let Self { body, request_id } = self;
        json!({"body": body, "requestId": request_id}).to_string().into()
    }

    pub(super) fn of_payload(payload: &[u8]) -> Result<Self, NoLetter> {
        let value: Value = serde_json::from_slice(payload).map_err(|_| NoLetter)?;
        match (value["body"].as_str(), value["requestId"].as_u64()) {
            (Some(body), Some(request_id)) => Ok(Self { body: body.to_owned(), request_id }),
            _ => Err(NoLetter),
        }
    }
}

impl fmt::Display for NoLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "it is not JSON with a text \"body\" and a number \"requestId\", such as \
             {\"body\":\"Hello\",\"requestId\":4711}",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_read_as_it_was_written() {
        let letter = Letter { body: "say \"hello\"\n".to_owned(), request_id: u64::MAX };
        assert_eq!(Letter::of_payload(&letter.to_payload()), Ok(letter));
    }

    #[test]
    fn what_the_talk_sends_is_a_letter_and_much_else_is_not() {
        let talk = br#"{"body": "Hello DevDay !", "requestId": 4711}"#;
        let expected = Letter { body: "Hello DevDay !".to_owned(), request_id: 4711 };
        assert_eq!(Letter::of_payload(talk), Ok(expected));
        let others = [
            "",
            "Hello",
            "[]",
            r#"{"body":"Hello"}"#,
            r#"{"body":"Hello","requestId":"+"}"#,
            r#"{"body":7,"requestId":7}"#,
            r#"{"body":"Hello","requestId":-1}"#,
        ];
        for other in others {
            assert_eq!(Letter::of_payload(other.as_bytes()), Err(NoLetter), "{other}");
        }
    }
}
