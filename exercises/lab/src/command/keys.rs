//! The keys that are typed while something else goes on.
//!
//! On a Unix terminal a key counts at once. Elsewhere, and where standard input is no terminal, a line does.

use std::io::{self, BufRead, IsTerminal};
use std::thread;

/// Listens to the keys until it is dropped: then the terminal is as it was.
pub(super) struct Keys(Option<terminal::Unbuffered>);

impl Keys {
    /// Hands over each key, or each line without the blanks around it, as long as `send` takes them; Enter is
    /// the empty one.
    pub(super) fn to(send: impl Fn(String) -> bool + Send + 'static) -> Self {
        let terminal = io::stdin().is_terminal().then(terminal::Unbuffered::new).flatten();
        let at_once = terminal.is_some();
        thread::spawn(move || {
            let send = |key: String| send(key.trim().to_owned());
            if at_once {
                keys().all(send)
            } else {
                io::stdin().lock().lines().map_while(Result::ok).all(send)
            }
        });
        Self(terminal)
    }

    /// Whether a key needs no Enter.
    pub(super) const fn at_once(&self) -> bool {
        self.0.is_some()
    }
}

/// One key after the other. What is no letter, such as an arrow, is passed over.
fn keys() -> impl Iterator<Item = String> {
    let bytes = io::Read::bytes(io::stdin().lock()).map_while(Result::ok);
    let is_key = |byte: &u8| byte.is_ascii_graphic() || *byte == b'\n';
    bytes.filter(is_key).map(|byte| char::from(byte).into())
}

#[cfg(unix)]
mod terminal {
    use std::sync::mpsc;
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

    /// Ctrl-C ends the process as ever, and leaves the terminal as it was. `None` where that cannot be
    /// promised.
    fn on_interrupt(before: Termios) -> Option<()> {
        let (ready, is_ready) = mpsc::channel();
        thread::spawn(move || {
            if listen(&ready).is_ok() {
                drop(Unbuffered(before));
                process::exit(INTERRUPTED);
            }
        });
        is_ready.recv().ok()
    }

    /// Says when it is ready, and returns when the process is to end. It has a thread to itself, since a
    /// runtime may be busy in the other one.
    fn listen(ready: &mpsc::Sender<()>) -> io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let (mut interrupt, mut end) =
                (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            let _ = ready.send(()); // whoever waits for it is there
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = end.recv() => {}
            }
            Ok(())
        })
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
