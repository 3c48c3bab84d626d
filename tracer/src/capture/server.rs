//! A tap that streams a capture to whoever connects: Wireshark, tshark, as many as there are.
//!
//! ```text
//!                    ┌─▶ Sink ─▶ socket     a reader that keeps pace
//!   noted(record) ───┼─▶ Sink ─▶ socket     one that does not: what it misses is counted and told
//!                    └─▶ Sink ─▶ socket     one that came late: first what is open, and its CONNECT
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tap::{Connection, Record, Tap, What};

use super::convention::canonical;
use super::note::Note;
use super::sink::Sink;

/// Streams everything as pcapng to all who connect: `wireshark -k -i TCP@ADDRESS`.
///
/// Recording never waits for a reader. A reader that comes late is told first of the connections that
/// are open, each with its CONNECT, since Wireshark needs that to read what follows.
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
}

/// What a [`Server`] served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// How many readers connected.
    pub readers: u64,
    /// How many records were dropped for readers that did not keep pace, all of them together.
    pub dropped: u64,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    stopped: AtomicBool,
}

#[derive(Default)]
struct State {
    readers: Vec<Sink>,
    open: BTreeMap<Connection, Vec<(Record, Note)>>,
    served: Served,
}

/// How many open connections are remembered for readers that come late, and how large a CONNECT may be
/// to be told to them.
const REMEMBERED: usize = 16_384;
const LARGEST_CONNECT: usize = 1 << 16;

impl Server {
    /// Listens at this address; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// What the system reports, for instance that another process listens there.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpListener::bind(address)?;
        let address = socket.local_addr()?;
        let shared = Arc::<Shared>::default();
        let accepting = Arc::clone(&shared);
        thread::Builder::new()
            .name("readers".to_owned())
            .spawn(move || accepting.accept(&socket))?;
        Ok(Self { shared, address })
    }

    /// Where it listens.
    pub fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// How many readers look on at the moment, as far as the system has told of those who went away.
    pub fn readers(&self) -> usize {
        self.shared.state().readers.len()
    }

    /// Tells all readers what happened, and what it is.
    pub fn noted(&self, record: &Record, note: &Note) {
        let mut state = self.shared.state();
        state.remember(record, note);
        let State { readers, served, .. } = &mut *state;
        readers.retain(|reader| {
            reader.noted(record, note);
            let is_gone = reader.has_ended();
            served.dropped += if is_gone { reader.dropped() } else { 0 };
            !is_gone
        });
    }

    /// Tells all readers session keys of TLS, as [`Writer::keys`](super::Writer::keys) writes them. Who
    /// comes later can read the connections that are opened then, and not those before.
    pub fn keys(&self, lines: &str) {
        self.shared.state().readers.iter().for_each(|reader| reader.keys(lines));
    }

    /// Ends the streams, after what waits has been sent, 2 seconds at most for each reader.
    pub fn finish(self) -> Served {
        self.shared.stopped.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address)); // wakes the thread that accepts
        let (readers, mut served) = {
            let mut state = self.shared.state();
            (std::mem::take(&mut state.readers), state.served)
        };
        for reader in readers {
            let _ = reader.finish(); // whether it went away or not: it was told what it would take
            served.dropped += reader.dropped();
        }
        served
    }
}

impl Tap for Server {
    fn record(&self, record: Record) {
        self.noted(&record, &Note::default());
    }
}

impl fmt::Display for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { readers, dropped } = self;
        let plural = if *readers == 1 { "" } else { "s" };
        write!(f, "{readers} reader{plural} looked on")?;
        match dropped {
            0 => Ok(()),
            1 => write!(f, "; 1 record was dropped, since they did not keep pace"),
            _ => write!(f, "; {dropped} records were dropped, since they did not keep pace"),
        }
    }
}

impl Shared {
    fn accept(&self, socket: &TcpListener) {
        for reader in socket.incoming() {
            if self.stopped.load(Ordering::Relaxed) {
                return;
            }
            let Ok(reader) = reader else { continue }; // it went away before it was accepted
            let _ = reader.set_nodelay(true); // where the system refuses that, packets still go
            let mut state = self.state();
            let Ok(sink) = Sink::to(reader) else { continue }; // no thread: the reader sees an end
            for (record, note) in state.open.values().flatten() {
                sink.noted(record, note);
            }
            state.served.readers += 1;
            state.readers.push(sink);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Keeps what a reader must know that comes later.
    fn remember(&mut self, record: &Record, note: &Note) {
        let Some(connection) = record.connection.map(canonical) else { return };
        match &record.what {
            What::Opened { .. } => {
                if self.open.len() >= REMEMBERED {
                    self.open.pop_first();
                }
                self.open.insert(connection, vec![(record.clone(), note.clone())]);
            }
            What::Packet { bytes, .. } => {
                if is_connect(bytes)
                    && let Some(open) = self.open.get_mut(&connection)
                    && open.len() == 1
                {
                    open.push((record.clone(), note.clone()));
                }
            }
            What::Closed { .. } => drop(self.open.remove(&connection)),
            What::Event(_) | What::Missing => {}
        }
    }
}

fn is_connect(bytes: &[u8]) -> bool {
    let packet_type = bytes.first().and_then(|&byte| wire::PacketType::of_first_byte(byte));
    packet_type == Some(wire::PacketType::Connect) && bytes.len() <= LARGEST_CONNECT
}
