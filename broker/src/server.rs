//! The life of the broker: it listens, serves and stops.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::mpsc::{self, Sender};

use crate::hub::Hub;
use crate::link;
use crate::listener::{self, BindError, Listener, Security};
use crate::settings::Settings;
use crate::store::{Store, StoreError};

/// How long to wait when the system has no sockets left.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);

/// A broker that listens.
pub struct Server {
    /// The plain one, and behind it the one for TLS, if there is one.
    listeners: Vec<Listener>,
    local_address: SocketAddr,
    hub: Hub,
}

impl Server {
    /// Listens where the settings say. From now on clients can connect; they are served by
    /// [`run`](Self::run).
    ///
    /// # Errors
    ///
    /// What the system reports, with the address: [`io::ErrorKind::AddrInUse`] where somebody listens
    /// already.
    pub async fn bind(settings: Settings) -> Result<Self, BindError> {
        let plain = Listener::bind(settings.listen, Security::Plain).await?;
        let local_address = plain.address();
        #[allow(unused_mut)] // without TLS there is no second one
        let mut listeners = vec![plain];
        #[cfg(feature = "tls")]
        if let Some(tls) = &settings.tls {
            let security = tls
                .acceptor()
                .map(Security::Tls)
                .map_err(|error| BindError { address: tls.listen, error })?;
            listeners.push(Listener::bind(tls.listen, security).await?);
        }
        Ok(Self { listeners, local_address, hub: Hub::new(settings) })
    }

    /// Goes on with what is in this store, and keeps there whatever has to outlive the process:
    /// retained messages, sessions with Clean Session 0, and the exchanges at QoS 1 and 2 of those. What
    /// is acknowledged is in the store before. Without a store all of it ends with the process.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot be read or written, or holds what no broker has written.
    pub fn with_store(mut self, store: Arc<dyn Store>) -> Result<Self, StoreError> {
        self.hub.restore(store)?;
        Ok(self)
    }

    /// Where it listens for plain MQTT, with the port that was taken.
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// Where it listens for TLS, with the port that was taken; `None` if nowhere.
    #[cfg(feature = "tls")]
    pub fn tls_address(&self) -> Option<SocketAddr> {
        self.listeners.get(1).map(Listener::address)
    }

    /// Serves clients until `stop` ends. Then no more are accepted, what is on its way is flushed, all
    /// Network Connections are closed, without a will being published, and the call returns. If the future
    /// is dropped before, they are cut at once.
    ///
    /// # Errors
    ///
    /// If the [store](Self::with_store) cannot be written: nothing is acknowledged then, and all Network
    /// Connections are cut. What goes wrong with one client ends that client alone.
    pub async fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let Self { listeners, hub, .. } = self;
        let hub = Arc::new(hub);
        let _cut = Cut(Arc::clone(&hub));
        let (alive, mut ended): (Alive, _) = mpsc::channel(1);
        tokio::pin!(stop);
        let mut keep = pin!(hub.keep());
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = listener::accept(&listeners) => match accepted {
                    Ok((socket, client, security)) => {
                        accept(&hub, &alive, socket, client, security);
                    }
                    Err(_) => tokio::time::sleep(OUT_OF_SOCKETS).await,
                },
                () = hub.tick() => {}
                error = &mut keep => return Err(io::Error::other(error)),
            }
        }
        drop((listeners, alive));
        hub.stop();
        let finish = async {
            let None = ended.recv().await;
            hub.all_written().await;
        };
        tokio::select! {
            () = finish => Ok(()),
            error = keep => Err(io::Error::other(error)),
        }
    }
}

/// Held by the task of each Network Connection: when the last one is dropped, all have ended.
pub(crate) type Alive = Sender<Infallible>;

/// However serving ends, no Network Connection is left open.
struct Cut(Arc<Hub>);

impl Drop for Cut {
    fn drop(&mut self) {
        self.0.cut();
    }
}

fn accept(
    hub: &Arc<Hub>,
    alive: &Alive,
    socket: TcpStream,
    client: SocketAddr,
    security: &Security,
) {
    // Packets are small, and each is waited for: none may be held back for a fuller segment.
    if socket.set_nodelay(true).is_err() {
        return; // it is gone already
    }
    let Ok(server) = socket.local_addr() else { return };
    let Some((id, outbox)) = hub.open(client, server) else { return };
    let (hub, alive) = (Arc::clone(hub), alive.clone());
    // A `JoinSet` of them would hold 64 bytes more for each of thousands of idle clients.
    match security {
        Security::Plain => {
            tokio::spawn(link::serve(hub, id, outbox, socket, alive));
        }
        #[cfg(feature = "tls")]
        Security::Tls(acceptor) => {
            let acceptor = acceptor.clone();
            tokio::spawn(crate::over_tls::serve(hub, id, outbox, socket, acceptor, alive));
        }
    }
}
