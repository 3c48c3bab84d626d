//! Somebody who stands between clients and broker, passes everything on, and looks.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tap::{Connection, Direction};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::record::{Records, TlsRecord};
use crate::stage::tally::Tally;

/// It knows nothing of keys: all that it has is the bytes.
pub(crate) struct Outsider {
    port: u16,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    records: Vec<TlsRecord>,
    /// The connection that was opened last, as the server knows it.
    last: Option<Connection>,
}

impl Outsider {
    /// Listens on a free port of the loopback, for those who want to go to the server at this address.
    pub(super) async fn between(server: SocketAddr, tally: Arc<Tally>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let sees = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // If it fails, one of the two is gone already.
                let _ = pass_on(client, server, &tally, &sees).await;
            }
        });
        Ok(Self { port, seen })
    }

    /// Where it listens.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// What it has seen since the last call, a line for each record.
    pub(crate) fn take(&self) -> Vec<String> {
        let records = std::mem::take(&mut lock(&self.seen).records);
        records.iter().map(TlsRecord::to_string).collect()
    }

    pub(super) fn last(&self) -> Option<Connection> {
        lock(&self.seen).last
    }
}

/// Opens the other half of the way, and lets the bytes pass in both directions.
async fn pass_on(
    client: TcpStream,
    server: SocketAddr,
    tally: &Tally,
    seen: &Arc<Mutex<Seen>>,
) -> io::Result<()> {
    let onward = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    onward.set_nodelay(true)?;
    let near = Connection { client: client.peer_addr()?, server: client.local_addr()? };
    let far = Connection { client: onward.local_addr()?, server };
    tally.also_called(near, far);
    lock(seen).last = Some(far);
    let (client_reads, client_writes) = client.into_split();
    let (server_reads, server_writes) = onward.into_split();
    tokio::spawn(watch(client_reads, server_writes, Direction::ToServer, Arc::clone(seen)));
    tokio::spawn(watch(server_reads, client_writes, Direction::ToClient, Arc::clone(seen)));
    Ok(())
}

/// Passes bytes on to the end of the stream, and notes each record before it arrives.
async fn watch(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    direction: Direction,
    seen: Arc<Mutex<Seen>>,
) {
    let mut records = Records::new(direction);
    let mut bytes = vec![0; 4096];
    while let Ok(count) = from.read(&mut bytes).await {
        if count == 0 {
            break;
        }
        records.push(&bytes[..count]);
        lock(&seen).records.extend(std::iter::from_fn(|| records.next()));
        if to.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await; // if it is gone, that is as good
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
