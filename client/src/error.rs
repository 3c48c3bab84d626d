//! Why a client has no connection.

use std::error::Error;
use std::fmt;
use std::io;

use client_core::Why;
#[cfg(feature = "tls")]
use tls::HandshakeError;
use wire::{ConnectReturnCode, rules};

/// Why a connection did not come about.
#[derive(Debug)]
pub enum ConnectError {
    /// The client asks for a kept session and has no Client Identifier (`[MQTT-3.1.3-7]`). Nothing was
    /// sent.
    NamelessSession,
    /// No Network Connection to the server.
    Network {
        /// The server, as it was named.
        server: String,
        /// What the system says.
        error: io::Error,
    },
    /// There is a connection over TCP, but not over TLS.
    #[cfg(feature = "tls")]
    Tls {
        /// The server, as it was named.
        server: String,
        /// What failed.
        error: HandshakeError,
    },
    /// The server refused with a CONNACK.
    Refused(ConnectReturnCode),
    /// The Network Connection ended before the server let the client in.
    Disconnected(Why),
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NamelessSession => write!(
                f,
                "{} {}: give the client a Client Identifier, or let its session be clean",
                rules::MQTT_3_1_3_7.sentence,
                rules::MQTT_3_1_3_7,
            ),
            Self::Network { server, error } => {
                write!(f, "cannot connect to {server}: {error}")?;
                f.write_str(match error.kind() {
                    io::ErrorKind::ConnectionRefused => {
                        "; nobody listens there: start a broker, for instance with \
                         `cargo run -p broker`"
                    }
                    _ => "",
                })
            }
            #[cfg(feature = "tls")]
            Self::Tls { server, error } => write!(f, "no TLS with {server}: {error}"),
            Self::Refused(code) => {
                write!(f, "the server refused the connection: CONNACK code {code}")?;
                f.write_str(match *code {
                    ConnectReturnCode::IDENTIFIER_REJECTED => {
                        "; an empty Client Identifier needs Clean Session 1"
                    }
                    ConnectReturnCode::NOT_AUTHORIZED
                    | ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD => {
                        "; see to User Name and Password"
                    }
                    _ => "",
                })
            }
            Self::Disconnected(why) => {
                why.fmt(f)?;
                f.write_str(match why {
                    Why::Closed => {
                        ". No CONNACK came before: does the server speak TLS on this port \
                         (--cafile), or no MQTT at all?"
                    }
                    _ => "",
                })
            }
        }
    }
}

impl Error for ConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Network { error, .. } => Some(error),
            #[cfg(feature = "tls")]
            Self::Tls { error, .. } => Some(error),
            Self::NamelessSession | Self::Refused(_) | Self::Disconnected(_) => None,
        }
    }
}

/// The client ended before it did what was asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended;

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection ended before the server answered")
    }
}

impl Error for Ended {}
