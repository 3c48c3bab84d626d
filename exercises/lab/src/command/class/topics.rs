//! What is told in a class, and under which topics.

use wire::{Text, TextError, TopicFilter, TopicName};

/// The class, as a part of topics: `lab/<class>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Topics(String);

/// What was told of a learner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Somebody is there, or is away.
    Presence { name: String, is_here: bool },
    /// Somebody has left the class.
    Gone { name: String },
    /// How an exercise went last; `None` if that was taken back.
    Outcome { name: String, number: String, outcome: Option<String> },
}

/// The outcome of an exercise that is done.
pub(in crate::command) const GREEN: &str = "green";

/// Characters of a name, at the most.
const NAME: usize = 16;
/// Characters of an outcome, at the most.
const OUTCOME: usize = 64;

impl Topics {
    /// The topics of the class with this [name](name).
    pub(super) fn new(class: &str) -> Self {
        Self(format!("lab/{class}"))
    }

    pub(super) fn exercise(&self, name: &str, number: &str) -> Result<TopicName, TextError> {
        TopicName::new(format!("{}/{name}/ex/{number}", self.0))
    }

    pub(super) fn presence(&self, name: &str) -> Result<TopicName, TextError> {
        TopicName::new(format!("{}/{name}/online", self.0))
    }

    /// Everything that is told in the class.
    pub(super) fn all(&self) -> Result<TopicFilter, TextError> {
        TopicFilter::new(format!("{}/#", self.0))
    }

    /// What a board says to itself, to hear when everything that was told before has come. No name is
    /// like that.
    pub(super) fn echo(&self, number: u32) -> Result<TopicName, TextError> {
        TopicName::new(format!("{}/./{number}", self.0))
    }

    /// What a message tells; `None` if it is none that this lab would have sent: anybody in the room can
    /// publish anything, and a board shows it on a terminal.
    pub(super) fn read(&self, topic: &str, payload: &[u8]) -> Option<Told> {
        let rest = topic.strip_prefix(&self.0)?.strip_prefix('/')?;
        let payload = std::str::from_utf8(payload).ok()?;
        match *rest.split('/').collect::<Vec<_>>() {
            [learner, "online"] => {
                let name = name(learner).ok()?;
                match payload {
                    "" => Some(Told::Gone { name }),
                    "0" | "1" => Some(Told::Presence { name, is_here: payload == "1" }),
                    _ => None,
                }
            }
            [learner, "ex", number] if is_plain(number, NAME) => {
                let outcome = match payload {
                    "" => None,
                    outcome if is_plain(outcome, OUTCOME) => Some(outcome.to_owned()),
                    _ => return None,
                };
                let number = number.to_owned();
                Some(Told::Outcome { name: name(learner).ok()?, number, outcome })
            }
            _ => None,
        }
    }
}

/// The name of a learner or a class, which has to fit into a topic and a column.
pub(super) fn name(text: &str) -> Result<String, String> {
    if is_plain(text, NAME) {
        return Ok(text.to_owned());
    }
    Err(format!("a name here is 1 to {NAME} letters (a to z), digits, - and _"))
}

/// The text, for a topic or a payload.
pub(super) fn text(text: &str) -> Result<Text, TextError> {
    Text::try_from(text)
}

fn is_plain(text: &str, room: usize) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=room).contains(&text.len()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_read_back() {
        let topics = Topics::new("lab");
        let topic = topics.exercise("ada", "43").unwrap();
        let told = |outcome: Option<&str>| {
            let (name, number) = ("ada".to_owned(), "43".to_owned());
            Some(Told::Outcome { name, number, outcome: outcome.map(str::to_owned) })
        };
        assert_eq!(topics.read(&topic, b"green"), told(Some("green")));
        assert_eq!(topics.read(&topic, b""), told(None));
        let presence = topics.presence("ada").unwrap();
        let here = |is_here| Some(Told::Presence { name: "ada".to_owned(), is_here });
        assert_eq!(topics.read(&presence, b"1"), here(true));
        assert_eq!(topics.read(&presence, b"0"), here(false));
        assert_eq!(topics.read(&presence, b""), Some(Told::Gone { name: "ada".to_owned() }));
    }

    #[test]
    fn what_nobody_of_us_sends_is_not_shown() {
        let topics = Topics::new("lab");
        for (topic, payload) in [
            ("lab/lab/ada/ex/43", &b"\x1b[2J"[..]),
            ("lab/lab/ada/ex/43", b"fn main() {}"),
            ("lab/lab/ada/ex/43", b"\xff"),
            ("lab/lab/\x1b[2J/online", b"1"),
            ("lab/lab/a-name-that-is-much-too-long/online", b"1"),
            ("lab/lab/ada/ex", b"green"),
            ("lab/lab/ada/online", b"perhaps"),
            ("lab/labour/ada/online", b"1"),
            (&topics.echo(7).unwrap(), b""),
        ] {
            assert_eq!(topics.read(topic, payload), None, "{topic}");
        }
        assert!(name("a/b").is_err() && name("").is_err() && name("#").is_err());
    }
}
