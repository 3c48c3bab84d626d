//! How to play a scenario by hand: what to type, in which terminal, and where to look.
//!
//! ```text
//!   ByHand ─▶ Step ─▶ Action ─▶ words, with the client's tools or with mosquitto's
//! ```
//!
//! A step says what a client does, once. Our client takes the short options of `mosquitto_pub` and
//! `mosquitto_sub`, so that the same arguments fit both.

/// What to do, step by step.
#[derive(Clone, Copy, Debug)]
pub struct ByHand {
    /// In this order.
    pub steps: &'static [Step],
    /// A display filter for Wireshark.
    pub filter: &'static str,
    /// What it shows.
    pub shows: &'static str,
}

/// One thing to do.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// In the terminal that has this name.
    pub terminal: &'static str,
    /// What.
    pub action: Action,
}

/// What can be done in a terminal.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// Type this, whichever tools are used.
    Type(&'static str),
    /// Run the lab's broker, with these arguments.
    Broker(&'static [&'static str]),
    /// The same with all that the broker can do built in: passwords and TLS are not by default.
    FullBroker(&'static [&'static str]),
    /// Run a subscriber.
    Subscribe(&'static [&'static str]),
    /// Run a publisher.
    Publish(&'static [&'static str]),
    /// Do something to what runs there.
    Do(&'static str),
}

/// Whose programs are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tools {
    /// The lab's own client.
    Lab,
    /// `mosquitto_pub` and `mosquitto_sub`, as in the talk.
    Mosquitto,
}

/// What every scenario begins with.
pub(crate) const BROKER: Step = broker(&["--trace"]);

pub(crate) const fn broker(arguments: &'static [&'static str]) -> Step {
    Step { terminal: "broker", action: Action::Broker(arguments) }
}

pub(crate) const fn full_broker(arguments: &'static [&'static str]) -> Step {
    Step { terminal: "broker", action: Action::FullBroker(arguments) }
}

pub(crate) const fn sub(terminal: &'static str, arguments: &'static [&'static str]) -> Step {
    Step { terminal, action: Action::Subscribe(arguments) }
}

pub(crate) const fn publish(terminal: &'static str, arguments: &'static [&'static str]) -> Step {
    Step { terminal, action: Action::Publish(arguments) }
}

pub(crate) const fn setup(line: &'static str) -> Step {
    Step { terminal: "setup", action: Action::Type(line) }
}

pub(crate) const fn act(terminal: &'static str, what: &'static str) -> Step {
    Step { terminal, action: Action::Do(what) }
}

/// How a process dies at once.
pub(crate) const KILL: &str = "Ctrl+Z, and then: kill -9 %%";
/// How a program takes its leave.
pub(crate) const LEAVE: &str = "Ctrl+C";

impl Action {
    /// The words of the command line; `None` where no command is typed that differs between tools.
    pub fn words(&self, tools: Tools) -> Option<Vec<&'static str>> {
        let (ours, theirs, arguments) = match self {
            Self::Broker(arguments) => {
                return Some([&["cargo", "run", "-p", "broker", "--"], *arguments].concat());
            }
            Self::FullBroker(arguments) => {
                let cargo = ["cargo", "run", "-p", "broker", "--features", "full", "--"];
                return Some([&cargo, *arguments].concat());
            }
            Self::Subscribe(arguments) => ("sub", "mosquitto_sub", *arguments),
            Self::Publish(arguments) => ("pub", "mosquitto_pub", *arguments),
            Self::Type(_) | Self::Do(_) => return None,
        };
        let mut words = match tools {
            // TLS is not built in by default.
            Tools::Lab if arguments.contains(&"--cafile") => {
                vec!["cargo", "run", "-p", "client", "--features", "tls", "--", ours]
            }
            Tools::Lab => vec!["cargo", "run", "-p", "client", "--", ours],
            // The tools of the talk's time spoke MQTT 3.1 unless they were told otherwise.
            Tools::Mosquitto => vec![theirs, "-V", "mqttv311"],
        };
        words.extend(arguments);
        words.push("-d");
        Some(words)
    }

    /// What to type, on lines that are not longer than `width` columns where words allow it; a line
    /// that goes on ends with a backslash, as a shell reads it.
    pub fn typed(&self, tools: Tools, width: usize) -> Option<Vec<String>> {
        if let Self::Type(line) = self {
            return Some(vec![(*line).to_owned()]);
        }
        let mut lines: Vec<String> = Vec::new();
        for part in with_their_values(&self.words(tools)?) {
            match lines.last_mut() {
                Some(line) if line.len() + 1 + part.len() + " \\".len() <= width => {
                    line.push(' ');
                    line.push_str(&part);
                }
                Some(line) => {
                    line.push_str(" \\");
                    lines.push(format!("  {part}"));
                }
                None => lines.push(part),
            }
        }
        Some(lines)
    }
}

/// Each option with its value behind it, as a shell takes them.
fn with_their_values(words: &[&str]) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for word in words {
        match parts.last_mut() {
            Some(part) if !word.starts_with('-') => {
                part.push(' ');
                part.push_str(&quoted(word));
            }
            _ => parts.push(quoted(word)),
        }
    }
    parts
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=%+".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_step_gives_a_line_for_each_set_of_tools() {
        let Step { action, .. } = sub("bob", &["-t", "kitchen/#", "-q", "1"]);
        assert_eq!(
            action.typed(Tools::Lab, 100).unwrap(),
            ["cargo run -p client -- sub -t 'kitchen/#' -q 1 -d"]
        );
        assert_eq!(
            action.typed(Tools::Mosquitto, 40).unwrap(),
            ["mosquitto_sub -V mqttv311 \\", "  -t 'kitchen/#' -q 1 -d"]
        );
        assert_eq!(act("bob", LEAVE).action.typed(Tools::Lab, 100), None);
    }

    #[test]
    fn a_shell_takes_words_as_they_are() {
        assert_eq!(quoted("home/+/temperature"), "home/+/temperature");
        assert_eq!(quoted(r#"{"body": "it's"}"#), r#"'{"body": "it'\''s"}'"#);
        assert_eq!(quoted(""), "''");
    }
}
