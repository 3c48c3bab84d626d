//! The scenarios of the talk, in its order: each one a plain function over [`Lab`].
//!
//! A scenario tells in a paragraph what is about to happen, lets it happen, and has one point to
//! remember. It waits for packets, never for time to pass by chance, so that it plays on every stage.
//! What may be chosen in it stands in its `INPUTS`; whatever was chosen, it tells the truth.

mod authentication;
mod connection;
mod first_packets;
mod last_will;
mod publish;
mod qos;
mod request_reply;
mod retained;
mod session;
mod stealing;
mod subscribe;
mod tls;

use crate::by_hand::ByHand;
use crate::error::LabError;
use crate::inputs::{Choices, Input};
use crate::lab::Lab;

/// A scenario, and what there is to say about it beforehand.
#[derive(Debug)]
pub struct Scenario {
    /// How commands know it: `last-will`.
    pub name: &'static str,
    /// What happens in it, in one line.
    pub about: &'static str,
    /// The point to remember.
    pub remember: &'static str,
    /// How a person plays it, in several terminals.
    pub by_hand: ByHand,
    /// What may be chosen in it.
    pub inputs: &'static [Input],
    /// Plays it with these choices.
    pub play: fn(&mut Lab, &Choices) -> Result<(), LabError>,
}

/// All scenarios: the one that a first visitor sees, then those of the talk.
pub static SCENARIOS: &[Scenario] = &[
    first_packets::SCENARIO,
    connection::SCENARIO,
    last_will::SCENARIO,
    subscribe::SCENARIO,
    publish::SCENARIO,
    qos::SCENARIO,
    retained::SCENARIO,
    session::SCENARIO,
    stealing::SCENARIO,
    authentication::SCENARIO,
    tls::SCENARIO,
    request_reply::SCENARIO,
];

impl Scenario {
    /// The scenario of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        SCENARIOS.iter().find(|scenario| scenario.name == name)
    }
}
