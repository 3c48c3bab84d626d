//! 71-steal-loop: They come and go, and come and go
//!
//! A fleet of thermometers flaps: each is thrown out every few seconds, and comes back by itself. First
//! find in the broker's log who steals from whom. Then mend the cause: give each device a name of its own,
//! which it has again after a restart, and which every broker takes (§3.1.3.1: 1 to 23 characters out of
//! 0-9, a-z and A-Z). Two of them will connect to the lab's broker, and come back whenever they lose it.
//!
//! Check it:  cargo test -p ex-71-steal-loop
//! Read:      stealing.html#and-both-come-back-by-themselves in the book (cargo run -p book)

use std::collections::{BTreeMap, BTreeSet};

/// A line of the broker's log.
pub enum Entry {
    /// A client of this name connected, over the connection of this number.
    Connect(u64, String),
    /// This connection is over.
    Closed(u64),
}

/// The Client Identifiers that somebody took while another one was connected under them.
pub fn stolen(log: &[Entry]) -> BTreeSet<String> {
    todo!("find the names that are connected twice at a time")
}

/// The Client Identifier of a device. `model` is made of letters and digits, 1 to 40 of them, and no two
/// models have the same first 13; each device of a model has another `serial`.
pub fn client_identifier(model: &str, serial: u32) -> String {
    todo!("give each device a name of its own, which it has again after a restart")
}
