//! Why a scenario could not be played to its end.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use wire::{ConnectReturnCode, TextError};

/// What went other than the scenario says.
#[derive(Debug)]
pub enum LabError {
    /// Something that the scenario waited for did not come.
    Missing {
        /// Who waited.
        who: String,
        /// For what.
        what: &'static str,
        /// How long.
        waited: Duration,
        /// What came to this client instead, in its order.
        instead: Vec<String>,
    },
    /// The broker refused a connection that the scenario counts on.
    Refused {
        /// Whose.
        who: String,
        /// With which code.
        code: ConnectReturnCode,
    },
    /// The broker accepted a connection that it should have refused.
    NotRefused {
        /// Whose.
        who: String,
    },
    /// A topic or a name that the scenario uses is none.
    Text(TextError),
    /// The broker that was named does not answer.
    Unreachable {
        /// The broker, as it was named.
        broker: String,
        /// What the system said.
        error: io::Error,
    },
    /// The client gave up during the TLS handshake.
    #[cfg(feature = "tls")]
    NoTls(client::HandshakeError),
    /// The network of this machine does not play along.
    Network {
        /// What was tried.
        trying: &'static str,
        /// What the system said.
        error: io::Error,
    },
}

impl LabError {
    #[cfg(feature = "tcp")]
    pub(crate) fn network(trying: &'static str, error: io::Error) -> Self {
        Self::Network { trying, error }
    }
}

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { who, what, waited, instead } => match instead.as_slice() {
                [] => write!(f, "{who} waited {} s for {what} in vain", waited.as_secs_f32()),
                instead => {
                    write!(f, "{who} waited for {what}; instead came: {}", instead.join("; "))
                }
            },
            Self::Refused { who, code } => {
                write!(f, "the broker refused the connection of {who}: CONNACK code {code}")?;
                f.write_str(match *code {
                    ConnectReturnCode::NOT_AUTHORIZED
                    | ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD => {
                        "; name a user that it knows with --user and --password"
                    }
                    _ => "",
                })
            }
            Self::NotRefused { who } => {
                write!(f, "the broker accepted the connection of {who}, which it should refuse")
            }
            Self::Text(error) => error.fmt(f),
            Self::Unreachable { broker, error } => write!(
                f,
                "cannot connect to the broker at {broker}: {error}; is one running there, and is that \
                 the port for plain MQTT?"
            ),
            #[cfg(feature = "tls")]
            Self::NoTls(error) => write!(f, "there is no TLS: {error}"),
            Self::Network { trying, error } => write!(f, "cannot {trying}: {error}"),
        }
    }
}

impl Error for LabError {}

impl From<TextError> for LabError {
    fn from(error: TextError) -> Self {
        Self::Text(error)
    }
}
