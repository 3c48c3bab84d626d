//! What whoever starts a broker can choose.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use broker_core::Configuration;
use tap::Tap;

use crate::authentication::Authentication;
#[cfg(feature = "tls")]
use crate::tls::Tls;

/// Where a [`Server`](crate::Server) listens, what it bears, and who looks on.
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
    /// How many Network Connections may be open at a time. Default 10 000.
    pub max_connections: usize,
    /// How many bytes may wait for one client to read them; then it is closed. Default 16 MiB.
    pub max_unread_bytes: usize,
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
            max_connections: 10_000,
            max_unread_bytes: 16 << 20,
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
            .field("max_connections", &self.max_connections)
            .field("max_unread_bytes", &self.max_unread_bytes)
            .field("tap", &self.tap.is_some())
            .field("tap_packets", &self.tap_packets)
            .finish()
    }
}
