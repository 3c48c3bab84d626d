//! What whoever runs a client can choose.

use std::num::NonZeroU16;
use std::time::Duration;

use wire::{Connect, Credentials, Text, Version, Will};

/// What a [`Client`](crate::Client) says in its CONNECT, and how patient it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// The version that the client speaks. Default 3.1.1.
    pub version: Version,
    /// The name under which the server keeps the session (MQTT 3.1.1 §3.1.3.1). Empty: the server
    /// chooses one, and the session has to be clean
    /// ([`is_nameless_session`](Self::is_nameless_session)).
    pub client_identifier: Text,
    /// Whether to begin without what was before, and to leave nothing behind (§3.1.2.4). Default true.
    pub clean_session: bool,
    /// The longest time between two packets of the client, in seconds: 0 to 65535, 0 for no limit
    /// (§3.1.2.10). Default 60.
    pub keep_alive: u16,
    /// What the server is to publish if the client goes without a DISCONNECT. Default none.
    pub will: Option<Will>,
    /// Who the client says it is. Default nobody.
    pub credentials: Option<Credentials>,
    /// How many messages at QoS 1 and 2 may be on their way without their last acknowledgement.
    /// Default 20.
    pub in_flight: NonZeroU16,
    /// How long the server may take to answer CONNECT; PINGREQ too, unless the Keep Alive is shorter.
    /// The standard asks for a reasonable time (§3.1.4, §3.1.2.10). Default 10 s.
    pub patience: Duration,
}

impl Configuration {
    /// A client of this name that leaves everything else at its default.
    pub fn new(client_identifier: Text) -> Self {
        Self {
            version: Version::V3_1_1,
            client_identifier,
            clean_session: true,
            keep_alive: 60,
            will: None,
            credentials: None,
            in_flight: NonZeroU16::MIN.saturating_add(19),
            patience: Duration::from_secs(10),
        }
    }

    /// Whether a kept session is asked for without a name by which it could be found again. No client
    /// may do so (`[MQTT-3.1.3-7]`); the core sends what it is told, so that the lab can show how a
    /// server refuses it.
    pub fn is_nameless_session(&self) -> bool {
        self.client_identifier.is_empty() && !self.clean_session
    }

    /// The CONNECT that says so.
    pub(crate) fn connect(&self) -> Connect {
        Connect {
            version: self.version,
            clean_session: self.clean_session,
            keep_alive: self.keep_alive,
            client_identifier: self.client_identifier.clone(),
            will: self.will.clone(),
            credentials: self.credentials.clone(),
        }
    }
}
