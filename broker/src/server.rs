//! The listening socket, and the life of the broker.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::hub::Hub;
use crate::link;
use crate::settings::Settings;

/// How long to wait when the system has no sockets left.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);

/// A broker that listens.
pub struct Server {
    listener: TcpListener,
    local_address: SocketAddr,
    hub: Arc<Hub>,
}

impl Server {
    /// Listens where the settings say. From now on clients can connect; they are served by
    /// [`run`](Self::run).
    ///
    /// # Errors
    ///
    /// What the system reports: [`io::ErrorKind::AddrInUse`] where somebody listens already.
    pub async fn bind(settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind(settings.listen).await?;
        let local_address = listener.local_addr()?;
        Ok(Self { listener, local_address, hub: Arc::new(Hub::new(settings)) })
    }

    /// Where it listens, with the port that was taken.
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// Serves clients until `stop` ends. Then no more are accepted, what is on its way is flushed, all
    /// Network Connections are closed, without a will being published, and the call returns.
    ///
    /// # Errors
    ///
    /// None so far: what goes wrong with one client ends that client alone.
    pub async fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let Self { listener, hub, .. } = self;
        let mut links = JoinSet::new();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept() => match accepted {
                    Ok((socket, client)) => accept(&hub, &mut links, socket, client),
                    Err(_) => tokio::time::sleep(OUT_OF_SOCKETS).await,
                },
                () = hub.tick() => {}
                Some(_) = links.join_next() => {}
            }
        }
        drop(listener);
        hub.stop();
        while links.join_next().await.is_some() {}
        Ok(())
    }
}

fn accept(hub: &Arc<Hub>, links: &mut JoinSet<()>, socket: TcpStream, client: SocketAddr) {
    // Packets are small, and each is waited for: none may be held back for a fuller segment.
    if socket.set_nodelay(true).is_err() {
        return; // it is gone already
    }
    let Ok(server) = socket.local_addr() else { return };
    if let Some((id, outbox)) = hub.open(client, server) {
        links.spawn(link::serve(Arc::clone(hub), id, outbox, socket));
    }
}
