//! 60-session-present: Who says that there is a session
//!
//! kind: behaviour
//! minutes: 15
//! part: core
//! page: session.html#session-present
//! rules: MQTT-3.2.2-1 MQTT-3.2.2-2 MQTT-3.2.2-3 MQTT-3.2.2-4
//! misconception: Whoever asks for a session has one.
//! uses: wire
//! checks with: broker-core lab wire
//! hint: Three things have to come together before Session Present is 1. Two of them the broker knows, one
//!   the client says in its CONNECT.
//! hint: The broker lets the client in, it keeps a session of this name, and the client did not ask for a
//!   clean one. If any of the three is missing, the bit is 0.
//! hint: connack() compares `return_code` with `ConnectReturnCode::ACCEPTED`, and puts `is_kept` and
//!   `!connect.clean_session` beside it with `&&`. must_subscribe() looks at both fields of the CONNACK.
//!
//! You are the part of a broker that answers a CONNECT, and then the part of a client that reads the
//! answer. CONNACK has one bit beside its code: Session Present. Say when it is 1, and what it means for
//! the client. The lab's own clients will talk to your broker, which is the lab's in all else.

use wire::{Connack, Connect, ConnectReturnCode};

/// The broker: its answer to a CONNECT. `is_kept` says whether it keeps a session of this Client
/// Identifier, and `return_code` whether it lets the client in: then it is `ConnectReturnCode::ACCEPTED`.
pub fn connack(connect: &Connect, is_kept: bool, return_code: ConnectReturnCode) -> Connack {
    // LAB: todo!("say when Session Present is 1")
    let is_in = return_code == ConnectReturnCode::ACCEPTED;
    let session_present = is_in && is_kept && !connect.clean_session;
    Connack { session_present, return_code }
    // LAB-END
}

/// The client: whether it has to subscribe now, being let in by a broker that knows of no subscription of
/// its own.
pub fn must_subscribe(connack: &Connack) -> bool {
    // LAB: todo!("say what the client does with the answer")
    connack.return_code == ConnectReturnCode::ACCEPTED && !connack.session_present
    // LAB-END
}
