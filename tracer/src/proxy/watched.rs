//! A stream whose bytes are told as they pass.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tap::{Connection, Direction, Record, Tap, What};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::now;
use crate::capture::reverse;

/// Tells what is read and written.
///
/// What was read is told a moment late: when its reader asks for something else, or goes. By then it
/// knows the keys that it found in there, and has told them.
pub(super) struct Watched<S> {
    stream: S,
    /// Where what is read goes to.
    reads: Direction,
    records: Option<Records>,
    /// When, and what.
    read: Option<(Duration, Bytes)>,
}

/// Who is told of the bytes of a connection.
pub(super) struct Records {
    pub(super) connection: Connection,
    pub(super) tap: Arc<dyn Tap>,
}

impl Records {
    fn tell(&self, time: Duration, direction: Direction, bytes: Bytes) {
        let what = What::Packet { direction, bytes };
        self.tap.record(Record { time, connection: Some(self.connection), what });
    }
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, reads: Direction, records: Option<Records>) -> Self {
        Self { stream, reads, records, read: None }
    }

    fn tell_read(&mut self) {
        if let (Some((time, read)), Some(records)) = (self.read.take(), &self.records) {
            records.tell(time, self.reads, read);
        }
    }
}

impl<S> Drop for Watched<S> {
    fn drop(&mut self) {
        self.tell_read();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.tell_read();
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let read = &buffer.filled()[before..];
        if self.records.is_some() && !read.is_empty() {
            self.read = Some((now(), Bytes::copy_from_slice(read)));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.tell_read();
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        if let (Poll::Ready(Ok(written @ 1..)), Some(records)) = (&polled, &self.records) {
            records.tell(now(), reverse(self.reads), Bytes::copy_from_slice(&bytes[..*written]));
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.tell_read();
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.tell_read();
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
