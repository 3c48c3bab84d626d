//! 70-takeover: Two clients with one name
//!
//! You know who is connected to a broker. Say what is to be done when a client connects whose Client
//! Identifier is in use, and when a connection ends without a DISCONNECT. For connections that you close
//! yourself, closed() is called as well. In which order you name the steps does not matter; some of those
//! that you can choose from are never right.
//!
//! Check it:  cargo test -p ex-70-takeover
//! Read:      stealing.html#the-second-one-comes in the book (cargo run -p book)

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
        todo!("say what becomes of the one who is there, and of the one who comes")
    }

    /// This connection, of the client of this name, has ended without a DISCONNECT.
    pub fn closed(&mut self, connection: u64, name: &Text) -> Vec<Step> {
        todo!("say whose connection it was, and what the broker owes it")
    }
}
