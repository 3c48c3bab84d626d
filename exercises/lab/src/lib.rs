//! The lab: a broker and named clients that play scenarios, packet by packet.
//!
//! ```text
//!   scenario(&mut Lab) ──▶ Lab ──▶ Stage     virtual: both cores, links and a clock of our own
//!   (one plain function)    │                tcp: the real clients, with the real broker or any other
//!                           └──▶ Audience    narration, packets and events, in their order
//! ```
//!
//! A scenario is one function over [`Lab`]. On the virtual stage it takes no time, and its transcript
//! is the same byte for byte each time: that is what tests and exercises use. Over TCP the same
//! function, unchanged, drives the real broker and the real clients.

mod audience;
mod by_hand;
mod error;
mod guest;
mod house;
mod inputs;
mod lab;
mod rehearsal;
mod role;
pub mod scenario;
mod script;
mod stage;
mod transcript;

pub use audience::{Audience, Reader};
pub use by_hand::{Action, ByHand, Step, Tools};
pub use error::LabError;
pub use guest::{Account, Guest, Note};
pub use inputs::{Choices, Input, InputError, Kind};
pub use lab::Lab;
#[cfg(feature = "tcp")]
pub use lab::OtherBroker;
pub use rehearsal::{Rehearsal, rehearse_both, rehearse_broker, rehearse_client};
pub use role::{
    Receiving, Routing, Sending, rehearse_receiving, rehearse_routing, rehearse_sending,
};
pub use scenario::{SCENARIOS, Scenario};
pub use script::Script;
pub use stage::{Actor, ClientPart, Doubt, ServerPart, usual_answer};
pub use transcript::Transcript;
