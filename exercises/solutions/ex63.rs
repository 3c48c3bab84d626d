//! 63-clean-wipes: What a clean session leaves behind
//!
//! kind: behaviour
//! minutes: 25
//! part: extra
//! page: session.html#forgotten-and-refused
//! rules: MQTT-3.1.2-6
//! misconception: Clean Session 1 concerns this connection alone; what was kept before comes back later.
//! uses: wire
//! checks with: broker-core lab wire
//! hint: Clean Session 1 has two ends: it throws away what was kept when the client comes, and what it
//!   made itself when the client goes.
//! hint: In connect(), a clean client removes the old session before it gets one. In gone(), a session that
//!   is clean is removed. The answer of connect() is whether a session went on.
//! hint: connect() is: `if clean { self.0.remove(name); }`, then whether there is one now, then
//!   `self.0.entry(name.clone()).or_default().is_clean = clean`. gone() removes the session if its
//!   `is_clean` is true.
//!
//! You keep the sessions of a broker, one for each Client Identifier. Say what becomes of them when a
//! client comes with Clean Session 0 or 1, and when it goes. The subscriptions stand in the session, and
//! the rest of the broker puts them there.

use std::collections::BTreeMap;

use wire::{Text, TopicFilter};

/// What the broker keeps of a client.
#[derive(Default)]
pub struct Session {
    /// Whether its client came with Clean Session 1.
    pub is_clean: bool,
    /// What it has subscribed to.
    pub filters: Vec<TopicFilter>,
}

/// All sessions, by Client Identifier.
#[derive(Default)]
pub struct Sessions(pub BTreeMap<Text, Session>);

impl Sessions {
    /// This client connects. Gives Session Present: whether an older session goes on.
    pub fn connect(&mut self, name: &Text, clean: bool) -> bool {
        // LAB: todo!("say which session the client has from now on, and whether it was there before")
        if clean {
            self.0.remove(name);
        }
        let is_present = self.0.contains_key(name);
        self.0.entry(name.clone()).or_default().is_clean = clean;
        is_present
        // LAB-END
    }

    /// Its Network Connection is over.
    pub fn gone(&mut self, name: &Text) {
        // LAB: todo!("say what remains when the client goes")
        if self.0.get(name).is_some_and(|session| session.is_clean) {
            self.0.remove(name);
        }
        // LAB-END
    }
}
