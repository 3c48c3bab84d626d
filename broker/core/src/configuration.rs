//! What whoever runs the broker can choose.

use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::Duration;

use crate::access::{Access, AllowAll};

/// Limits of a [`Broker`](crate::Broker), and who may do what.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// How long a client may take from opening the Network Connection to its CONNECT (MQTT 3.1.1
    /// §3.1.4 asks for a limit, and leaves its length open). Default 10 s.
    pub connect_timeout: Duration,
    /// How many messages at QoS 1 and 2 may be on their way to one client without their last
    /// acknowledgement. Default 100.
    pub in_flight: NonZeroU16,
    /// How many messages may wait for one client that is away or does not acknowledge. What comes
    /// on top is dropped. Default 10 000.
    pub max_queued_messages: usize,
    /// How many bytes of topics and payloads may wait for one client. Default 16 MiB.
    pub max_queued_bytes: usize,
    /// How many levels the Topic Filter of a subscription may have; SUBACK refuses a longer one.
    /// Default 200: a filter of 65535 levels would cost a thousand times its size.
    pub max_filter_levels: usize,
    /// Who may connect, publish and subscribe. Default: everybody.
    pub access: Arc<dyn Access>,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            in_flight: NonZeroU16::MIN.saturating_add(99),
            max_queued_messages: 10_000,
            max_queued_bytes: 16 << 20,
            max_filter_levels: 200,
            access: Arc::new(AllowAll),
        }
    }
}
