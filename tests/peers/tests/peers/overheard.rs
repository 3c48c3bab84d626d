//! What peers and brokers say to each other, held to all rules.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use tap::{Record, Tap, What};
use tracer::Page;
use tracer::lint::{self, Lint, Remark, Summary};
use tracer::proxy::Proxy;

/// A proxy before a broker, and what passes through it.
pub(crate) struct Overheard {
    /// Where it listens.
    pub(crate) port: String,
    records: Receiver<Record>,
}

struct Told(Sender<Record>);

impl Tap for Told {
    fn record(&self, record: Record) {
        let _ = self.0.send(record); // nobody listens any more when the test has ended
    }
}

impl Overheard {
    /// Relays to the broker on this port until the process ends.
    pub(crate) fn before(port: &str) -> Self {
        let (broker, (tell, records)) = (format!("127.0.0.1:{port}"), channel());
        let (tell_address, address) = channel::<SocketAddr>();
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let anywhere = ([127, 0, 0, 1], 0).into();
                let proxy = Proxy::bind(anywhere, broker, Arc::new(Told(tell))).await.unwrap();
                tell_address.send(proxy.local_address()).unwrap();
                proxy.run(std::future::pending()).await.unwrap();
            });
        });
        Self { port: address.recv().unwrap().port().to_string(), records }
    }

    /// The next record; without waiting for it, only one that is there.
    fn next(&self, waits: bool) -> Option<Record> {
        let waits = waits.then(|| self.records.recv_timeout(Duration::from_secs(60)).unwrap());
        waits.or_else(|| self.records.try_recv().ok())
    }

    /// Waits until each connection that was opened is closed, and tells the rules that were broken, but
    /// for those that are known to be.
    pub(crate) fn breaches(&self, known: &[&str]) -> (String, Summary) {
        let mut lint = Lint::default();
        let mut told = String::new();
        let (mut opened, mut closed) = (0, 0);
        while let Some(record) = self.next(closed < opened) {
            match record.what {
                What::Opened { .. } => opened += 1,
                What::Closed { .. } => closed += 1,
                _ => {}
            }
            let remarks = lint.add(record);
            let is_told = |remark: &&Remark| remark.is_breach() && !known.contains(&remark.id());
            let breaches = remarks.iter().filter(is_told);
            told.extend(breaches.map(|remark| lint::text(remark, Page::PLAIN)));
        }
        (told, lint.summary())
    }
}
