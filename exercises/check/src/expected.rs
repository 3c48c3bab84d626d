//! What is expected of a packet: an annotated dump in a file, which is read back as bytes.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use tap::{Connection, Direction, Record, What};
use tracer::{Conversation, Detail, Dump, Entry, Page, diff, parse_hex};
use wire::Version;

use crate::exercise::Exercise;
use crate::mistake::{Mistake, first_remark};
use crate::report::{Report, Verdict, WIDTH};

impl Exercise {
    /// The code has to give the packet that stands under this name in `tests/expected/`.
    ///
    /// # Errors
    ///
    /// A [`Report`] with the fields that differ, the cause before its consequences.
    pub fn packet<B: AsRef<[u8]> + Send + 'static>(
        &self,
        name: &str,
        mistakes: &[Mistake<[u8]>],
        code: impl FnOnce() -> B + Send + 'static,
    ) -> Verdict {
        self.same_packet(name, mistakes, self.call(code)?.as_ref())
    }

    fn same_packet(&self, name: &str, mistakes: &[Mistake<[u8]>], actual: &[u8]) -> Verdict {
        let file = self.expected_file(name);
        if self.is_recording() {
            return write(&file, &dump(actual));
        }
        let text = read(&file)?;
        let expected = parse_hex(&grid(&text)).map_err(|_| spoilt(&file))?;
        if actual == expected {
            return if text == dump(actual) { Ok(()) } else { Err(spoilt(&file)) };
        }
        let difference = diff::packets(&expected, actual, Version::default());
        let text = difference.text(Page { width: WIDTH - 2, colour: None });
        let report = Report::new("WRONG", &format!("the packet `{name}`"));
        let report = match first_remark(mistakes, actual) {
            Some(remark) => report.say(&remark).line(""),
            None => report,
        };
        Err(self.failed(text.trim_end().lines().fold(report, Report::line)))
    }
}

/// What is expected under some name.
pub(crate) fn read(file: &Path) -> Result<String, Report> {
    fs::read_to_string(file).map_err(|error| {
        Report::new("WRONG", "the file that says what is expected cannot be read")
            .say(&format!("{}: {error}", file.display()))
            .say("Get it back with `git restore`, or record it with `cargo bless`.")
    })
}

/// Records what is expected.
pub(crate) fn write(file: &Path, text: &str) -> Verdict {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder).and_then(|()| fs::write(file, text)).map_err(|error| {
        Report::new("WRONG", "what is expected cannot be recorded")
            .say(&format!("{}: {error}", file.display()))
    })
}

/// The file was changed by hand.
pub(crate) fn spoilt(file: &Path) -> Report {
    Report::new("WRONG", "the file that says what is expected was changed by hand")
        .say(&file.display().to_string())
        .say("Get it back with `git restore`.")
}

/// A packet as an annotated dump that fits a narrow page.
fn dump(bytes: &[u8]) -> String {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let record = Record {
        time: Duration::ZERO,
        connection: Some(Connection { client: address, server: address }),
        what: What::Packet { direction: Direction::ToServer, bytes: Bytes::copy_from_slice(bytes) },
    };
    let mut out = String::new();
    let mut dump = Dump::new(Page { width: WIDTH, colour: None }, Detail::Fields);
    dump.show_full(true);
    if let Some(Entry::Packet(seen)) = Conversation::default().add(record) {
        dump.packet(&seen, &mut out);
    }
    // The first line is about who talks to whom, which is nobody here.
    let body = out.split_once("\n\n").map_or(out.as_str(), |(_, body)| body);
    format!("{}\n", body.trim_end())
}

/// The grid of bytes, with which a dump begins.
fn grid(dump: &str) -> String {
    let lines = dump.lines().take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_is_read_back() {
        let long: Vec<u8> = [0x30, 0xc8, 0x01, 0, 1, b'a'].into_iter().chain([0x20; 197]).collect();
        for bytes in [&[0xc0, 0][..], b"\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0", &long] {
            let dump = dump(bytes);
            assert_eq!(parse_hex(&grid(&dump)).as_deref(), Ok(bytes), "{dump}");
            assert!(dump.lines().all(|line| line.chars().count() <= WIDTH), "{dump}");
        }
    }
}
