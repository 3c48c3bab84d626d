//! 60-session-present: Who says that there is a session
//!
//! You are the part of a broker that answers a CONNECT, and then the part of a client that reads the
//! answer. CONNACK has one bit beside its code: Session Present. Say when it is 1, and what it means for
//! the client. The lab's own clients will talk to your broker, which is the lab's in all else.
//!
//! Check it:  cargo test -p ex-60-session-present
//! Read:      session.html#session-present in the book (cargo run -p book)

use wire::{Connack, Connect, ConnectReturnCode};

/// The broker: its answer to a CONNECT. `is_kept` says whether it keeps a session of this Client
/// Identifier, and `return_code` whether it lets the client in: then it is `ConnectReturnCode::ACCEPTED`.
pub fn connack(connect: &Connect, is_kept: bool, return_code: ConnectReturnCode) -> Connack {
    todo!("say when Session Present is 1")
}

/// The client: whether it has to subscribe now, being let in by a broker that knows of no subscription of
/// its own.
pub fn must_subscribe(connack: &Connack) -> bool {
    todo!("say what the client does with the answer")
}
