//! What a sink has not sent yet.

use std::io;
use std::time::Duration;

use tap::{Passing, Record, What};

use super::block;
use super::frames::Frames;
use super::note::Note;

/// How many bytes may wait for the other end to take them. While there are fewer, one more record is
/// taken, however large it is.
const ROOM: usize = 8 << 20;

/// Blocks that wait, and what is known of the records behind them.
#[derive(Default)]
pub(super) struct Waiting {
    frames: Frames,
    blocks: Vec<u8>,
    time: Duration,
    recorded: u64,
    dropped: u64,
    /// How many of the dropped were told.
    told: u64,
}

impl Waiting {
    /// The headers of a capture.
    pub(super) fn new() -> Self {
        let mut blocks = Vec::new();
        block::section_header(&mut blocks);
        block::interface(&mut blocks);
        Self { blocks, ..Self::default() }
    }

    /// Adds the packet, or drops it where there is no room. Its sequence numbers are used up in both cases.
    pub(super) fn packet(&mut self, packet: &Passing<'_>, note: &Note) {
        if self.is_full() {
            self.flush(); // its sequence numbers come first
            if self.frames.pass_over(packet) {
                self.recorded += 1;
                self.dropped += 1;
                return;
            }
        }
        let time = packet.clock.time();
        self.draw(time, |frames, out| frames.packet(time, packet, note, out));
    }

    /// The same for a packet of which nothing is noted.
    pub(super) fn gather(&mut self, packet: &Passing<'_>) {
        if self.is_full() {
            self.packet(packet, &Note::default());
        } else {
            let time = packet.clock.time();
            self.draw(time, |frames, out| frames.gather(time, packet, out));
        }
    }

    /// The same for all else.
    pub(super) fn add(&mut self, record: &Record, note: &Note) {
        self.draw(record.time, |frames, out| frames.record(record, note, out));
    }

    fn draw(
        &mut self,
        time: Duration,
        draw: impl FnOnce(&mut Frames, &mut Vec<u8>) -> io::Result<()>,
    ) {
        let is_full = self.is_full();
        if is_full {
            self.flush(); // it was taken, and this one is not
        }
        let before = self.blocks.len();
        self.time = time;
        self.recorded += 1;
        let drawn = draw(&mut self.frames, &mut self.blocks);
        if drawn.is_err() || is_full {
            self.blocks.truncate(before);
            self.dropped += 1;
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.size() >= ROOM
    }

    /// How many bytes wait for the other end, without the headers of what is gathered.
    pub(super) fn size(&self) -> usize {
        self.blocks.len() + self.frames.gathered()
    }

    /// What is gathered waits for nothing else any more.
    fn flush(&mut self) {
        let flushed = self.frames.flush(&mut self.blocks);
        debug_assert!(flushed.is_ok(), "no segment is too large");
    }

    /// Adds session keys of TLS, if there is room.
    pub(super) fn keys(&mut self, lines: &str) {
        if !self.is_full() {
            block::decryption_secrets(&mut self.blocks, lines);
        }
    }

    /// How many records were dropped.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes all of it out, into this empty buffer, whose memory is used for what comes. What was dropped
    /// meanwhile is told first then.
    pub(super) fn take(&mut self, blocks: &mut Vec<u8>) {
        self.flush();
        std::mem::swap(blocks, &mut self.blocks);
        self.tell_dropped();
    }

    /// Nobody takes it any more: what waits is given up.
    pub(super) fn give_up(&mut self) {
        (self.frames, self.blocks) = (Frames::default(), Vec::new());
    }

    /// Ends the capture with how much was recorded.
    pub(super) fn finish(&mut self) {
        self.flush();
        block::statistics(&mut self.blocks, self.time, self.recorded, self.dropped);
    }

    fn tell_dropped(&mut self) {
        let count = self.dropped - self.told;
        if count == 0 {
            return;
        }
        self.told = self.dropped;
        let records = if count == 1 { "1 record" } else { &format!("{count} records") };
        let text = format!("the tracer could not keep pace: {records} dropped before this line");
        let record = Record { time: self.time, connection: None, what: What::Event(text) };
        self.add(&record, &Note::default());
    }
}
