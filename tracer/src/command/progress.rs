//! How far a large file has been read, on a terminal.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

/// Files below this are read before anybody wonders.
pub(super) const LARGE: u64 = 16 << 20;

/// How often the line is drawn.
const PAUSE: Duration = Duration::from_millis(100);

/// The columns of the bar.
const BAR: u64 = 30;

/// Reads, and draws a line that tells how far. It goes away at the end.
pub(super) struct Progress<R, W: Write> {
    source: R,
    read: u64,
    total: u64,
    drawn: Option<Instant>,
    out: W,
}

impl<R: Read, W: Write> Progress<R, W> {
    /// `total` is how many bytes the source has, as far as that is known.
    pub(super) fn new(source: R, total: u64, out: W) -> Self {
        Self { source, read: 0, total, drawn: None, out }
    }

    fn draw(&mut self) {
        if self.drawn.is_some_and(|drawn| drawn.elapsed() < PAUSE) {
            return;
        }
        self.drawn = Some(Instant::now());
        let line = line(self.read, self.total);
        let _ = write!(self.out, "\r{line}"); // where nobody can see it, it is not missed
        let _ = self.out.flush();
    }

    fn clear(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(self.out, "\r{:width$}\r", "", width = line(0, 0).chars().count());
            let _ = self.out.flush();
        }
    }
}

impl<R: Read, W: Write> Read for Progress<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.read += read as u64;
        if read > 0 {
            self.draw();
        } else {
            self.clear();
        }
        Ok(read)
    }
}

impl<R, W: Write> Drop for Progress<R, W> {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            let _ = writeln!(self.out);
        }
    }
}

/// `  ███████░░░░░░░░   1234 of   5678 MiB`: always as wide.
fn line(read: u64, total: u64) -> String {
    let full = (read * BAR).checked_div(total).unwrap_or(0).min(BAR);
    let part = |glyph: &str, count: u64| glyph.repeat(usize::try_from(count).unwrap_or(0));
    let (done, left) = (part("█", full), part("░", BAR - full));
    format!("  {done}{left} {:>7} of {:>7} MiB", read >> 20, total >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_drawn_and_taken_away() {
        let mut out = Vec::new();
        let source = vec![7; 1 << 20];
        let mut progress = Progress::new(&source[..], 2 << 20, &mut out);
        io::copy(&mut progress, &mut io::sink()).unwrap();
        drop(progress);
        let drawn = String::from_utf8(out).unwrap();
        assert!(drawn.starts_with("\r  ░"), "{drawn:?}");
        assert!(drawn.ends_with(" \r"), "{drawn:?}");
    }

    #[test]
    fn the_bar_is_as_long_as_what_was_read() {
        assert_eq!(line(0, 10).matches('█').count(), 0);
        assert_eq!(line(5, 10).matches('█').count(), 15);
        assert_eq!(line(11, 10).matches('█').count(), 30, "the file has grown meanwhile");
        assert_eq!(line(5, 10).chars().count(), line(1 << 40, 1 << 40).chars().count());
    }
}
