//! One Network Connection: its socket, read and written by one task.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use broker_core::ConnectionId;
use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::tcp::OwnedReadHalf;
use wire::Version;

use crate::hub::Hub;
use crate::outbox::{End, Outbox};

/// How many bytes one read takes at first. It doubles while there is more to read.
const SMALLEST_READ: usize = 4 << 10;

/// How many bytes one read takes at most.
const LARGEST_READ: usize = 64 << 10;

/// How long a closed client may take to close its own end.
const LINGER: Duration = Duration::from_secs(1);

/// The end of a Network Connection that is read from.
pub(crate) trait Source: AsyncRead + Unpin + Send {
    /// Waits until there may be something to read. Only then is there a buffer for it.
    fn readable(&self) -> impl Future<Output = io::Result<()>> + Send;
}

impl Source for OwnedReadHalf {
    fn readable(&self) -> impl Future<Output = io::Result<()>> + Send {
        Self::readable(self)
    }
}

#[cfg(feature = "tls")]
impl<S: AsyncRead + Send> Source for tokio::io::ReadHalf<S> {
    /// TLS does not tell before it is read: its connections hold their buffer.
    fn readable(&self) -> impl Future<Output = io::Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}

/// Serves a Network Connection until its end.
pub(crate) async fn serve(
    hub: Arc<Hub>,
    id: ConnectionId,
    outbox: Arc<Outbox>,
    mut reader: impl Source,
    mut writer: impl AsyncWrite + Unpin + Send,
) {
    let mut buffer = BytesMut::new();
    let end = {
        let mut write = pin!(outbox.write_to(&mut writer, || hub.ready(id)));
        tokio::select! {
            end = &mut write => end,
            () = outbox.overdue() => End::Dropped,
            read = read(&hub, id, &mut reader, &mut buffer) => {
                hub.closed(id, std::mem::take(&mut buffer));
                // A client that closed its sending end alone still gets its answers.
                outbox.end(if read.is_ok() { End::Flushed } else { End::Dropped });
                tokio::select! {
                    _ = &mut write => {}
                    () = outbox.overdue() => {}
                }
                End::Dropped
            }
        }
    };
    if end == End::Flushed {
        finish(&mut reader, &mut writer).await;
    }
    hub.closed(id, buffer);
}

/// Reads until the other end closes; an error if the connection broke.
async fn read(
    hub: &Hub,
    id: ConnectionId,
    reader: &mut impl Source,
    buffer: &mut BytesMut,
) -> io::Result<()> {
    let mut version = Version::default();
    let mut size = SMALLEST_READ;
    loop {
        reader.readable().await?;
        buffer.reserve(size);
        let count = match reader.read_buf(buffer).await {
            // The end of TCP without an end of TLS: packets tell their length, so nothing is missed.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
            count => count?,
        };
        if count == 0 {
            return Ok(());
        }
        size = if count < size { SMALLEST_READ } else { LARGEST_READ.min(size * 2) };
        while let Some(pause) = hub.received(id, buffer, &mut version) {
            // In memory of its own: of thousands of clients, few ever wait.
            Box::pin(hub.pause(pause)).await;
        }
        if buffer.len() < SMALLEST_READ {
            // An idle connection holds no more memory than the bytes that came of its next packet.
            *buffer = BytesMut::from(&buffer[..]);
        }
    }
}

/// Ends a connection that the broker has closed, so that its last packet arrives: a socket that is
/// dropped while unread bytes are in it takes back what it had sent.
async fn finish(reader: &mut impl Source, writer: &mut (impl AsyncWrite + Unpin)) {
    let drain = async {
        let mut buffer = BytesMut::with_capacity(SMALLEST_READ);
        while reader.read_buf(&mut buffer).await? > 0 {
            buffer.clear();
        }
        Ok(())
    };
    if writer.shutdown().await.is_ok() {
        let _: Result<io::Result<()>, _> = tokio::time::timeout(LINGER, drain).await;
    }
}
