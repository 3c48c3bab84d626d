//! A broker over real TCP, and clients that send raw bytes.
#![allow(dead_code)] // each file of tests uses a part

pub(crate) mod process;
pub(crate) mod session;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use broker::{Server, Settings};
use tap::{Collector, Record, What};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long anything may take before a test fails. Nothing waits that long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// A broker that runs beside the test, in the same runtime.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    /// Where it listens for TLS, if it does.
    #[cfg(feature = "tls")]
    pub(crate) tls_address: Option<SocketAddr>,
    records: Collector,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Running {
    pub(crate) async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    /// With these settings, but on a free port and with a tap.
    pub(crate) async fn with(settings: Settings) -> Self {
        let records = Collector::default();
        let settings = Settings {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            tap: Some(Arc::new(records.clone())),
            ..settings
        };
        let server = Server::bind(settings).await.unwrap();
        let address = server.local_address();
        #[cfg(feature = "tls")]
        let tls_address = server.tls_address();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Self {
            address,
            #[cfg(feature = "tls")]
            tls_address,
            records,
            stop,
            task,
        }
    }

    pub(crate) async fn client(&self) -> Client {
        let socket = TcpStream::connect(self.address).await.unwrap();
        socket.set_nodelay(true).unwrap();
        Client { socket }
    }

    /// A client whose CONNACK was read: Clean Session 1, no Keep Alive.
    pub(crate) async fn connected(&self, name: &str) -> Client {
        let mut client = self.client().await;
        client.send(&connect(name)).await;
        client.expect(b"\x20\x02\0\0").await;
        client
    }

    /// What the broker recorded since the last call.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.records.take()
    }

    /// Waits for an event whose sentence has this in it, and gives all that was recorded up to there.
    pub(crate) async fn until_event(&self, part: &str) -> Vec<Record> {
        let mut seen = Vec::new();
        let is_it = |it: &Record| matches!(&it.what, What::Event(event) if event.contains(part));
        let waiting = async {
            while !seen.iter().any(is_it) {
                tokio::task::yield_now().await;
                seen.extend(self.records());
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, waiting).await.is_ok();
        assert!(in_time, "{part} is not among {seen:?}");
        seen
    }

    /// Stops the broker, and waits until it has stopped.
    pub(crate) async fn stop(self) -> Vec<Record> {
        self.stop.send(()).unwrap();
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap().unwrap();
        self.records.take()
    }

    /// Gives up serving, without stopping first.
    pub(crate) fn give_up(&self) {
        self.task.abort();
    }
}

/// A client that knows nothing of MQTT: the test says each byte.
pub(crate) struct Client<S = TcpStream> {
    pub(crate) socket: S,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).await.unwrap();
    }

    /// Reads exactly these bytes.
    pub(crate) async fn expect(&mut self, bytes: &[u8]) {
        let mut read = vec![0; bytes.len()];
        tokio::time::timeout(PATIENCE, self.socket.read_exact(&mut read))
            .await
            .unwrap_or_else(|_| panic!("nothing more came, where {bytes:02x?} was awaited"))
            .unwrap();
        assert_eq!(read, bytes, "read {read:02x?}, awaited {bytes:02x?}");
    }

    /// Reads the end of the stream, and nothing before it.
    pub(crate) async fn expect_closed(&mut self) {
        let mut rest = Vec::new();
        let read = tokio::time::timeout(PATIENCE, self.socket.read_to_end(&mut rest)).await;
        assert_eq!(read.expect("the broker closes").ok(), Some(0), "{rest:02x?}");
    }

    /// The broker has taken everything that was sent before, and answers.
    pub(crate) async fn ping(&mut self) {
        self.send(b"\xc0\0").await;
        self.expect(b"\xd0\0").await;
    }
}

/// A CONNECT with Clean Session 1 and Keep Alive 0.
pub(crate) fn connect(name: &str) -> Vec<u8> {
    let mut body = b"\0\x04MQTT\x04\x02\0\0".to_vec();
    body.extend(string(name));
    packet(0x10, &body)
}

/// The same with User Name and Password.
pub(crate) fn connect_as(name: &str, user_name: &str, password: &str) -> Vec<u8> {
    let mut body = b"\0\x04MQTT\x04\xc2\0\0".to_vec();
    body.extend([name, user_name, password].map(string).concat());
    packet(0x10, &body)
}

pub(crate) fn subscribe(filter: &str, qos: u8) -> Vec<u8> {
    let mut body = b"\0\x01".to_vec();
    body.extend(string(filter));
    body.push(qos);
    packet(0x82, &body)
}

/// A PUBLISH at QoS 0.
pub(crate) fn publish(topic: &str, payload: &[u8]) -> Vec<u8> {
    let mut body = string(topic);
    body.extend(payload);
    packet(0x30, &body)
}

pub(crate) fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut length = body.len();
    loop {
        let low = u8::try_from(length % 128).unwrap();
        length /= 128;
        packet.push(if length > 0 { low | 0x80 } else { low });
        if length == 0 {
            break;
        }
    }
    packet.extend(body);
    packet
}

pub(crate) fn string(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    [&length.to_be_bytes(), text.as_bytes()].concat()
}
