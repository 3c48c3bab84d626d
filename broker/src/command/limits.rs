//! The options on how much clients may cost.

use std::num::NonZeroU16;
use std::time::Duration;

use broker::Settings;
use broker_core::Configuration;
use clap::Args;

#[derive(Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitOptions {
    /// The size of the largest packet that is taken, in bytes: 2 to 268435460
    #[arg(
        long, value_name = "BYTES", default_value_t = Settings::default().max_packet_size,
        value_parser = size
    )]
    max_packet_size: usize,
    /// The same for a CONNECT, the first packet of a client: 2 to 268435460
    #[arg(
        long, value_name = "BYTES", default_value_t = Settings::default().max_connect_size,
        value_parser = size
    )]
    max_connect_size: usize,
    /// How many clients may be connected at a time; one more is closed at once
    #[arg(long, value_name = "NUMBER", default_value_t = Settings::default().max_connections)]
    max_connections: usize,
    /// How many connections may be open that no client was let in by yet; one more closes the oldest
    #[arg(long, value_name = "NUMBER", default_value_t = Configuration::default().max_unidentified)]
    max_unidentified: usize,
    /// How many seconds a client may take until its CONNECT; then it is closed
    #[arg(
        long, value_name = "SECONDS",
        default_value_t = Configuration::default().connect_timeout.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=86_400)
    )]
    connect_timeout: u64,
    /// How many sessions with Clean Session 0 there may be; who asks for one more is refused
    #[arg(long, value_name = "NUMBER", default_value_t = Configuration::default().max_kept_sessions)]
    max_kept_sessions: usize,
    /// How many bytes may wait for a connected client to read them; then it is closed
    #[arg(long, value_name = "BYTES", default_value_t = Settings::default().max_unread_bytes)]
    max_unread_bytes: usize,
    /// How many bytes may wait for all of them, with packets of theirs that are not whole yet; then the
    /// client with the most is closed
    #[arg(long, value_name = "BYTES", default_value_t = Settings::default().max_total_buffered_bytes)]
    max_total_buffered_bytes: usize,
    /// How many messages at QoS 1 and 2 may be on their way to a client: 1 to 65535
    #[arg(long, value_name = "NUMBER", default_value_t = Configuration::default().in_flight)]
    in_flight: NonZeroU16,
    /// How many messages may wait for a client that is away or does not acknowledge; what comes on top
    /// is lost
    #[arg(long, value_name = "NUMBER", default_value_t = Configuration::default().max_queued_messages)]
    max_queued_messages: usize,
    /// How many bytes of messages may be held for a client, with those that are on their way
    #[arg(long, value_name = "BYTES", default_value_t = Configuration::default().max_queued_bytes)]
    max_queued_bytes: usize,
    /// How many messages at QoS 2 of a client may wait for their PUBREL, 1 to 65535; one more closes it
    #[arg(long, value_name = "NUMBER", default_value_t = Configuration::default().max_unreleased)]
    max_unreleased: NonZeroU16,
    /// How many subscriptions a session may have; SUBACK refuses one more
    #[arg(long, value_name = "NUMBER", default_value_t = Configuration::default().max_subscriptions)]
    max_subscriptions: usize,
    /// How many bytes its Topic Filters may have together; SUBACK refuses what comes on top
    #[arg(
        long, value_name = "BYTES",
        default_value_t = Configuration::default().max_subscription_bytes
    )]
    max_subscription_bytes: usize,
    /// How many levels a Topic Filter may have; SUBACK refuses a longer one
    #[arg(long, value_name = "NUMBER", default_value_t = Configuration::default().max_filter_levels)]
    max_filter_levels: usize,
    /// About how many bytes of memory all sessions may take up; above that each has 16384 bytes
    #[arg(
        long, value_name = "BYTES",
        default_value_t = Configuration::default().max_total_session_bytes
    )]
    max_total_session_bytes: usize,
    /// How many retained messages there may be; one more is passed on and not retained
    #[arg(
        long, value_name = "NUMBER",
        default_value_t = Configuration::default().max_retained_messages
    )]
    max_retained_messages: usize,
    /// How many bytes may be retained
    #[arg(long, value_name = "BYTES", default_value_t = Configuration::default().max_retained_bytes)]
    max_retained_bytes: usize,
}

impl LimitOptions {
    /// Puts the limits into the settings.
    pub(super) fn apply(&self, settings: &mut Settings) {
        settings.max_packet_size = self.max_packet_size;
        settings.max_connect_size = self.max_connect_size;
        settings.max_connections = self.max_connections;
        settings.max_unread_bytes = self.max_unread_bytes;
        settings.max_total_buffered_bytes = self.max_total_buffered_bytes;
        settings.configuration = Configuration {
            connect_timeout: Duration::from_secs(self.connect_timeout),
            max_unidentified: self.max_unidentified,
            max_kept_sessions: self.max_kept_sessions,
            in_flight: self.in_flight,
            max_queued_messages: self.max_queued_messages,
            max_queued_bytes: self.max_queued_bytes,
            max_unreleased: self.max_unreleased,
            max_subscriptions: self.max_subscriptions,
            max_subscription_bytes: self.max_subscription_bytes,
            max_filter_levels: self.max_filter_levels,
            max_total_session_bytes: self.max_total_session_bytes,
            max_retained_messages: self.max_retained_messages,
            max_retained_bytes: self.max_retained_bytes,
            ..settings.configuration.clone()
        };
    }
}

/// The size of a packet.
fn size(text: &str) -> Result<usize, String> {
    let size = text.parse().ok().filter(|size| (2..=wire::MAX_PACKET).contains(size));
    size.ok_or_else(|| format!("a packet has 2 to {} bytes", wire::MAX_PACKET))
}
