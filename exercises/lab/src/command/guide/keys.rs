//! The keys that are typed while something else goes on.
//!
//! On a Unix terminal a key counts at once. Elsewhere, and where standard input is no terminal, a line does.

use std::io::{self, BufRead, IsTerminal};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// What is typed, until this is dropped: then the terminal is as it was.
pub(super) struct Keys {
    typed: Receiver<String>,
    terminal: Option<terminal::Unbuffered>,
}

impl Keys {
    /// Begins to listen.
    pub(super) fn new() -> Self {
        let terminal = io::stdin().is_terminal().then(terminal::Unbuffered::new).flatten();
        let (sender, typed) = mpsc::channel();
        let at_once = terminal.is_some();
        thread::spawn(move || {
            let send = |key: String| sender.send(key).is_ok();
            if at_once {
                keys().all(send)
            } else {
                io::stdin().lock().lines().map_while(Result::ok).all(send)
            }
        });
        Self { typed, terminal }
    }

    /// Whether a key needs no Enter.
    pub(super) fn at_once(&self) -> bool {
        self.terminal.is_some()
    }

    /// What is typed to a question; `None` where nobody can type any more.
    pub(super) fn answer(&self) -> Option<String> {
        self.typed.recv().ok().map(|key| key.trim().to_owned())
    }

    /// The next key, without blanks, if one comes in this time. `Enter` is the empty one. Where nobody can
    /// type any more, only the time passes.
    pub(super) fn next(&self, patience: Duration) -> Option<String> {
        match self.typed.recv_timeout(patience) {
            Ok(key) => Some(key.trim().to_owned()),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                thread::park_timeout(patience);
                None
            }
        }
    }
}

/// One key after the other. What is no letter, such as an arrow, is passed over.
fn keys() -> impl Iterator<Item = String> {
    let bytes = io::Read::bytes(io::stdin().lock()).map_while(Result::ok);
    bytes
        .filter(|byte| byte.is_ascii_graphic() || *byte == b'\n')
        .map(|byte| char::from(byte).into())
}

#[cfg(unix)]
mod terminal {
    use std::{io, process, thread};

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// The exit code of a process that was interrupted.
    const INTERRUPTED: i32 = 130;

    /// A terminal that hands each key over at once, and does not show it.
    pub(super) struct Unbuffered(Termios);

    impl Unbuffered {
        /// `None` where the terminal cannot do that.
        pub(super) fn new() -> Option<Self> {
            let before = tcgetattr(io::stdin()).ok()?;
            on_interrupt(before.clone())?;
            let mut now = before.clone();
            now.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
            tcsetattr(io::stdin(), OptionalActions::Now, &now).ok()?;
            Some(Self(before))
        }
    }

    impl Drop for Unbuffered {
        fn drop(&mut self) {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0); // else it is gone
        }
    }

    /// Ctrl-C ends the process as ever, and leaves the terminal as it was.
    fn on_interrupt(before: Termios) -> Option<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        let (mut interrupt, mut end) = runtime
            .block_on(async {
                io::Result::Ok((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
            })
            .ok()?;
        thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = end.recv() => {}
                }
            });
            drop(Unbuffered(before));
            process::exit(INTERRUPTED);
        });
        Some(())
    }
}

#[cfg(not(unix))]
mod terminal {
    /// Not to be had here: a line is typed.
    pub(super) enum Unbuffered {}

    impl Unbuffered {
        pub(super) fn new() -> Option<Self> {
            None
        }
    }
}
