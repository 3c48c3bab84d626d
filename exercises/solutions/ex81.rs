//! 81-refuse: Who may come in
//!
//! kind: behaviour
//! minutes: 30
//! part: core
//! page: authentication.html#what-the-broker-answers
//! rules: MQTT-3.2.2-5
//! misconception: Who is refused stays connected and may try again, on the same connection and for ever.
//! uses: wire
//! checks with: broker-core lab wire
//! hint: There are three answers: code 0, code 4 and code 5. Which of the two refusals is for somebody who
//!   says nothing about himself, and which for somebody who says it wrongly? The book's page tells.
//! hint: verify() is None → code 5; a user whose password is the given one → code 0; all others → code 4, be
//!   it the name or the password that is wrong. answer() is the CONNACK, and behind a refusal the end.
//! hint: In verify(), `users.get(credentials.user_name.as_str())` gives the password of a user, and
//!   `credentials.password.as_deref()` the given one, if there is one. Of the five refusals only
//!   `ConnectReturnCode::SERVER_UNAVAILABLE` passes by itself.
//!
//! You stand at the door of a broker that lets in only who knows a password. Say which code a client
//! gets, and what is done then; the codes of the book's page count, which are the lab's. At the end
//! change sides: you are a client that was refused, and say whether it is worth while to come back.

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
    // LAB: todo!("say who gets code 0, who 4, and who 5")
    let Some(credentials) = credentials else { return ConnectReturnCode::NOT_AUTHORIZED };
    let known = users.get(credentials.user_name.as_str()).copied();
    if known.is_some() && known == credentials.password.as_deref() {
        ConnectReturnCode::ACCEPTED
    } else {
        ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD
    }
    // LAB-END
}

/// What the broker does about a client that gets this code.
pub fn answer(return_code: ConnectReturnCode) -> Vec<Step> {
    // LAB: todo!("tell the client, and then?")
    let mut steps = vec![Step::Connack(return_code)];
    if return_code != ConnectReturnCode::ACCEPTED {
        steps.push(Step::Close);
    }
    steps
    // LAB-END
}

/// The client: whether the same CONNECT may be taken later, although it got this code.
pub fn is_worth_another_try(return_code: ConnectReturnCode) -> bool {
    // LAB: todo!("which of the refusals passes by itself?")
    return_code == ConnectReturnCode::SERVER_UNAVAILABLE
    // LAB-END
}
