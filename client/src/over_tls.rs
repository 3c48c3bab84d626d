//! TLS below MQTT: the same packets, which only the two ends can read.
//!
//! ```text
//!   TCP ─▶ connect_tls ─▶ handshake ─▶ a Transport of decrypted bytes ─▶ as over TCP
//!                             └─ the client checks: who signed the server's certificate, for which
//!                                name, until when? What fails is a HandshakeError.
//! ```

use std::io;

use tls::ClientSide;

use crate::error::ConnectError;
use crate::transport::{Transport, open_tcp};

/// Opens a TCP connection, and speaks TLS over it. The server's certificate has to be for `host`, as
/// it stands here: a name or an address.
///
/// # Errors
///
/// [`ConnectError::Network`] if there is no TCP connection, [`ConnectError::Tls`] if the handshake
/// fails.
pub async fn connect_tls(
    host: &str,
    port: u16,
    tls: &ClientSide,
) -> Result<Transport, ConnectError> {
    let server = || format!("{host}:{port}");
    let network = |error: io::Error| ConnectError::Network { server: server(), error };
    let (socket, ends) = open_tcp(host, port).await.map_err(network)?;
    let stream = tls
        .handshake(host, socket)
        .await
        .map_err(|error| ConnectError::Tls { server: server(), error })?;
    let told = tls::told(stream.get_ref().1);
    Ok(Transport { told: Some(told), ..Transport::new(stream, ends) })
}
