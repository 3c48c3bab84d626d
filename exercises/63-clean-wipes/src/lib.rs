//! 63-clean-wipes: What a clean session leaves behind
//!
//! You keep the sessions of a broker, one for each Client Identifier. Say what becomes of them when a
//! client comes with Clean Session 0 or 1, and when it goes. The subscriptions stand in the session, and
//! the rest of the broker puts them there.
//!
//! Check it:  cargo test -p ex-63-clean-wipes
//! Read:      session.html#forgotten-and-refused in the book (cargo run -p book)

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
        todo!("say which session the client has from now on, and whether it was there before")
    }

    /// Its Network Connection is over.
    pub fn gone(&mut self, name: &Text) {
        todo!("say what remains when the client goes")
    }
}
