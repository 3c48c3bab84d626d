//! 91-tls-client: The same packets, in an envelope
//!
//! You have a connection over TCP, and a CONNECT to send. Speak TLS with the server: trust this one
//! authority, whose certificate you got beforehand, and nobody else; and make sure that the server is the
//! one that you called. Then say CONNECT, the one of exercise 10, and wait for CONNACK. (Building a
//! library for TLS takes a minute the first time.)
//!
//! Check it:  cargo test -p ex-91-tls-client
//! Read:      tls.html#what-changes-and-what-does-not in the book (cargo run -p book)

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Opens TLS over this connection. `host` is the name by which the server was called, `authority` the
/// certificate of the authority, in PEM.
pub async fn open_tls<S>(socket: S, host: &str, authority: &[u8]) -> io::Result<TlsStream<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    todo!("trust the authority, name the host, and let the library do the handshake")
}

/// Opens TLS, sends this CONNECT, and waits for CONNACK, which has 4 bytes.
pub async fn connect<S>(
    socket: S,
    host: &str,
    authority: &[u8],
    packet: &[u8],
) -> io::Result<[u8; 4]>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    todo!("open TLS, then send the packet, flush, and read the answer")
}
