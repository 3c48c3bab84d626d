//! Takes the streams of many sinks.
//!
//! ```text
//!   sink ──TCP──▶ thread: Reader ─┐
//!   sink ──TCP──▶ thread: Reader ─┼─▶ channel ─▶ Merger ─▶ record by record, in order
//!   …                             ┘
//! ```

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tap::{Record, What};

use super::error::CaptureError;
use super::merger::Merger;
use super::reader::{Reader, Told};

/// Listens for [`Sink`](super::Sink)s, and for anything else that sends a capture over TCP.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    messages: Receiver<Message>,
    sender: SyncSender<Message>,
    stopped: Arc<AtomicBool>,
}

/// Stops a [`Listener`] from another thread.
#[derive(Clone)]
pub struct Stop(SyncSender<Message>);

/// What a [`Listener`] took in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many sources connected.
    pub sources: u64,
    /// How many Network Connections were told of.
    pub connections: u64,
    /// How many Control Packets.
    pub packets: u64,
    /// How many records were left out because another source had told them already.
    pub copies: u64,
}

enum Message {
    Connected,
    Told(u64, Told),
    Failed(SocketAddr, CaptureError),
    Stop,
}

/// How many records the sources may be ahead; then they wait, and at last the sinks drop.
const AHEAD: usize = 4096;

impl Listener {
    /// Listens at this address; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// What the system reports, for instance that another process listens there.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpListener::bind(address)?;
        let address = socket.local_addr()?;
        let (sender, messages) = sync_channel(AHEAD);
        Ok(Self { socket, address, messages, sender, stopped: Arc::default() })
    }

    /// Where it listens.
    pub fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// What stops it.
    pub fn stop(&self) -> Stop {
        Stop(self.sender.clone())
    }

    /// Hands on what the sources tell, in order and each thing once, until it is
    /// [stopped](Self::stop) or `show` breaks off. The threads of sources that are connected still
    /// end with their sources.
    ///
    /// # Errors
    ///
    /// If no thread can be started.
    pub fn run(self, mut show: impl FnMut(Record) -> ControlFlow<()>) -> io::Result<Counts> {
        let Self { socket, address, messages, sender, stopped } = self;
        let accepting = Arc::clone(&stopped);
        thread::Builder::new()
            .name("accept".to_owned())
            .spawn(move || accept(&socket, &sender, &accepting))?;
        let mut story = Story::default();
        let _ = story.tell(&messages, &mut show); // broken off or not: the counts are the same
        stopped.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(address)); // wakes the thread that accepts
        Ok(Counts { copies: story.merger.copies(), ..story.counts })
    }
}

impl Stop {
    /// Stops the listener, once it has shown what came before. Nothing happens if it has ended.
    pub fn stop(&self) {
        let _ = self.0.send(Message::Stop);
    }
}

fn accept(socket: &TcpListener, sender: &SyncSender<Message>, stopped: &AtomicBool) {
    let mut number = 0;
    for source in socket.incoming() {
        if stopped.load(Ordering::Relaxed) {
            return;
        }
        let Ok(source) = source else { continue }; // it went away before it was accepted
        let Ok(address) = source.peer_addr() else { continue };
        if sender.send(Message::Connected).is_err() {
            return;
        }
        let its_sender = sender.clone();
        let read = move || read(number, address, source, &its_sender);
        if let Err(error) = thread::Builder::new().name("source".to_owned()).spawn(read) {
            let failed = Message::Failed(address, CaptureError::Read { offset: 0, error });
            if sender.send(failed).is_err() {
                return;
            }
        }
        number += 1;
    }
}

fn read(number: u64, address: SocketAddr, source: TcpStream, sender: &SyncSender<Message>) {
    let mut reader = Reader::new(source);
    while let Some(told) = reader.next_told() {
        let message = match told {
            Ok(told) => Message::Told(number, told),
            Err(error) => Message::Failed(address, error),
        };
        if sender.send(message).is_err() {
            return;
        }
    }
}

/// The merged records on their way out.
struct Story {
    merger: Merger,
    counts: Counts,
    start: Instant,
    /// The time of the latest record, for what the listener itself has to tell.
    time: Duration,
}

impl Default for Story {
    fn default() -> Self {
        Self {
            merger: Merger::default(),
            counts: Counts::default(),
            start: Instant::now(),
            time: Duration::ZERO,
        }
    }
}

impl Story {
    fn tell(
        &mut self,
        messages: &Receiver<Message>,
        show: &mut impl FnMut(Record) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        loop {
            let now = self.start.elapsed();
            let wait = self.merger.deadline().map(|deadline| deadline.saturating_sub(now));
            // A day is long enough: the loop goes round once more.
            match messages.recv_timeout(wait.unwrap_or(Duration::from_secs(86_400))) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = self.start.elapsed();
            while let Some(record) = self.merger.next(now) {
                self.show(record, show)?;
            }
        }
        while let Ok(message) = messages.try_recv() {
            self.take(message);
        }
        while let Some(record) = self.merger.rest() {
            self.show(record, show)?;
        }
        ControlFlow::Continue(())
    }

    fn take(&mut self, message: Message) {
        let now = self.start.elapsed();
        match message {
            Message::Connected => self.counts.sources += 1,
            Message::Told(source, told) => {
                self.time = self.time.max(told.record.time);
                self.merger.add(now, source, told);
            }
            Message::Failed(address, error) => {
                let text = format!("the source at {address} is heard no more: {error}");
                let record = Record { time: self.time, connection: None, what: What::Event(text) };
                self.merger.add(now, 0, Told { position: 0, record });
            }
            Message::Stop => {}
        }
    }

    fn show(
        &mut self,
        record: Record,
        show: &mut impl FnMut(Record) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match record.what {
            What::Opened { .. } => self.counts.connections += 1,
            What::Packet { .. } => self.counts.packets += 1,
            What::Closed { .. } | What::Event(_) | What::Missing => {}
        }
        show(record)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sources, connections, packets, copies } = self;
        let plural = |count: &u64| if *count == 1 { "" } else { "s" };
        write!(
            f,
            "{packets} packet{} on {connections} connection{} from {sources} source{}; \
             {copies} told twice and shown once",
            plural(packets),
            plural(connections),
            plural(sources)
        )
    }
}
