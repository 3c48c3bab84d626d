//! The signals that ask the broker to stop.

use std::io;

/// A future that ends with SIGINT (Ctrl+C) or SIGTERM.
#[cfg(unix)]
pub(super) fn stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// A future that ends with Ctrl+C.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)] // as on Unix
pub(super) fn stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
