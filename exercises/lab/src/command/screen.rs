//! Output that waits for who shows it: on a projector no more at a time than the room can read.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Lines of a screen. One of them asks for more, and Enter takes another one.
const LINES: usize = 24 - 2;

/// A writer that hands lines on, and pauses before one too many.
pub(super) struct Screen<W, P> {
    out: W,
    /// Waits until the person at the keyboard wants more; `None`: never.
    pause: Option<P>,
    shown: Shown,
}

/// How many lines the screen shows. Whoever else waits for the person begins with none again.
#[derive(Clone, Default)]
pub(super) struct Shown(Arc<AtomicUsize>);

impl Shown {
    /// Whether there is nothing yet that somebody could look at.
    pub(super) fn is_nothing(&self) -> bool {
        self.0.load(Relaxed) == 0
    }

    /// The screen is empty from here on.
    pub(super) fn begin_anew(&self) {
        self.0.store(0, Relaxed);
    }
}

impl<W, P> Screen<W, P> {
    pub(super) fn new(out: W, pause: Option<P>) -> Self {
        Self { out, pause, shown: Shown::default() }
    }

    pub(super) fn shown(&self) -> Shown {
        self.shown.clone()
    }
}

impl<W: Write, P: Fn()> Write for Screen<W, P> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            match &self.pause {
                Some(pause) if self.shown.0.load(Relaxed) >= LINES => {
                    self.out.flush()?;
                    pause();
                    self.shown.begin_anew();
                }
                Some(_) | None => {}
            }
            self.out.write_all(line)?;
            self.shown.0.fetch_add(usize::from(line.ends_with(b"\n")), Relaxed);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Waits until the person at the keyboard wants more. Where nobody can be asked, goes on at once.
pub(super) fn wait_for_enter() {
    if io::stdin().is_terminal() {
        let _ = write!(io::stderr(), "Enter ▸ "); // on the terminal alone, not in a piped trace
        let mut line = String::new();
        let _ = io::stdin().read_line(&mut line);
    }
}

/// The same, and then an empty page, if standard output is a terminal.
pub(super) fn turn_the_page() {
    wait_for_enter();
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        let _ = write!(io::stdout(), "\u{1b}[2J\u{1b}[H"); // else the page is longer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_shows_as_much_as_fits() {
        let pauses = AtomicUsize::new(0);
        let mut out = Vec::new();
        let pause = || {
            pauses.fetch_add(1, Relaxed);
        };
        let mut screen = Screen::new(&mut out, Some(pause));
        screen.write_all("a line\n".repeat(LINES).as_bytes()).unwrap();
        assert_eq!(pauses.load(Relaxed), 0, "it fits");
        screen.write_all(b"one ").unwrap();
        screen.write_all(b"more\n").unwrap();
        assert_eq!(pauses.load(Relaxed), 1, "it does not");
        let shown = screen.shown();
        shown.begin_anew();
        screen.write_all("a line\n".repeat(2 * LINES).as_bytes()).unwrap();
        assert_eq!(pauses.load(Relaxed), 2);
        assert_eq!(out.split(|byte| *byte == b'\n').count() - 1, 3 * LINES + 1);
    }
}
