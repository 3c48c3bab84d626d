//! The book on the loopback: pages, live reload, and what runs in them.
//!
//! ```text
//!   browser ──▶ guard ──▶ files            the built book, marked as served by us
//!               Host,  ├▶ reload           an event when the book was built anew
//!               Origin └▶ live/…           Run, Flip a bit, Decode mine: events that carry HTML
//!   chapters/ ── watch ──▶ build
//! ```
//!
//! Whatever web page is open in the same browser can send requests here. So requests have to name this
//! very server as their host, and whatever makes something run has to come from one of its own pages.
//! Nothing runs but scenarios of the lab, every input has a limit, and so has the number of runs.

mod decode;
mod files;
mod flip;
mod guard;
mod run;
mod stream;
mod watch;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use mdbook_driver::errors::{Error, Result};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use guard::Hosts;
use stream::Refusal;

/// How many things may run at the same time.
const RUNS: usize = 4;
/// The largest capture that is read, in bytes.
const LARGEST_CAPTURE: usize = 8 << 20;
/// The largest form, in bytes.
const LARGEST_FORM: usize = 256 << 10;

/// What the handlers of requests share.
#[derive(Clone)]
struct Site {
    folder: Arc<watch::Folder>,
    builds: watch::Builds,
    runs: Arc<Semaphore>,
    /// Numbers what was run, so that ids stay unique within a page.
    counter: Arc<AtomicU64>,
}

/// Something that may run now, until this is dropped.
struct Turn {
    /// Begins the ids of what it shows.
    id: String,
    _permit: OwnedSemaphorePermit,
}

impl Site {
    /// A turn to run something; refused while too much runs.
    fn turn(&self) -> Result<Turn, Refusal> {
        let permit = Arc::clone(&self.runs).try_acquire_owned().map_err(|_| Refusal::busy())?;
        let number = self.counter.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(Turn { id: format!("live-{number}"), _permit: permit })
    }
}

/// Serves the book that is built into `folder`, on this port of the loopback, until Ctrl-C. `ready` is
/// told the address.
pub(crate) fn serve(
    folder: PathBuf,
    port: u16,
    ready: impl FnOnce(SocketAddr) -> Result<()>,
) -> Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
            let advice = "name another one with --port, or 0 for any";
            Error::from(error).context(format!("cannot listen on port {port}: {advice}"))
        })?;
        let address = listener.local_addr()?;
        let folder = Arc::new(watch::Folder::new(folder));
        let site = Site {
            folder: Arc::clone(&folder),
            builds: watch::start(folder),
            runs: Arc::new(Semaphore::new(RUNS)),
            counter: Arc::default(),
        };
        ready(address)?;
        let stop = async {
            let _ = tokio::signal::ctrl_c().await; // where there is no such signal, nothing stops
        };
        // Streams to open pages never end by themselves: at Ctrl-C they are not waited for.
        tokio::select! {
            served = axum::serve(listener, router(site, Hosts::of(address))) => served?,
            () = stop => {}
        }
        Ok(())
    })
}

fn router(site: Site, hosts: Hosts) -> Router {
    Router::new()
        .route("/live/run", post(run::run))
        .route("/live/flip", post(flip::flip))
        .route("/live/decode", post(decode::hex))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .route("/live/capture", post(decode::capture).layer(DefaultBodyLimit::max(LARGEST_CAPTURE)))
        .route("/live/reload", get(watch::reload))
        .fallback(get(files::file))
        .layer(from_fn(guard::harden))
        .layer(from_fn_with_state(hosts, guard::check))
        .with_state(site)
}
