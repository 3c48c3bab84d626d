//! What may be chosen in a scenario before it is played.
//!
//! ```text
//!   Scenario::inputs ──▶ Choices ──▶ play(&mut Lab, &Choices)
//!   (name, kind, usual)  ▲  └ checked once, when it is set
//!                        │
//!   lab scenario publish --set qos=2        a form of the book, made from the same table
//! ```
//!
//! A scenario declares its inputs as constants, and asks its [`Choices`] for each by that constant. What it
//! tells has to be true whatever was chosen.

mod choices;
mod error;

use wire::{Qos, Text, TopicFilter, TopicName};

pub use choices::Choices;
pub use error::InputError;

/// Something in a scenario that may be chosen.
#[derive(Debug, PartialEq, Eq)]
pub struct Input {
    /// How it is typed: `will-topic`.
    pub name: &'static str,
    /// Whose it is, and of what: `QoS of the last message`.
    pub about: &'static str,
    /// What may be typed.
    pub kind: Kind,
    /// What the scenario has if nothing is chosen, as it would be typed.
    pub usual: &'static str,
    /// The key of the [`Field`](wire::Field) that it changes: `will_topic`. `None` if it changes what
    /// happens, and no field alone.
    pub field: Option<&'static str>,
}

/// What may be typed for an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 0, 1 or 2.
    Qos,
    /// A bit: 0 or 1.
    Flag,
    /// A number of two bytes.
    Number,
    /// A Client Identifier, which may be empty; not one of these, which other clients have.
    ClientIdentifier(&'static [&'static str]),
    /// A Topic Name; not one of these, which the scenario uses for something else.
    TopicName(&'static [&'static str]),
    /// A Topic Filter.
    TopicFilter,
    /// Any text, which may be empty.
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

impl Input {
    pub(crate) const fn new(name: &'static str, kind: Kind, usual: &'static str) -> Self {
        Self { name, about: "", kind, usual, field: None }
    }

    pub(crate) const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    pub(crate) const fn changes(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Checks what was typed, and gives it back as it is kept.
    ///
    /// # Errors
    ///
    /// Why it is none of what may be typed here.
    pub fn check<'t>(&self, typed: &'t str) -> Result<&'t str, InputError> {
        let reason = |why| InputError::Value { input: self.name, why };
        self.kind.check(typed).map_err(reason)
    }
}

impl Kind {
    /// The most bytes that may be typed.
    pub const fn longest(self) -> usize {
        match self {
            Self::Qos | Self::Flag | Self::Number | Self::OneOf(_) => 16,
            Self::ClientIdentifier(_) | Self::TopicName(_) | Self::TopicFilter => 64,
            Self::Text => 256,
        }
    }

    /// What may be typed, in words.
    pub fn words(self) -> String {
        match self {
            Self::Qos => "0, 1 or 2".to_owned(),
            Self::Flag => "0 or 1".to_owned(),
            Self::Number => format!("0 to {}", u16::MAX),
            Self::ClientIdentifier(_) => "a Client Identifier".to_owned(),
            Self::TopicName(_) => "a Topic Name".to_owned(),
            Self::TopicFilter => "a Topic Filter".to_owned(),
            Self::Text => format!("text of up to {} bytes", self.longest()),
            Self::OneOf(words) => format!("one of {}", words.join(", ")),
        }
    }

    fn check(self, typed: &str) -> Result<&str, String> {
        let typed = self.canonical(typed);
        if typed.len() > self.longest() {
            return Err(format!("that is {} bytes, and more than {}", typed.len(), self.longest()));
        }
        if typed.contains(char::is_control) {
            return Err(
                "there is a control character in it, which a terminal would obey; the standard \
                        asks for none in names (§1.5.3)"
                    .to_owned(),
            );
        }
        let is_one = match self {
            Self::Qos => typed.parse().ok().and_then(Qos::new).is_some(),
            Self::Flag => ["0", "1"].contains(&typed),
            Self::Number => typed.parse::<u16>().is_ok(),
            Self::OneOf(words) => words.contains(&typed),
            Self::ClientIdentifier(_) | Self::TopicName(_) | Self::TopicFilter | Self::Text => true,
        };
        if !is_one {
            return Err(format!(
                "it has to be {}, and '{typed}' is not{}",
                self.words(),
                self.lesson()
            ));
        }
        match self {
            Self::ClientIdentifier(others) if others.contains(&typed) => {
                return Err(format!(
                    "another client here is called {typed}: one of the two would lose its Network \
                     Connection, as scenario stealing shows; choose another name"
                ));
            }
            Self::TopicName(others) if others.contains(&typed) => {
                return Err(format!(
                    "this scenario has another use for {typed}: choose another topic"
                ));
            }
            Self::TopicName(_) => TopicName::new(typed.to_owned()).map(drop),
            Self::TopicFilter => TopicFilter::new(typed.to_owned()).map(drop),
            _ => Text::new(typed.to_owned()).map(drop),
        }
        .map_err(|error| error.to_string())?;
        Ok(typed)
    }

    /// A bit may be typed as a word.
    fn canonical(self, typed: &str) -> &str {
        match (self, typed) {
            (Self::Flag, "true" | "yes" | "on") => "1",
            (Self::Flag, "false" | "no" | "off") => "0",
            _ => typed,
        }
    }

    /// Why it is so.
    fn lesson(self) -> String {
        match self {
            Self::Qos => {
                format!(": both bits of a QoS must not be 1 {}", wire::rules::MQTT_3_3_1_4)
            }
            Self::Number => ": the field has two bytes".to_owned(),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: Kind, typed: &str) -> String {
        let input = Input::new("it", kind, "");
        input.check(typed).map_or_else(|error| error.to_string(), str::to_owned)
    }

    #[test]
    fn what_is_right_is_kept() {
        for (kind, typed, kept) in [
            (Kind::Qos, "2", "2"),
            (Kind::Flag, "true", "1"),
            (Kind::Flag, "0", "0"),
            (Kind::Number, "65535", "65535"),
            (Kind::ClientIdentifier(&["bob"]), "", ""),
            (Kind::TopicName(&[]), "größe/1", "größe/1"),
            (Kind::TopicFilter, "a/+/#", "a/+/#"),
            (Kind::OneOf(&["cut", "silence"]), "cut", "cut"),
        ] {
            assert_eq!(told(kind, typed), kept);
        }
    }

    #[test]
    fn what_is_wrong_is_a_lesson() {
        let long = "x".repeat(300);
        let wrong = [
            (Kind::Qos, "3"),
            (Kind::Flag, "maybe"),
            (Kind::Number, "65536"),
            (Kind::ClientIdentifier(&["bob"]), "bob"),
            (Kind::TopicName(&[]), "a/#"),
            (Kind::TopicName(&[]), ""),
            (Kind::TopicName(&["news"]), "news"),
            (Kind::TopicFilter, "a/#/b"),
            (Kind::Text, "\u{1b}[2J"),
            (Kind::Text, &long),
            (Kind::OneOf(&["cut", "silence"]), "burnt"),
        ];
        let lessons: Vec<_> = wrong.map(|(kind, typed)| told(kind, typed)).into();
        insta::assert_snapshot!(lessons.join("\n"));
    }
}
