//! Small roles: one half of a broker or client is somebody else's, and the lab plays the rest of it.
//!
//! ```text
//!   Routing    who gets a message, and what a new subscriber finds
//!   Receiving  QoS 1 and 2 in a broker, as it receives        (the rest: the lab's broker)
//!   Sending    QoS 1 and 2 in a client, as it sends           (the rest: the lab's client)
//! ```
//!
//! Exercises put the learner's code into such a role, so that it takes part in a whole conversation.

mod receiving;
mod routing;
mod sending;

pub use receiving::{Receiving, rehearse_receiving};
pub use routing::{Routing, rehearse_routing};
pub use sending::{Sending, rehearse_sending};
