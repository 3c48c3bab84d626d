//! 71-steal-loop: They come and go, and come and go
//!
//! kind: behaviour
//! minutes: 35
//! part: core
//! page: stealing.html#and-both-come-back-by-themselves
//! rules: MQTT-3.1.4-2 MQTT-3.1.3-5
//! misconception: All of them stay connected; if not, the broker or the network is to blame.
//! checks with: broker-core lab
//! hint: A theft needs two connections of one name at the same time. Who comes back after his connection
//!   has ended steals nothing.
//! hint: Keep a map from the connections that are open to their names. A Connect whose name is among the
//!   values is a theft. For the name of a device: a random part would be another one after each start,
//!   and its session would be lost; the serial number is its own and stays.
//! hint: stolen() is a `for entry in log` with a match: Connect first looks at `open.values()`, then
//!   inserts; Closed removes. client_identifier() is `format!("{model}{serial:08x}")`, of which the
//!   serial has 8 characters: 15 are left for the model, so take the first 15 of it.
//!
//! A fleet of thermometers flaps: each is thrown out every few seconds, and comes back by itself. First
//! find in the broker's log who steals from whom. Then mend the cause: give each device a name of its own,
//! which it has again after a restart, and which every broker takes (§3.1.3.1: 1 to 23 characters out of
//! 0-9, a-z and A-Z). Two of them will connect to the lab's broker, and come back whenever they lose it.

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
    // LAB: todo!("find the names that are connected twice at a time")
    let mut open = BTreeMap::new();
    let mut stolen = BTreeSet::new();
    for entry in log {
        match entry {
            Entry::Connect(connection, name) => {
                if open.values().any(|other| *other == name) {
                    stolen.insert(name.clone());
                }
                open.insert(*connection, name);
            }
            Entry::Closed(connection) => {
                open.remove(connection);
            }
        }
    }
    stolen
    // LAB-END
}

/// The Client Identifier of a device. `model` is made of letters and digits, 1 to 40 of them, and no two
/// models have the same first 13; each device of a model has another `serial`.
pub fn client_identifier(model: &str, serial: u32) -> String {
    // LAB: todo!("give each device a name of its own, which it has again after a restart")
    let model: String = model.chars().take(15).collect();
    format!("{model}{serial:08x}")
    // LAB-END
}
