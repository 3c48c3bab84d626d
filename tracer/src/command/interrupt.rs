//! Ctrl-C, and what else asks a command to end.

use std::io;
use std::process;
use std::thread;

/// The exit code of a process that was interrupted while it was ending already.
const INTERRUPTED: i32 = 130;

/// Calls `stop` at the first Ctrl-C, so that the command ends in its own way. A second one ends the
/// process at once: a terminal that takes nothing more would hold it up for ever.
pub(super) fn on_interrupt(stop: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut interrupts = runtime.block_on(async { Interrupts::new() })?;
    thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        runtime.block_on(interrupts.next());
        stop();
        runtime.block_on(interrupts.next());
        process::exit(INTERRUPTED);
    })?;
    Ok(())
}

/// SIGINT (Ctrl-C) and SIGTERM.
#[cfg(unix)]
struct Interrupts(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Interrupts {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Interrupts;

#[cfg(not(unix))]
impl Interrupts {
    #[allow(clippy::unnecessary_wraps)] // as on Unix
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
