//! The way from a client to its broker.

use client::{Transport, connect_tcp};

use crate::error::LabError;

/// Where the broker is, by which name it is called, and whether TLS is spoken with it.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Whom the client trusts. Without it the connection is plain.
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<client::Tls>,
}

impl Way {
    /// A plain one.
    pub(crate) fn plain(host: &str, port: u16) -> Self {
        Self {
            host: host.to_owned(),
            port,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// Opens a Network Connection.
    pub(crate) async fn connect(&self) -> Result<Transport, LabError> {
        let Self { host, port, .. } = self;
        #[cfg(feature = "tls")]
        if let Some(tls) = &self.tls {
            return client::connect_tls(host, *port, tls).await.map_err(|error| match error {
                client::ConnectError::Network { server, error } => {
                    LabError::Unreachable { broker: server, error }
                }
                client::ConnectError::Tls { error, .. } => LabError::NoTls(error),
                // The rest is of MQTT, which begins behind this.
                error => LabError::network("connect to the broker", std::io::Error::other(error)),
            });
        }
        connect_tcp(host, *port)
            .await
            .map_err(|error| LabError::Unreachable { broker: format!("{host}:{port}"), error })
    }
}
