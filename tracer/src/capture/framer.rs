//! One direction's bytes into packets, as far as they are packets.

use bytes::{Bytes, BytesMut};
use wire::{MAX_PACKET, PacketType, frame_size, take_frame};

/// Cuts a stream of bytes into packets.
///
/// ```text
///   Whole ──── Remaining Length is impossible ──▶ Garbage: what comes passes as it comes
///     ▲ └───── bytes are missing ──────────────▶ Lost: what comes is dropped and counted …
///     └─────── … until a segment begins like a packet
/// ```
#[derive(Debug, Default)]
pub(crate) struct Framer {
    state: State,
    buffer: BytesMut,
    /// The position of the buffer's first byte among all bytes of this direction.
    position: u64,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Whole,
    Garbage,
    Lost {
        skipped: u64,
    },
}

/// What came out of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// A packet, or bytes that are none, and the position of the first of them.
    Packet(u64, Bytes),
    /// So many bytes were left out before the packet that comes next.
    LeftOut(u64),
}

impl Framer {
    /// A framer that is not told where packets begin.
    pub(super) fn lost() -> Self {
        Self { state: State::Lost { skipped: 0 }, ..Self::default() }
    }

    /// Takes the bytes of one segment, which begin at this position.
    pub(crate) fn push(&mut self, position: u64, bytes: &Bytes, out: &mut Vec<Cut>) {
        if let State::Lost { skipped } = &mut self.state {
            if !begins_like_a_packet(bytes) {
                *skipped += bytes.len() as u64;
                return;
            }
            if *skipped > 0 {
                out.push(Cut::LeftOut(*skipped));
            }
            self.state = State::Whole;
        }
        if self.buffer.is_empty() {
            self.position = position;
        }
        self.buffer.extend_from_slice(bytes);
        if let State::Whole = self.state {
            self.take_packets(out);
        }
        if let State::Garbage = self.state {
            self.take_rest(out);
        }
    }

    /// So many bytes are missing here.
    pub(super) fn gap(&mut self, missing: u64, out: &mut Vec<Cut>) {
        self.take_rest(out);
        let skipped = if let State::Lost { skipped } = self.state { skipped } else { 0 };
        self.state = State::Lost { skipped: skipped + missing };
    }

    /// No more bytes come. What is there of a packet is all that there will be.
    pub(crate) fn end(&mut self, out: &mut Vec<Cut>) {
        self.take_rest(out);
        if let State::Lost { skipped: skipped @ 1.. } = self.state {
            out.push(Cut::LeftOut(skipped));
        }
        self.state = State::Whole;
    }

    fn take_packets(&mut self, out: &mut Vec<Cut>) {
        loop {
            match take_frame(&mut self.buffer, MAX_PACKET) {
                Ok(Some(packet)) => {
                    let position = self.position;
                    self.position += packet.len() as u64;
                    out.push(Cut::Packet(position, packet));
                }
                Ok(None) => return,
                Err(_) => {
                    self.state = State::Garbage;
                    return;
                }
            }
        }
    }

    fn take_rest(&mut self, out: &mut Vec<Cut>) {
        if !self.buffer.is_empty() {
            let position = self.position;
            self.position += self.buffer.len() as u64;
            out.push(Cut::Packet(position, self.buffer.split().freeze()));
        }
    }
}

/// Whether these bytes begin with a whole packet of a known type with the right flags (§2.2.2). A
/// guess: a payload may look the same.
fn begins_like_a_packet(bytes: &[u8]) -> bool {
    use PacketType::{Publish, Pubrel, Subscribe, Unsubscribe};
    let Some(&first) = bytes.first() else { return false };
    let flags = first & 0x0f;
    let good = match PacketType::of_first_byte(first) {
        Some(Publish) => flags & 0b0110 != 0b0110,
        Some(Pubrel | Subscribe | Unsubscribe) => flags == 0b0010,
        Some(_) => flags == 0,
        None => false,
    };
    good && matches!(frame_size(bytes), Ok(Some(size)) if size <= bytes.len())
}

/// Whether these bytes begin like a TLS record: its type, and the version 3 of what was SSL (RFC 8446
/// §5.1). No stream of MQTT does: as a packet it would be a CONNECT with impossible flags.
pub(crate) fn begins_like_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [20..=23, 3, ..])
}

/// Whether these bytes are the beginning of a CONNECT, of whatever version: the type, the Remaining
/// Length, the Protocol Name (§3.1.2.1).
pub(super) fn begins_like_connect(bytes: &[u8]) -> bool {
    const NAMES: [&[u8]; 2] = [b"\0\x04MQTT", b"\0\x06MQIsdp"];
    let Ok(Some(_)) = frame_size(bytes) else { return false };
    let continued = bytes.iter().skip(1).take(3).take_while(|byte| **byte & 0x80 != 0).count();
    let name = bytes.get(2 + continued..).unwrap_or_default();
    bytes[0] == 0x10 && NAMES.iter().any(|known| name.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(framer: &mut Framer, position: u64, bytes: &[u8]) -> Vec<Cut> {
        let mut out = Vec::new();
        framer.push(position, &Bytes::copy_from_slice(bytes), &mut out);
        out
    }

    fn packet(position: u64, bytes: &'static [u8]) -> Cut {
        Cut::Packet(position, Bytes::from_static(bytes))
    }

    #[test]
    fn packets_are_whole_wherever_segments_end() {
        let mut framer = Framer::default();
        assert_eq!(cut(&mut framer, 0, b"\xc0"), []);
        assert_eq!(
            cut(&mut framer, 1, b"\0\xc0\0\x40\x02\0"),
            [packet(0, b"\xc0\0"), packet(2, b"\xc0\0")]
        );
        assert_eq!(cut(&mut framer, 7, b"\x07"), [packet(4, b"\x40\x02\0\x07")]);
    }

    #[test]
    fn behind_a_gap_reading_goes_on_at_the_next_packet() {
        let mut framer = Framer::default();
        assert_eq!(cut(&mut framer, 0, b"\x30\x05\0\x01"), []);
        let mut out = Vec::new();
        framer.gap(10, &mut out);
        assert_eq!(out, [packet(0, b"\x30\x05\0\x01")]);
        assert_eq!(cut(&mut framer, 14, b"xx"), []);
        assert_eq!(cut(&mut framer, 16, b"\xc0\0"), [Cut::LeftOut(12), packet(16, b"\xc0\0")]);
    }

    #[test]
    fn an_impossible_length_makes_the_rest_garbage() {
        let mut framer = Framer::default();
        let garbage = b"\x30\xff\xff\xff\xff";
        assert_eq!(cut(&mut framer, 0, garbage), [packet(0, garbage)]);
        assert_eq!(cut(&mut framer, 5, b"\xc0"), [packet(5, b"\xc0")]);
    }

    #[test]
    fn a_connect_is_known_by_its_protocol_name() {
        assert!(begins_like_connect(b"\x10\x10\0\x04MQTT\x05"));
        assert!(begins_like_connect(b"\x10\x90\x01\0\x06MQIsdp\x03"));
        assert!(!begins_like_connect(b"\x10\x10\0\x04MQTX"));
        assert!(!begins_like_connect(b"GET / HTTP/1.1"));
        assert!(!begins_like_connect(b""));
    }
}
