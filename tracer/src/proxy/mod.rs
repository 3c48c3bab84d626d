//! A proxy between any client and any broker, which tells what they say.
//!
//! ```text
//!   client ──▶ read ─┬─▶ write ──▶ broker        the bytes, untouched and at once
//!                    └─▶ Framer ─▶ Record ─▶ Tap  the packets that they are, or what there is of them
//! ```
//!
//! and the same the other way. The client needs another port and nothing else. What it says is never
//! judged here: garbage passes as well, since what the broker does about it is worth seeing.
//!
//! With the feature `tls` it can speak TLS on either side, see `Security`.

mod relay;
#[cfg(feature = "tls")]
mod security;
#[cfg(feature = "tls")]
mod watched;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tap::{Connection, Record, Side, Tap, What};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use relay::{Stream, Teller, relay};
#[cfg(feature = "tls")]
pub use security::Security;

/// How long the broker may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Relays each connection that comes to a broker, and tells a [`Tap`] of it.
///
/// The tap is called before the bytes go on, so that no answer is told before what it answers. It
/// must not wait: put a [`queue`](crate::queue()) before one that might.
pub struct Proxy {
    listener: TcpListener,
    address: SocketAddr,
    route: Route,
}

/// What a [`Proxy`] relayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relayed {
    /// How many connections reached the broker.
    pub connections: u64,
    /// How many came while no broker answered.
    pub refused: u64,
    /// How many bytes clients sent to the broker.
    pub to_server: u64,
    /// How many bytes the broker sent to clients.
    pub to_client: u64,
}

/// A client and a broker.
type Ends = (Box<dyn Stream>, Box<dyn Stream>);

/// Where connections go, and who is told.
#[derive(Clone)]
struct Route {
    broker: Arc<str>,
    tap: Arc<dyn Tap>,
    #[cfg(feature = "tls")]
    security: Security,
}

impl Proxy {
    /// Listens at this address (port 0 takes any that is free), and connects to the broker, a
    /// `HOST:PORT`, whenever a client comes.
    ///
    /// # Errors
    ///
    /// What the system reports, for instance that another process listens there.
    pub async fn bind(
        address: SocketAddr,
        broker: impl Into<Arc<str>>,
        tap: Arc<dyn Tap>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let route = Route {
            broker: broker.into(),
            tap,
            #[cfg(feature = "tls")]
            security: Security::default(),
        };
        Ok(Self { listener, address, route })
    }

    /// The same with TLS.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn with(mut self, security: Security) -> Self {
        self.route.security = security;
        self
    }

    /// Where it listens.
    pub fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// Relays until `stop` ends. Connections that are open then are closed, after what was read of
    /// them has been told.
    ///
    /// # Errors
    ///
    /// None at present: what happens to a single connection is told as an event.
    pub async fn run(self, stop: impl Future<Output = ()>) -> io::Result<Relayed> {
        let Self { listener, route, .. } = self;
        let (stopping, stopped) = watch::channel(());
        let mut connections = JoinSet::new();
        let mut relayed = Relayed::default();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept() => match accepted {
                    Ok((client, address)) => {
                        connections.spawn(route.clone().lead(client, address, stopped.clone()));
                    }
                    Err(error) => route.say(None, format!("no connection can be taken: {error}")),
                },
                Some(ended) = connections.join_next() => relayed.add(ended.unwrap_or_default()),
            }
        }
        drop(stopping);
        while let Some(ended) = connections.join_next().await {
            relayed.add(ended.unwrap_or_default());
        }
        Ok(relayed)
    }
}

impl Relayed {
    fn add(&mut self, other: Self) {
        self.connections += other.connections;
        self.refused += other.refused;
        self.to_server += other.to_server;
        self.to_client += other.to_client;
    }
}

impl std::fmt::Display for Relayed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { connections, refused, to_server, to_client } = self;
        let plural = if *connections == 1 { "" } else { "s" };
        write!(
            f,
            "{connections} connection{plural} relayed: {to_server} bytes to the broker, \
             {to_client} bytes back"
        )?;
        match refused {
            0 => Ok(()),
            _ => write!(f, "; {refused} found no broker"),
        }
    }
}

impl Route {
    /// Leads a client to the broker, and stays with both until they part.
    async fn lead(
        self,
        client: TcpStream,
        address: SocketAddr,
        stopped: watch::Receiver<()>,
    ) -> Relayed {
        let server = match self.reach_broker(stopped.clone()).await {
            Ok(Some(server)) => server,
            Ok(None) => return Relayed::default(),
            Err(error) => {
                let broker = &self.broker;
                let text = format!(
                    "{address} was turned away: no broker answers at {broker} ({error}); start it, \
                     or name another one with --to"
                );
                self.say(None, text);
                return Relayed { refused: 1, ..Relayed::default() };
            }
        };
        let Ok(broker) = server.peer_addr() else { return Relayed::default() };
        let connection = Connection { client: address, server: broker };
        // Small packets go at once. Where the system refuses that, they still go.
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let teller = self.teller(connection);
        teller.tell(What::Opened { client_name: None });
        let mut is_stopped = stopped.clone();
        let ends = tokio::select! {
            ends = self.secure(client, server, &teller) => ends,
            _ = is_stopped.changed() => return Relayed::default(),
        };
        match ends {
            Ok((client, server)) => relay(client, server, &teller, stopped).await,
            Err(by) => {
                teller.tell(What::Closed { by });
                Relayed { connections: 1, ..Relayed::default() }
            }
        }
    }

    fn teller(&self, connection: Connection) -> Teller {
        #[cfg(feature = "tls")]
        let (records, is_secured) =
            (self.security.records.clone(), self.security.to_server.is_some());
        #[cfg(not(feature = "tls"))]
        let (records, is_secured) = (None, false);
        Teller { connection, tap: Arc::clone(&self.tap), records, is_secured }
    }

    /// Both ends, over TLS where that is asked for. An error is the side that gave up.
    #[cfg(feature = "tls")]
    async fn secure(
        &self,
        client: TcpStream,
        server: TcpStream,
        teller: &Teller,
    ) -> Result<Ends, Side> {
        self.security.secure(client, server, &self.broker, teller).await
    }

    #[cfg(not(feature = "tls"))]
    #[allow(clippy::unused_async, clippy::unused_self, clippy::unnecessary_wraps)] // as with the feature
    async fn secure(&self, client: TcpStream, server: TcpStream, _: &Teller) -> Result<Ends, Side> {
        Ok((Box::new(client), Box::new(server)))
    }

    /// A connection to the broker; `None` if the proxy is stopped meanwhile.
    async fn reach_broker(
        &self,
        mut stopped: watch::Receiver<()>,
    ) -> io::Result<Option<TcpStream>> {
        tokio::select! {
            _ = stopped.changed() => Ok(None),
            reached = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(&*self.broker)) => {
                reached.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map(Some)
            }
        }
    }

    fn say(&self, connection: Option<Connection>, text: String) {
        self.tap.record(Record { time: now(), connection, what: What::Event(text) });
    }
}

/// The time on the machine's clock.
fn now() -> Duration {
    SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}
