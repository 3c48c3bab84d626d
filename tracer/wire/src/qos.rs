//! Quality of Service: how hard the two ends of one connection try to bring a message across.

use std::fmt;

/// A level of Quality of Service (MQTT 3.1.1 §4.3). Ordered: `AtMostOnce < ExactlyOnce`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qos {
    /// QoS 0: sent once, never acknowledged (§4.3.1).
    #[default]
    AtMostOnce = 0,
    /// QoS 1: kept until acknowledged, so that it may come twice (§4.3.2).
    AtLeastOnce = 1,
    /// QoS 2: four packets make sure that it comes once (§4.3.3).
    ExactlyOnce = 2,
}

impl Qos {
    /// All levels, lowest first.
    pub const ALL: [Self; 3] = [Self::AtMostOnce, Self::AtLeastOnce, Self::ExactlyOnce];

    /// The level that a number stands for; `None` for 3 and above, which stand for none
    /// (`[MQTT-3.3.1-4]`).
    pub const fn new(level: u8) -> Option<Self> {
        match level {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }

    /// The number of this level: 0, 1 or 2.
    pub const fn level(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for Qos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QoS {}", self.level())
    }
}
