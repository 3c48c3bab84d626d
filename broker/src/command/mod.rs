//! The command line of the broker: what can be asked, who looks on, and how it ends.

mod admission;
#[cfg(feature = "certificates")]
mod cert;
mod files;
mod left_out;
mod limits;
mod log;
mod looking_on;
mod memory;
mod options;
#[cfg(feature = "passwords")]
mod passwd;
#[cfg(feature = "tls")]
mod security;
mod signals;
#[cfg(feature = "store")]
mod storing;

use std::env;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use broker::{BindError, Server, Settings, Store};
use tracer::output::{Failure, exit_code};

use looking_on::{Audience, Printing};
use options::Options;

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    exit_code("broker", left_out::check(env::args_os().skip(1)).and_then(|()| obey()))
}

fn obey() -> Result<(), Failure> {
    let options = Options::of_this_process();
    match &options.task {
        None => serve(&options),
        Some(task) => task.run(),
    }
}

fn serve(options: &Options) -> Result<(), Failure> {
    let mut settings = options.settings()?;
    if let Some(sentence) = files::raise_limit(&settings) {
        writeln!(io::stderr(), "{sentence}")?;
    }
    let mut audience = Audience::new(&options.trace)?;
    settings.tap_packets = audience.sees_packets;
    settings.tap = Some(Arc::clone(&audience.tap));
    memory::keep_some();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let show = || audience.show(&options.output);
    let printing = runtime.block_on(listen(settings, options.store()?, show))?;
    drop(runtime); // and with it all who could record
    audience.finish(printing)
}

async fn listen(
    settings: Settings,
    store: Option<Arc<dyn Store>>,
    show: impl FnOnce() -> io::Result<Printing>,
) -> Result<Printing, Failure> {
    let stop = signals::stop()?;
    let mut server = Server::bind(settings).await.map_err(|error| cannot_listen(&error))?;
    if let Some(store) = store {
        server = server.with_store(store).map_err(wrong)?;
    }
    {
        let mut out = io::stdout().lock();
        writeln!(out, "listening on {}", server.local_address())?;
        #[cfg(feature = "tls")]
        if let Some(address) = server.tls_address() {
            writeln!(out, "listening on {address} (TLS)")?;
        }
        out.flush()?;
    }
    let printing = show()?;
    server.run(stop).await.map_err(wrong)?;
    Ok(printing)
}

fn cannot_listen(error: &BindError) -> Failure {
    let advice = match error.error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there, perhaps another broker: stop it, or choose another \
             port, for instance --listen 127.0.0.1:1884, or port 0 for a free one"
        }
        io::ErrorKind::PermissionDenied => "ports below 1024 are for the administrator alone",
        io::ErrorKind::AddrNotAvailable => {
            "this machine has no such address; 127.0.0.1 takes clients of this machine alone, \
             0.0.0.0 of any"
        }
        _ => "try --listen 127.0.0.1:0",
    };
    wrong(format!("{error}; {advice}"))
}

fn wrong(error: impl fmt::Display) -> Failure {
    Failure::Wrong(Some(error.to_string()))
}
