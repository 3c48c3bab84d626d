//! 81-refuse: Who may come in
//!
//! You stand at the door of a broker that lets in only who knows a password. Say which code a client
//! gets, and what is done then; the codes of the book's page count, which are the lab's. At the end
//! change sides: you are a client that was refused, and say whether it is worth while to come back.
//!
//! Check it:  cargo test -p ex-81-refuse
//! Read:      authentication.html#what-the-broker-answers in the book (cargo run -p book)

use std::collections::BTreeMap;

use wire::{ConnectReturnCode, Credentials};

/// What the broker does, one after the other.
#[derive(Debug, PartialEq)]
pub enum Step {
    /// Send a CONNACK with this code.
    Connack(ConnectReturnCode),
    /// Close the Network Connection.
    Close,
}

/// Whether this client may come in. `users` has the password of each user, `credentials` is what the
/// CONNECT says, if it says anything: a `user_name`, and perhaps a `password`. (`ConnectReturnCode(0)` is
/// code 0; it has a name as well, `ConnectReturnCode::ACCEPTED`.)
pub fn verify(
    users: &BTreeMap<&str, &[u8]>,
    credentials: Option<&Credentials>,
) -> ConnectReturnCode {
    todo!("say who gets code 0, who 4, and who 5")
}

/// What the broker does about a client that gets this code.
pub fn answer(return_code: ConnectReturnCode) -> Vec<Step> {
    todo!("tell the client, and then?")
}

/// The client: whether the same CONNECT may be taken later, although it got this code.
pub fn is_worth_another_try(return_code: ConnectReturnCode) -> bool {
    todo!("which of the refusals passes by itself?")
}
