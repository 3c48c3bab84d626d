//! 70-takeover: Two clients with one name
//!
//! kind: behaviour
//! minutes: 30
//! part: core
//! sheets: day half-day
//! page: stealing.html#the-second-one-comes
//! rules: MQTT-3.1.4-2 MQTT-3.1.2-8
//! misconception: The second client is refused, or the first one is told why it has to go.
//! uses: wire
//! checks with: broker-core lab wire
//! hint: When a name comes that is there already, who stays? And what has the broker to do for somebody
//!   whose connection ends without a DISCONNECT, whoever ends it?
//! hint: connect() gives Close for the older connection, PublishWill for its will, and Accept for the new
//!   one. closed() may be about the older connection, and then the name belongs to somebody else already.
//! hint: `self.0.insert(…)` gives back what stood under the name before. closed() looks at
//!   `self.0.get(name)`, and only if its `connection` is this one removes it and gives its will.
//!
//! You know who is connected to a broker. Say what is to be done when a client connects whose Client
//! Identifier is in use, and when a connection ends without a DISCONNECT. For connections that you close
//! yourself, closed() is called as well. In which order you name the steps does not matter; some of those
//! that you can choose from are never right.

use std::collections::BTreeMap;

use wire::{Text, Will};

/// A client that is connected.
pub struct Client {
    /// The number of its Network Connection, which is never used again.
    pub connection: u64,
    /// What is to be published if it goes without a DISCONNECT.
    pub will: Option<Will>,
}

/// What the broker is to do.
pub enum Step {
    /// Send CONNACK with code 0 over this connection.
    Accept(u64),
    /// Send CONNACK with code 2 over this connection, and close it.
    Refuse(u64),
    /// Send DISCONNECT over this connection, and close it.
    SayGoodbye(u64),
    /// Close this connection.
    Close(u64),
    /// Publish this will.
    PublishWill(Will),
}

/// Who is connected, by Client Identifier.
#[derive(Default)]
pub struct Clients(pub BTreeMap<Text, Client>);

impl Clients {
    /// A CONNECT came over this connection.
    pub fn connect(&mut self, connection: u64, name: &Text, will: Option<Will>) -> Vec<Step> {
        // LAB: todo!("say what becomes of the one who is there, and of the one who comes")
        let mut steps = Vec::new();
        if let Some(older) = self.0.insert(name.clone(), Client { connection, will }) {
            steps.push(Step::Close(older.connection));
            steps.extend(older.will.map(Step::PublishWill));
        }
        steps.push(Step::Accept(connection));
        steps
        // LAB-END
    }

    /// This connection, of the client of this name, has ended without a DISCONNECT.
    pub fn closed(&mut self, connection: u64, name: &Text) -> Vec<Step> {
        // LAB: todo!("say whose connection it was, and what the broker owes it")
        if self.0.get(name).is_none_or(|client| client.connection != connection) {
            return Vec::new();
        }
        let client = self.0.remove(name);
        client.and_then(|client| client.will).map(Step::PublishWill).into_iter().collect()
        // LAB-END
    }
}
