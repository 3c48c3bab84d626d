//! What whoever uses a client can choose.

use std::fmt;
use std::sync::Arc;

use client_core::Configuration;
use tap::Tap;
#[cfg(feature = "tls")]
use tls::ClientSide as Tls;
use wire::Text;

use crate::backoff::Backoff;

/// Where a [`Client`](crate::Client) connects to, what it says there, and who looks on.
///
/// A client that keeps its session, comes back by itself, and leaves a will:
///
/// ```
/// use client::{Backoff, Options};
/// use wire::{Qos, Text, TopicName, Will};
///
/// let mut options = Options::new("broker.example", 1883, Text::try_from("thermometer")?);
/// // The server keeps subscriptions and messages until this name comes back.
/// options.configuration.clean_session = false;
/// // When the connection is lost: after 1 s, 2 s, 4 s … 30 s. What was not acknowledged is sent again.
/// options.reconnect = Some(Backoff::default());
/// // At most five messages at QoS 1 and 2 wait for their acknowledgement; the others wait here.
/// options.configuration.in_flight = 5.try_into()?;
/// // What the server publishes when this client goes without a DISCONNECT.
/// options.configuration.will = Some(Will {
///     topic: TopicName::new("thermometer/alive")?,
///     message: "no".into(),
///     qos: Qos::AtLeastOnce,
///     retain: true,
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Options {
    /// The server's name or address.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// Whom to trust, if TLS is to be spoken. Default none: plain MQTT.
    #[cfg(feature = "tls")]
    pub tls: Option<Tls>,
    /// What the client says in its CONNECT, and how patient it is.
    pub configuration: Configuration,
    /// The size of the largest packet that is taken, in bytes. Default 1 MiB.
    pub max_packet_size: usize,
    /// Whether to connect again by itself when the Network Connection is lost, and after how long.
    /// Default no.
    pub reconnect: Option<Backoff>,
    /// Who is told what happens. Without one nothing is recorded.
    pub tap: Option<Arc<dyn Tap>>,
}

impl Options {
    /// A client of this name for this server, that leaves everything else at its default.
    pub fn new(host: &str, port: u16, client_identifier: Text) -> Self {
        Self {
            host: host.to_owned(),
            port,
            #[cfg(feature = "tls")]
            tls: None,
            configuration: Configuration::new(client_identifier),
            max_packet_size: 1 << 20,
            reconnect: None,
            tap: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut options = f.debug_struct("Options");
        #[cfg(feature = "tls")]
        options.field("tls", &self.tls);
        options
            .field("host", &self.host)
            .field("port", &self.port)
            .field("configuration", &self.configuration)
            .field("max_packet_size", &self.max_packet_size)
            .field("reconnect", &self.reconnect)
            .field("tap", &self.tap.is_some())
            .finish()
    }
}
