//! One direction of a TCP connection: segments in any order become bytes in theirs.

use std::collections::BTreeMap;

use bytes::Bytes;

/// Puts segments in order (RFC 9293 §3.4).
///
/// Each byte has a position: how many bytes came before it in this direction. What came early waits,
/// what comes again is cut away.
#[derive(Debug, Default)]
pub(super) struct Half {
    /// The sequence number of the byte at `position`, once one is known.
    expected: Option<u32>,
    /// The position of the next byte that is wanted.
    position: u64,
    early: BTreeMap<u64, Bytes>,
    early_bytes: usize,
    /// The position of the FIN.
    end: Option<u64>,
}

/// How many bytes wait at most for those before them: more than the largest receive window in use.
const ROOM: usize = 4 << 20;

/// How many pieces wait at most, since each costs memory beside its bytes.
const PIECES: usize = 8192;

/// Sequence numbers further away than this belong to something else: no window is larger (RFC 7323
/// §2.3).
const LARGEST_WINDOW: i64 = 1 << 30;

impl Half {
    /// The first sequence number, of a SYN.
    pub(super) fn start(&mut self, sequence: u32) {
        *self = Self { expected: Some(sequence.wrapping_add(1)), ..Self::default() };
    }

    /// Whether the beginning of this direction is known.
    pub(super) fn is_started(&self) -> bool {
        self.expected.is_some()
    }

    /// The position of the next byte that is wanted.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Takes a segment; what can be read now comes from [`ready`](Self::ready). A direction whose
    /// SYN was not seen begins with its first segment.
    pub(super) fn receive(&mut self, sequence: u32, payload: &[u8], fin: bool) {
        self.expected.get_or_insert(sequence);
        let Some(start) = self.position_of(sequence) else { return };
        let end = start.saturating_add_unsigned(payload.len() as u64);
        let Ok(end) = u64::try_from(end) else { return }; // from before the beginning
        if fin {
            self.end.get_or_insert(end);
        }
        let wanted = i64::try_from(self.position).unwrap_or(i64::MAX);
        let known = usize::try_from((wanted - start).max(0)).unwrap_or(usize::MAX);
        let Some(fresh) = payload.get(known..).filter(|fresh| !fresh.is_empty()) else { return };
        let start = end - fresh.len() as u64;
        let known = self.early.get(&start).map_or(0, Bytes::len);
        if fresh.len() > known {
            self.early_bytes += fresh.len() - known;
            self.early.insert(start, Bytes::copy_from_slice(fresh));
        }
    }

    /// The next bytes in order, if they are there.
    pub(super) fn ready(&mut self) -> Option<Bytes> {
        while let Some(entry) = self.early.first_entry()
            && *entry.key() <= self.position
        {
            let (start, mut bytes) = entry.remove_entry();
            self.early_bytes -= bytes.len();
            let known = usize::try_from(self.position - start).unwrap_or(usize::MAX);
            if known < bytes.len() {
                let fresh = bytes.split_off(known);
                self.advance(fresh.len() as u64);
                return Some(fresh);
            }
        }
        None
    }

    /// Whether the bytes that are missing will not come: too much waits for them already.
    pub(super) fn is_full(&self) -> bool {
        self.early_bytes > ROOM || self.early.len() > PIECES
    }

    /// Whether the receiver acknowledged bytes that are missing here. It had them, so they will not
    /// be sent again: the capture does not have them.
    pub(super) fn lacks(&self, acknowledgement: u32) -> bool {
        !self.early.is_empty() && self.is_behind(acknowledgement)
    }

    /// Whether bytes were acknowledged that are not here: they may be those that wait, or a capture that
    /// has the answer first, or not the question at all.
    pub(super) fn is_behind(&self, acknowledgement: u32) -> bool {
        let position = self.position_of(acknowledgement);
        let position = position.and_then(|position| u64::try_from(position).ok());
        // A FIN is acknowledged like a byte, and is none.
        let position = position.map(|position| position.min(self.end.unwrap_or(u64::MAX)));
        position.is_some_and(|position| position > self.position)
    }

