//! 91-tls-client: The same packets, in an envelope
//!
//! kind: behaviour
//! minutes: 35
//! part: core
//! page: tls.html#what-changes-and-what-does-not
//! misconception: TLS changes MQTT, any certificate will do, and a connection begins in clear.
//! first: then send
//! uses: tokio tokio-rustls
//! checks with: certificates tokio tokio-rustls
//! hint: Three things go into the handshake: whom you trust, by which name you called, and the connection.
//!   Everything else is done by the library; nothing of MQTT is to be changed, and nothing goes before it.
//! hint: `RootCertStore::empty()` takes the certificates of `CertificateDer::pem_slice_iter(authority)` with
//!   add(). `ClientConfig::builder()` takes it with `with_root_certificates`, and then
//!   `with_no_client_auth()`. The name is `ServerName::try_from(host.to_owned())`. Errors become ours with
//!   `.map_err(io::Error::other)?`.
//! hint: `TlsConnector::from(Arc::new(config)).connect(name, socket).await` is the whole handshake. Then
//!   `stream.write_all(packet).await?`, `stream.flush().await?`, and `read_exact` into a `[0; 4]`.
//!
//! You have a connection over TCP, and a CONNECT to send. Speak TLS with the server: trust this one
//! authority, whose certificate you got beforehand, and nobody else; and make sure that the server is the
//! one that you called. Then say CONNECT, the one of exercise 10, and wait for CONNACK. (Building a
//! library for TLS takes a minute the first time.)

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
    // LAB: todo!("trust the authority, name the host, and let the library do the handshake")
    let mut trusted = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(authority) {
        let certificate = certificate.map_err(io::Error::other)?;
        trusted.add(certificate).map_err(io::Error::other)?;
    }
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let config = ClientConfig::builder().with_root_certificates(trusted).with_no_client_auth();
    TlsConnector::from(Arc::new(config)).connect(name, socket).await
    // LAB-END
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
    // LAB: todo!("open TLS, then send the packet, flush, and read the answer")
    let mut stream = open_tls(socket, host, authority).await?;
    stream.write_all(packet).await?;
    stream.flush().await?;
    let mut connack = [0; 4];
    stream.read_exact(&mut connack).await?;
    Ok(connack)
    // LAB-END
}
