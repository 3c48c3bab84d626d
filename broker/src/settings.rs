//! What whoever starts a broker can choose.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use broker_core::Configuration;
use tap::Tap;

use crate::authentication::Authentication;
#[cfg(feature = "tls")]
use crate::over_tls::Tls;

/// Where a [`Server`](crate::Server) listens, what it bears, and who looks on.
///
/// # What clients can cost
///
/// Whatever clients do, they take up no more memory than the limits allow. One of them can cost
///
/// - until it is let in, one packet of [`max_connect_size`](Self::max_connect_size), and there are no
///   more such clients than [`max_unidentified`](Configuration::max_unidentified);
/// - then one packet of [`max_packet_size`](Self::max_packet_size) that is not whole yet, and
///   [`max_unread_bytes`](Self::max_unread_bytes) that it does not read, both up to twice, since buffers
///   grow by doubling; its will and its names, which fitted into one CONNECT; and some 8 KiB for its
///   socket and its task (TLS takes as much as 64 KiB more);
/// - in its session, [`max_queued_bytes`](Configuration::max_queued_bytes) of messages and 128 bytes for
///   each of them; its Topic Filters twice, and 400 bytes for each of their levels; 8 bytes for each
///   message at QoS 2 without PUBREL.
///
/// Thousands of clients with all of that would fill any machine. So the whole broker takes up at most
///
/// ```text
///     2 · (max_total_buffered_bytes + max_packet_size)         what is read and written
///   + max_total_session_bytes + sessions · SESSION_SHARE       what outlives a connection; 16 KiB each
///   + max_retained_bytes + max_retained_messages · 256 bytes   what is retained
///   + max_connections · (max_connect_size + 8 KiB)             wills, names, sockets
/// ```
///
/// and a few MiB for itself: by default 1.8 GiB under the worst attack of 10 000 clients, and 7 MiB when
/// nobody is there. A store on disk takes some 100 MiB more for what it is to write and what it has read.
/// What the broker cannot bound is what the system keeps for each socket.
#[derive(Clone)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one. Default 127.0.0.1:1883.
    pub listen: SocketAddr,
    /// Where to listen for TLS as well. Default nowhere.
    #[cfg(feature = "tls")]
    pub tls: Option<Tls>,
    /// Who finds out whether clients are who they say they are; what each of them may do, its
    /// [`access`](Configuration::access) knows. Default nobody: every User Name is taken at its word.
    pub authentication: Option<Arc<dyn Authentication>>,
    /// What the broker itself can be told.
    pub configuration: Configuration,
    /// The size of the largest packet that is taken, in bytes; a client that announces more is closed
    /// (`[MQTT-4.8.0-2]`). Default 1 MiB; [`wire::MAX_PACKET`] for no limit.
    pub max_packet_size: usize,
    /// The same for a client that was not let in yet, whose first packet is its CONNECT; never more than
    /// [`max_packet_size`](Self::max_packet_size). Default 64 KiB.
    pub max_connect_size: usize,
    /// How many Network Connections may be open at a time; one more is closed at once. Default 10 000.
    pub max_connections: usize,
    /// How many bytes may wait for one client to read them; then it is closed. Default 16 MiB.
    pub max_unread_bytes: usize,
    /// How many bytes may be buffered for all clients together: what waits for them to read it, and
    /// what they sent and was not taken yet, since its packet is not whole or it has to wait. Then the
    /// one with the most is closed. Default 256 MiB.
    pub max_total_buffered_bytes: usize,
    /// Who is told what happens. Without one nothing is recorded.
    pub tap: Option<Arc<dyn Tap>>,
    /// Whether the tap sees packets too, and what happens to single messages. Default true; false is
    /// for a log, which then costs nothing for each message.
    pub tap_packets: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 1883).into(),
            #[cfg(feature = "tls")]
            tls: None,
            authentication: None,
            configuration: Configuration::default(),
            max_packet_size: 1 << 20,
            max_connect_size: 64 << 10,
            max_connections: 10_000,
            max_unread_bytes: 16 << 20,
            max_total_buffered_bytes: 256 << 20,
            tap: None,
            tap_packets: true,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut settings = f.debug_struct("Settings");
        #[cfg(feature = "tls")]
        settings.field("tls", &self.tls);
        settings
            .field("listen", &self.listen)
            .field("authentication", &self.authentication)
            .field("configuration", &self.configuration)
            .field("max_packet_size", &self.max_packet_size)
            .field("max_connect_size", &self.max_connect_size)
            .field("max_connections", &self.max_connections)
            .field("max_unread_bytes", &self.max_unread_bytes)
            .field("max_total_buffered_bytes", &self.max_total_buffered_bytes)
            .field("tap", &self.tap.is_some())
            .field("tap_packets", &self.tap_packets)
            .finish()
    }
}
