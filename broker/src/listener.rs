//! Sockets that listen, each with what clients have to do there before MQTT begins.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::task::Poll;

use tokio::net::{TcpListener, TcpStream};

/// A socket that listens.
pub(crate) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    security: Security,
}

/// What stands between TCP and MQTT.
#[derive(Clone)]
pub(crate) enum Security {
    /// Nothing: whoever is on the path reads along.
    Plain,
    /// TLS.
    #[cfg(feature = "tls")]
    Tls(tls::Acceptor),
}

/// Where it is not possible to listen, and why: [`io::ErrorKind::AddrInUse`] where somebody listens
/// already.
#[derive(Debug)]
pub struct BindError {
    /// The address that was asked for.
    pub address: SocketAddr,
    /// What the system says.
    pub error: io::Error,
}

impl Listener {
    pub(crate) async fn bind(address: SocketAddr, security: Security) -> Result<Self, BindError> {
        let bound = async {
            let socket = TcpListener::bind(address).await?;
            Ok(Self { address: socket.local_addr()?, socket, security })
        };
        bound.await.map_err(|error| BindError { address, error })
    }

    /// Where it listens, with the port that was taken.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Waits until a client comes to one of these.
pub(crate) async fn accept(
    listeners: &[Listener],
) -> io::Result<(TcpStream, SocketAddr, &Security)> {
    poll_fn(|context| {
        for listener in listeners {
            if let Poll::Ready(accepted) = listener.socket.poll_accept(context) {
                let accepted =
                    accepted.map(|(socket, client)| (socket, client, &listener.security));
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    })
    .await
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot listen on {}: {}", self.address, self.error)
    }
}

impl std::error::Error for BindError {}

impl From<BindError> for io::Error {
    fn from(error: BindError) -> Self {
        Self::new(error.error.kind(), error)
    }
}
