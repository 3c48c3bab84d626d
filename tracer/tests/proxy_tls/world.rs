//! A broker over TLS, certificates that are good and bad, and clients.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;
use std::time::SystemTime;

use broker::{Identity, Server, Settings, Tls};
use certificates::{Authority, Validity};
use tap::Record;
use tempfile::TempDir;
use tls::ClientSide;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tracer::capture::{Reader, Seen};

use super::peer::Running;

const CONNECT: &[u8] = b"\x10\x17\x00\x04MQTT\x04\xc2\x00\x3c\x00\x05alice\x00\x01u\x00\x01p";
const CONNACK: &[u8] = b"\x20\x02\x00\x00";
const PUBLISH: &[u8] = b"\x32\x07\x00\x01t\x00\x01hi";
const PUBACK: &[u8] = b"\x40\x02\x00\x01";
const DISCONNECT: &[u8] = b"\xe0\x00";

/// What a proxy with TLS needs around it.
pub(crate) struct World {
    folder: TempDir,
    /// The certificate of the authority behind the broker's and the proxy's certificate.
    pub(crate) authority: String,
    /// That of another one.
    pub(crate) other_authority: String,
    pub(crate) certificate: String,
    pub(crate) key: String,
    /// Where the broker listens, without TLS and with it.
    pub(crate) plain: SocketAddr,
    pub(crate) secured: SocketAddr,
    /// The same as the broker is called.
    to: String,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let day = Validity::days(SystemTime::now(), 1).unwrap();
        let authority = Authority::new("an authority", day).unwrap();
        let server = authority.issue(&["localhost"], day).unwrap();
        let other = Authority::new("another authority", day).unwrap();
        let written = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let identity = Identity::from_pem(server.certificate.as_bytes(), server.key.as_bytes());
        let (plain, secured) = serve(identity.unwrap());
        Self {
            authority: written("ca.pem", authority.certificate()),
            other_authority: written("other.pem", other.certificate()),
            certificate: written("server.pem", &server.certificate),
            key: written("server.key", &server.key),
            plain,
            secured,
            to: format!("localhost:{}", secured.port()),
            folder,
        }
    }

    /// A file that belongs to this test.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// The options of a proxy that speaks TLS to the broker.
    pub(crate) fn to_broker(&self) -> [&str; 4] {
        ["--to", &self.to, "--cafile", &self.authority]
    }

    /// The options of a proxy that speaks TLS to clients, and shows them the certificate.
    pub(crate) fn shown(&self) -> [&str; 4] {
        ["--listen-cert", &self.certificate, "--listen-key", &self.key]
    }

    /// A client that trusts the authority connects over TLS, publishes and goes.
    pub(crate) fn talk_over_tls(&self, proxy: &Running) -> io::Result<()> {
        let trusting = ClientSide::read(&self.authority).unwrap();
        runtime().block_on(async {
            let socket = TcpStream::connect(proxy.address).await?;
            let secured = trusting.handshake("localhost", socket).await;
            converse(secured.map_err(io::Error::other)?).await
        })
    }
}

/// A client connects, publishes and goes.
pub(crate) fn talk(proxy: &Running) {
    let talk = async { converse(TcpStream::connect(proxy.address).await?).await };
    runtime().block_on(talk).unwrap();
}

/// A client connects, and is closed.
pub(crate) fn knock(proxy: &Running) {
    let _ = runtime().block_on(async {
        let mut socket = TcpStream::connect(proxy.address).await?;
        socket.write_all(CONNECT).await?;
        socket.read_to_end(&mut Vec::new()).await // closed or reset
    });
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

async fn converse(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    for (said, answer) in [(CONNECT, CONNACK), (PUBLISH, PUBACK)] {
        stream.write_all(said).await?;
        stream.flush().await?;
        let mut read = vec![0; answer.len()];
        stream.read_exact(&mut read).await?;
        assert_eq!(read, answer);
    }
    stream.write_all(DISCONNECT).await?;
    stream.shutdown().await?;
    stream.read_to_end(&mut Vec::new()).await?;
    Ok(())
}

/// A broker that serves until the process ends; tells where, without TLS and with it.
fn serve(identity: Identity) -> (SocketAddr, SocketAddr) {
    let any = (Ipv4Addr::LOCALHOST, 0).into();
    let tls = Some(Tls { listen: any, ..Tls::new(identity) });
    let settings = Settings { listen: any, tls, ..Settings::default() };
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        runtime().block_on(async {
            let server = Server::bind(settings).await.unwrap();
            tell.send((server.local_address(), server.tls_address().unwrap())).unwrap();
            server.run(std::future::pending()).await.unwrap();
        });
    });
    told.recv().unwrap()
}

/// What our own reader makes of a capture.
pub(crate) fn read(path: &str) -> (Vec<Record>, Seen) {
    let mut reader = Reader::new(File::open(path).unwrap());
    let records = (&mut reader).map(Result::unwrap).collect();
    (records, reader.seen())
}

/// Where these bytes are in there for the first time.
pub(crate) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
