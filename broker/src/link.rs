//! One Network Connection: its socket, read and written by one task.
//!
//! Thousands of these tasks wait for their clients to say something. So what a task holds while it waits is
//! little: no buffer, no timer, nothing of what it does at its end.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use broker_core::ConnectionId;
use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::yield_now;
use tokio::time::timeout;
use wire::Version;

use crate::hub::Hub;
use crate::outbox::{End, Next, Outbox};
use crate::server::Alive;

/// How many bytes one read takes at first. It doubles while there is more to read.
const SMALLEST_READ: usize = 4 << 10;

/// How many bytes one read takes at most.
const LARGEST_READ: usize = 64 << 10;

/// How often is read in a row before what waits to be written is written: so many answers share a write.
const READS: u8 = 8;

/// How long the last bytes to a client may take: it may have stopped to read, so that they never went.
const FLUSH: Duration = Duration::from_secs(2);

/// How long a closed client may take to close its own end.
const LINGER: Duration = Duration::from_secs(1);

/// What a client is connected by.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {
    /// Waits until there may be something to read. Only then is there a buffer for it.
    fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>>;
}

impl Stream for TcpStream {
    fn poll_readable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_read_ready(context)
    }
}

#[cfg(feature = "tls")]
impl Stream for tls::server::TlsStream<TcpStream> {
    /// TLS does not tell before it is read: its connections hold their buffer.
    fn poll_readable(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Serves a Network Connection until its end.
pub(crate) fn serve(
    hub: Arc<Hub>,
    id: ConnectionId,
    outbox: Arc<Outbox>,
    stream: impl Stream,
    alive: Alive,
) -> impl Future<Output = ()> + Send {
    let mut link = Link {
        hub,
        id,
        outbox,
        stream,
        input: BytesMut::new(),
        version: Version::default(),
        size: SMALLEST_READ,
        reads: 0,
        asks: false,
        pause: None,
        _alive: alive,
    };
    async move {
        let Err(ending) = poll_fn(|context| link.poll_receive(context)).await;
        // In memory of its own: it is only at the end.
        Box::pin(link.end(ending)).await;
    }
}

/// What the task of a Network Connection holds.
struct Link<S> {
    hub: Arc<Hub>,
    id: ConnectionId,
    outbox: Arc<Outbox>,
    stream: S,
    /// What came and was not taken yet.
    input: BytesMut,
    /// The version of the client, from its CONNECT on.
    version: Version,
    /// How many bytes the next read takes.
    size: usize,
    /// How many reads there were in a row, up to [`READS`].
    reads: u8,
    /// Whether the broker is to be asked for more when others had their turn.
    asks: bool,
    /// What is waited for before the next packet is taken. In memory of its own: of thousands of clients,
    /// few ever wait.
    pause: Option<Waiting>,
    /// Held as long as the task: who stops the broker waits for it.
    _alive: Alive,
}

type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Why no more is received.
enum Ending {
    /// The client has closed its sending end.
    ByClient,
    /// The broker has closed the connection.
    ByBroker,
    /// The connection broke.
    Broken,
}

impl<S: Stream> Link<S> {
    /// Receives packets, and writes what there is to write meanwhile.
    fn poll_receive(&mut self, context: &mut Context<'_>) -> Poll<Result<Infallible, Ending>> {
        loop {
            if self.pause.is_some() {
                ready!(self.poll_and_write(context, Self::poll_pause))?;
            } else {
                let read = ready!(self.poll_and_write(context, Self::poll_read))?;
                if read.map_err(|_| Ending::Broken)? == 0 {
                    return Poll::Ready(Err(Ending::ByClient));
                }
            }
            let pause = self.hub.received(self.id, &mut self.input, &mut self.version);
            self.pause = pause.map(|pause| {
                let hub = Arc::clone(&self.hub);
                Box::pin(async move { hub.pause(pause).await }) as Waiting
            });
            if self.pause.is_none() {
                let_go(&mut self.input);
            }
        }
    }

    /// Waits until the broker takes the next packet.
    fn poll_pause(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.pause.as_mut().map_or(Poll::Ready(()), |pause| pause.as_mut().poll(context))
    }

    /// Waits for something, and writes what there is to write meanwhile; before that, if it is time to
    /// write. What came goes on to others before it is acknowledged: they are waited for as well, so their
    /// tasks, woken already, have their turn first.
    fn poll_and_write<T>(
        &mut self,
        context: &mut Context<'_>,
        mut poll: impl FnMut(&mut Self, &mut Context<'_>) -> Poll<T>,
    ) -> Poll<Result<T, Ending>> {
        if std::mem::take(&mut self.asks) {
            self.outbox.stay_awake();
            self.hub.ready(self.id);
        }
        let writes = self.reads == 0;
        loop {
            if writes && let Poll::Ready(ending) = self.poll_write(context) {
                return Poll::Ready(Err(ending));
            }
            if let Poll::Ready(value) = poll(self, context) {
                return Poll::Ready(Ok(value));
            }
            if !writes {
                self.reads = 0;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            if self.outbox.sleep(context, false) {
                return Poll::Pending;
            }
        }
    }

    /// Writes until that is over, and tells why.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Ending> {
        match ready!(self.outbox.poll_next(context, &mut self.stream)) {
            Ok(Next::Ask) => {
                self.asks = true;
                let _ = pin!(yield_now()).poll(context); // it is woken when others had their turn
                Poll::Pending
            }
            Ok(Next::End) => Poll::Ready(Ending::ByBroker),
            Err(_) => Poll::Ready(Ending::Broken),
        }
    }

    /// Reads some bytes, and tells how many. There is a buffer for them only when there is something to
    /// read: an idle connection holds no more memory than the bytes that came of its next packet.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.stream.poll_readable(context)?.is_ready() {
            self.input.reserve(self.size);
            if let Poll::Ready(read) = pin!(self.stream.read_buf(&mut self.input)).poll(context) {
                let count = match read {
                    // The end of TCP without an end of TLS: packets tell their length, so nothing is
                    // missed.
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
                    count => count?,
                };
                let is_all = count < self.size;
                self.size = if is_all { SMALLEST_READ } else { LARGEST_READ.min(self.size * 2) };
                self.reads = (self.reads + 1) % READS;
                return Poll::Ready(Ok(count));
            }
        }
        self.reads = 0;
        let_go(&mut self.input);
        Poll::Pending
    }

    async fn end(mut self, ending: Ending) {
        match ending {
            Ending::ByClient => {
                self.closed();
                // It closed its sending end alone, perhaps, and still gets its answers.
                self.outbox.end(End::Flushed);
                self.flush().await;
            }
            Ending::ByBroker if self.outbox.how_it_ends() == Some(End::Flushed) => {
                if self.flush().await {
                    finish(&mut self.stream).await;
                }
            }
            Ending::ByBroker => {}
            Ending::Broken => self.outbox.end(End::Dropped),
        }
        self.closed();
    }

    /// Tells the broker, which knows already if it has closed the connection itself.
    fn closed(&mut self) {
        self.hub.closed(self.id, &std::mem::take(&mut self.input));
    }

    /// Writes what is left. False if that is not possible, or lasts too long.
    async fn flush(&mut self) -> bool {
        let Self { outbox, stream, .. } = self;
        let written = poll_fn(|context| {
            loop {
                let written = outbox.poll_written(context, stream);
                if written.is_ready() || outbox.sleep(context, true) {
                    return written;
                }
            }
        });
        matches!(timeout(FLUSH, written).await, Ok(Ok(())))
    }
}

/// Lets go of a buffer: a new one costs less than to keep one for each of thousands.
fn let_go(input: &mut BytesMut) {
    if input.len() < SMALLEST_READ && input.capacity() > input.len() {
        *input = BytesMut::from(&input[..]);
    }
}

/// Ends a connection that the broker has closed, so that its last packet arrives: a socket that is
/// dropped while unread bytes are in it takes back what it had sent.
async fn finish(stream: &mut impl Stream) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let drain = async {
        let mut buffer = BytesMut::with_capacity(SMALLEST_READ);
        while stream.read_buf(&mut buffer).await? > 0 {
            buffer.clear();
        }
        Ok(())
    };
    let _: Result<io::Result<()>, _> = timeout(LINGER, drain).await;
}
