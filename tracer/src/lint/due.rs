//! Wills that a subscriber has to get, because their clients are gone without a DISCONNECT.
//!
//! A server may refuse a will, or its subscriber, and say nothing. So this asks only for the will of a
//! client that published on the same topic before, where this subscriber got what it published; and waits
//! until nobody can take the client for one that is still there.

use std::time::Duration;

use wire::rules;

use super::published::Content;
use super::remark::{Fault, Remark, Spot, keys};

/// The wills that are due to one subscriber.
#[derive(Debug, Default)]
pub(super) struct Due(Vec<DueWill>);

/// A will that has to come.
#[derive(Clone, Debug)]
pub(super) struct DueWill {
    pub(super) content: Content,
    /// The CONNECT that left it with the server.
    pub(super) spot: Spot,
    /// By when the server knows that the client is gone.
    pub(super) by: Duration,
}

/// Wills that are waited for at once, at the most.
const MOST: usize = 1024;

impl Due {
    pub(super) fn add(&mut self, will: DueWill) {
        if self.0.len() < MOST {
            self.0.push(will);
        }
    }

    /// A message arrives.
    pub(super) fn arrive(&mut self, content: Content) {
        self.0.retain(|will| will.content != content);
    }

    /// The server answers a PINGREQ of that moment, and waits for nothing from this subscriber.
    pub(super) fn pinged(&mut self, asked_at: Duration) -> Vec<Remark> {
        let late = self.0.extract_if(.., |will| will.by < asked_at);
        late.map(|will| {
            let detail = "the client is gone, and a subscriber of the Will Topic never got it";
            will.spot.breaks(Fault::new(&rules::MQTT_3_1_2_8, keys::WILL_TOPIC, detail))
        })
        .collect()
    }
}
