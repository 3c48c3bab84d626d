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
    /// How many Network Connections may be open over which no client was let in yet. One more closes
    /// the one that was opened first: an honest client says CONNECT at once. Default 1000.
    pub max_unidentified: usize,
    /// How many sessions with Clean Session 0 there may be, whether their clients are there or away. A
    /// client that asks for one more is refused (CONNACK code 3); those that have one come back to it.
    /// Default 10 000.
    pub max_kept_sessions: usize,
    /// How many messages at QoS 1 and 2 may be on their way to one client without their last
    /// acknowledgement. Default 100.
    pub in_flight: NonZeroU16,
    /// How many messages may wait for one client that is away or does not acknowledge. What comes
    /// on top is dropped. Default 10 000.
    pub max_queued_messages: usize,
    /// How many bytes of topics and payloads may be held for one client: what waits, and what is on
    /// its way and not acknowledged. One message there may be, however large, and one more that was
    /// retained. Default 16 MiB.
    pub max_queued_bytes: usize,
    /// How many messages at QoS 2 of one client may wait for their PUBREL. A client that sends one more
    /// is closed, since MQTT 3.1.1 has no way to make it wait; known ones may be sent again.
    /// Default 10 000.
    pub max_unreleased: NonZeroU16,
    /// How many subscriptions one session may have; SUBACK refuses one more. Default 1000.
    pub max_subscriptions: usize,
    /// How many bytes the Topic Filters of one session may have together; SUBACK refuses what comes on
    /// top. Default 256 KiB.
    pub max_subscription_bytes: usize,
    /// How many levels the Topic Filter of a subscription may have; SUBACK refuses a longer one.
    /// Default 64: a filter of 65535 levels would cost hundreds of times its size.
    pub max_filter_levels: usize,
    /// About how many bytes of memory all sessions may take up together: their messages, subscriptions
    /// and names. Above that, each may still take up [`SESSION_SHARE`](crate::SESSION_SHARE). What would
    /// take up more is lost or refused, as where a session has reached limits of its own; a client that
    /// asks for one more session with Clean Session 0 is refused. Default 256 MiB.
    pub max_total_session_bytes: usize,
    /// How many retained messages there may be. One that finds no room is passed on and not retained,
    /// and the older one of its topic goes: it would tell what is not true any more. Default 10 000.
    pub max_retained_messages: usize,
    /// How many bytes of topics and payloads may be retained. Default 64 MiB.
    pub max_retained_bytes: usize,
    /// About how many bytes of retained messages go to one client in a step; the next ones come when it
    /// can take [more](crate::Output::More). Default 128 KiB.
    pub retained_page: usize,
    /// Who may connect, publish and subscribe. Default: everybody.
    pub access: Arc<dyn Access>,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            max_unidentified: 1000,
            max_kept_sessions: 10_000,
            in_flight: NonZeroU16::MIN.saturating_add(99),
            max_queued_messages: 10_000,
            max_queued_bytes: 16 << 20,
            max_unreleased: NonZeroU16::MIN.saturating_add(9_999),
            max_subscriptions: 1000,
            max_subscription_bytes: 256 << 10,
            max_filter_levels: 64,
            max_total_session_bytes: 256 << 20,
            max_retained_messages: 10_000,
            max_retained_bytes: 64 << 20,
            retained_page: 128 << 10,
            access: Arc::new(AllowAll),
        }
    }
}
