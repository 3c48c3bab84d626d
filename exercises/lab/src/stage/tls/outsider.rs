//! Somebody who stands between clients and broker, passes everything on, and looks.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tap::{Connection, Direction, Record, Side, What};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::record::{Records, TlsRecord};
use crate::audience::Audience;
use crate::stage::tally::Tally;

/// It knows nothing of keys: all that it has is the bytes.
pub(crate) struct Outsider {
    port: u16,
    witness: Arc<Witness>,
}

/// Sees what passes, and tells the audience.
struct Witness {
    audience: Arc<dyn Audience>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    records: Vec<TlsRecord>,
    /// The connection that was opened last, as the server knows it.
    last: Option<Connection>,
}

impl Outsider {
    /// Listens on a free port of the loopback, for those who want to go to the server at this address.
    pub(super) async fn between(
        server: SocketAddr,
        tally: Arc<Tally>,
        audience: Arc<dyn Audience>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let witness = Arc::new(Witness { audience, seen: Mutex::default() });
        let sees = Arc::clone(&witness);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // If it fails, one of the two is gone already.
                let _ = pass_on(client, server, &tally, &sees).await;
            }
        });
        Ok(Self { port, witness })
    }

    /// Where it listens.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// What it has seen since the last call, a line for each record.
    pub(crate) fn take(&self) -> Vec<String> {
        let records = std::mem::take(&mut self.witness.seen().records);
        records.iter().map(TlsRecord::to_string).collect()
    }

    pub(super) fn last(&self) -> Option<Connection> {
        self.witness.seen().last
    }
}

impl Witness {
    fn tell(&self, connection: Connection, what: What) {
        let time = SystemTime::UNIX_EPOCH.elapsed().unwrap_or(Duration::ZERO);
        self.audience.outside_tls(Record { time, connection: Some(connection), what });
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the other half of the way, and lets the bytes pass in both directions.
async fn pass_on(
    client: TcpStream,
    server: SocketAddr,
    tally: &Tally,
    witness: &Arc<Witness>,
) -> io::Result<()> {
    let onward = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    onward.set_nodelay(true)?;
    let near = Connection { client: client.peer_addr()?, server: client.local_addr()? };
    let far = Connection { client: onward.local_addr()?, server };
    tally.also_called(near, far);
    witness.seen().last = Some(far);
    witness.tell(far, What::Opened { client_name: None });
    let (client_reads, client_writes) = client.into_split();
    let (server_reads, server_writes) = onward.into_split();
    let watching = |direction| Watch { witness: Arc::clone(witness), connection: far, direction };
    tokio::spawn(watching(Direction::ToServer).pass(client_reads, server_writes));
    tokio::spawn(watching(Direction::ToClient).pass(server_reads, client_writes));
    Ok(())
}

/// One direction of a connection.
struct Watch {
    witness: Arc<Witness>,
    connection: Connection,
    direction: Direction,
}

impl Watch {
    /// Passes bytes on to the end of the stream, and notes each record before it arrives.
    async fn pass(self, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
        let Self { witness, connection, direction } = self;
        let mut records = Records::new(direction);
        let mut bytes = vec![0; 4096];
        while let Ok(count) = from.read(&mut bytes).await {
            if count == 0 {
                break;
            }
            let passing = Bytes::copy_from_slice(&bytes[..count]);
            records.push(&passing);
            witness.seen().records.extend(std::iter::from_fn(|| records.next()));
            witness.tell(connection, What::Packet { direction, bytes: passing.clone() });
            if to.write_all(&passing).await.is_err() {
                break;
            }
        }
        let by = match direction {
            Direction::ToServer => Side::Client,
            Direction::ToClient => Side::Server,
        };
        witness.tell(connection, What::Closed { by }); // the second one tells nothing new
        let _ = to.shutdown().await; // if it is gone, that is as good
    }
}
