//! What carries the bytes: a TCP connection, TLS over one, or anything else that has two ends.

use std::io;

use tap::Connection;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// An open Network Connection (MQTT 3.1.1 §4.2): bytes in both directions, in order, and without loss.
pub struct Transport {
    pub(crate) stream: Box<dyn Stream>,
    pub(crate) ends: Connection,
    /// What a trace tells of it, before the first packet.
    pub(crate) told: Option<String>,
}

/// What a client needs of a stream.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Transport {
    /// A connection over this stream, whose two ends are called so in a trace.
    pub fn new(
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        ends: Connection,
    ) -> Self {
        Self { stream: Box::new(stream), ends, told: None }
    }

    /// The two ends.
    pub fn ends(&self) -> Connection {
        self.ends
    }
}

/// Opens a TCP connection.
///
/// # Errors
///
/// What the system reports: [`io::ErrorKind::ConnectionRefused`] where nobody listens.
pub async fn connect_tcp(host: &str, port: u16) -> io::Result<Transport> {
    let (socket, ends) = open_tcp(host, port).await?;
    Ok(Transport::new(socket, ends))
}

pub(crate) async fn open_tcp(host: &str, port: u16) -> io::Result<(TcpStream, Connection)> {
    let socket = TcpStream::connect((host, port)).await?;
    // Packets are small, and each is waited for: none may be held back for a fuller segment.
    socket.set_nodelay(true)?;
    let ends = Connection { client: socket.local_addr()?, server: socket.peer_addr()? };
    Ok((socket, ends))
}
