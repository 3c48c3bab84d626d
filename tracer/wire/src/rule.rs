//! What a rule of the standard is.

use std::fmt;

/// One requirement of the standard. Rules are statics: compare them by [`id`](Self::id).
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// `MQTT-3.1.2-24` for a numbered rule, `s2.2.3` for a section that states the requirement
    /// without a number, `overrun` for a length that runs past its packet.
    pub id: &'static str,
    /// The section of MQTT 3.1.1 where the rule stands: `3.1.2.10`.
    pub section: &'static str,
    /// Whom the rule binds.
    pub binds: Binds,
    /// The rule in one sentence of our own.
    pub sentence: &'static str,
}

impl Rule {
    /// Whether the standard gives this rule a number.
    pub fn is_numbered(&self) -> bool {
        self.id.starts_with("MQTT-")
    }
}

impl fmt::Display for Rule {
    /// `[MQTT-3.1.2-24]`, or `§2.2.3` for a requirement without a number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_numbered() {
            write!(f, "[{}]", self.id)
        } else {
            write!(f, "§{}", self.section)
        }
    }
}

/// Whom a rule binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binds {
    /// The form of the bytes: an encoder and a decoder can keep it without knowing any state.
    Codec,
    /// The server, which the lab calls broker.
    Server,
    /// The client.
    Client,
    /// Server and client alike.
    Both,
}