    /// Gives up the bytes that are missing before the first ones that wait, or before the FIN: how many
    /// are missing. `None` if nothing waits.
    pub(super) fn skip(&mut self) -> Option<u64> {
        let first = self.early.first_key_value().map(|(start, _)| *start);
        let missing = first.or(self.end)?.checked_sub(self.position)?;
        self.advance(missing);
        Some(missing)
    }

    /// Whether something waits for bytes that are missing.
    pub(super) fn is_waiting(&self) -> bool {
        !self.early.is_empty() || self.end.is_some_and(|end| end > self.position)
    }

    /// Whether the FIN and all before it was read.
    pub(super) fn is_ended(&self) -> bool {
        self.end.is_some_and(|end| end <= self.position)
    }

    fn advance(&mut self, count: u64) {
        self.position += count;
        #[allow(clippy::cast_possible_truncation)] // sequence numbers go round after 4 GiB
        let count = count as u32;
        self.expected = self.expected.map(|expected| expected.wrapping_add(count));
    }

    /// The position of this sequence number, which goes round after 4 GiB: the one near the next
    /// byte. Negative for what was sent before the beginning.
    #[allow(clippy::cast_possible_wrap)] // this is how RFC 9293 §3.4 compares sequence numbers
    fn position_of(&self, sequence: u32) -> Option<i64> {
        let distance = i64::from(sequence.wrapping_sub(self.expected?) as i32);
        let position = i64::try_from(self.position).ok()?;
        (distance.abs() <= LARGEST_WINDOW).then_some(position + distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half(segments: &[(u32, &[u8])]) -> Half {
        let mut half = Half::default();
        half.start(99);
        for (sequence, payload) in segments {
            half.receive(*sequence, payload, false);
        }
        half
    }

    fn read(half: &mut Half) -> Vec<u8> {
        std::iter::from_fn(|| half.ready()).flatten().collect()
    }

    #[test]
    fn segments_out_of_order_are_put_in_order() {
        let mut half = half(&[(103, b"defg"), (107, b"h"), (100, b"abc")]);
        assert_eq!(read(&mut half), b"abcdefgh");
    }

    #[test]
    fn what_comes_again_counts_once_however_it_is_cut() {
        let segments: [(u32, &[u8]); 5] =
            [(100, b"abc"), (100, b"abc"), (101, b"BCd"), (99, b"?"), (102, b"CDe")];
        assert_eq!(read(&mut half(&segments)), b"abcde");
    }

    #[test]
    fn early_pieces_may_overlap() {
        let mut half = half(&[(104, b"efg"), (102, b"cdef"), (104, b"ef"), (100, b"ab")]);
        assert_eq!(read(&mut half), b"abcdefg");
    }

    #[test]
    fn nothing_is_read_beyond_a_gap_until_it_is_given_up() {
        let mut half = half(&[(100, b"ab"), (105, b"fg")]);
        assert_eq!(read(&mut half), b"ab");
        assert!(!half.lacks(102), "what was read is acknowledged");
        assert!(half.lacks(107), "the receiver had what is missing here");
        assert_eq!(half.skip(), Some(3));
        assert_eq!(read(&mut half), b"fg");
        assert_eq!(half.skip(), None);
        half.receive(110, b"", true);
        assert_eq!(half.skip(), Some(3), "those before the FIN");
        assert!(half.is_ended());
    }

    #[test]
    fn sequence_numbers_go_round() {
        let mut half = Half::default();
        half.start(u32::MAX - 2);
        half.receive(1, b"cd", true);
        half.receive(u32::MAX - 1, b"ab", false);
        half.receive(0, b"X", false);
        assert_eq!(read(&mut half), b"abXcd");
        assert!(half.is_ended());
    }

    #[test]
    fn a_fin_ends_it_once_all_before_it_was_read() {
        let mut half = half(&[]);
        half.receive(102, b"c", true);
        assert!(!half.is_ended());
        half.receive(100, b"ab", false);
        assert_eq!(read(&mut half), b"abc");
        assert!(half.is_ended());
    }

    #[test]
    fn there_is_a_limit_to_what_waits() {
        let mut half = half(&[]);
        half.receive(101, &vec![0; ROOM], false);
        assert!(!half.is_full());
        half.receive(101 + u32::try_from(ROOM).unwrap(), b"x", false);
        assert!(half.is_full());
    }
}
