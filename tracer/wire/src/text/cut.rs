//! Strings out of frames: the one place where a decoder looks at every byte, and so the one that is made
//! for speed.
//!
//! A loop over some bytes takes them one by one, for the compiler does not know where it will end. Over an
//! array whose size it knows, it takes sixteen or more at once. So a short string is read as one array, with
//! what happens to stand behind it painted over; and what it is held to is asked of all bytes alike,
//! without a way out at the first that breaks it. Which one that is, is found out only when there is one.

use std::ops::Deref;

use arrayvec::ArrayString;
use bytes::Bytes;

use super::{SHORT, TextError};

/// A string that is cut from a frame.
pub(crate) trait Cut: Deref<Target = str> + Sized {
    /// Takes the first `len` bytes as one; `share` gives the buffer that they stand in, for a long one.
    fn cut(bytes: &[u8], len: usize, share: impl Fn() -> Bytes) -> Result<Self, TextError>;
}

/// A copy of the first `len` bytes, at most [`SHORT`]; `None` if they are no UTF-8, or if there is one
/// of the `unwanted` ones among them.
#[inline(always)]
pub(super) fn copy_without<const N: usize>(
    unwanted: [u8; N],
    bytes: &[u8],
    len: usize,
) -> Option<ArrayString<SHORT>> {
    let room = room(bytes, len);
    let is_wanted = !has_any(unwanted, &room);
    let mut text = ArrayString::from_byte_string(&room).ok().filter(|_| is_wanted)?;
    text.truncate(len);
    Some(text)
}

/// The first `len` bytes, at most [`SHORT`], and blanks. Where enough bytes stand behind them, they are
/// taken along and painted over: so all sizes are known again.
#[inline(always)]
fn room(bytes: &[u8], len: usize) -> [u8; SHORT] {
    let mut room = [b' '; SHORT];
    match (bytes.first_chunk::<SHORT>(), MASKS[SHORT - len..].first_chunk::<SHORT>()) {
        (Some(chunk), Some(mask)) => {
            for ((to, from), mask) in room.iter_mut().zip(chunk).zip(mask) {
                *to = (from & mask) | (*to & !mask);
            }
        }
        _ => room[..len].copy_from_slice(&bytes[..len]),
    }
    room
}

/// Begun so many bytes before its middle as are wanted, it has a 1 for each of their bits.
static MASKS: [u8; 2 * SHORT] = {
    let mut masks = [0; 2 * SHORT];
    let (ones, _) = masks.split_at_mut(SHORT);
    ones.copy_from_slice(&[0xff; SHORT]);
    masks
};

/// Whether there is any of these bytes. To look at all of them is faster than to look for the first, and
/// many of them are looked at at once if there is no branch behind each.
#[allow(clippy::needless_bitwise_bool)]
#[inline(always)]
pub(super) fn has_any<const N: usize>(unwanted: [u8; N], bytes: &[u8]) -> bool {
    unwanted
        .iter()
        .any(|unwanted| bytes.iter().fold(false, |found, byte| found | (byte == unwanted)))
}

#[cfg(test)]
mod tests {
    use std::str;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::text::Text;
    use crate::topic::TopicName;

    /// Bytes that make and break strings: those of letters, wildcards, U+0000, and of longer characters.
    fn byte() -> impl Strategy<Value = u8> {
        prop_oneof![
            40 => b'a'..=b'z',
            1 => proptest::sample::select(b"/+#\0 ".as_slice()),
            1 => proptest::sample::select(b"\xc3\xa9\xf0\x9f\x98\x80".as_slice()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        /// Wherever a string is cut, short or long: what stands behind it in the frame does not matter,
        /// nor in how many looks it is held to its rules.
        #[test]
        fn a_cut_string_is_what_its_own_bytes_are(bytes in vec(byte(), 0..70), len in 0_usize..70) {
            let len = len.min(bytes.len());
            let own = Bytes::copy_from_slice(&bytes[..len]);
            let expected = str::from_utf8(&own).ok().filter(|text| !text.contains('\0'));
            let cut = Text::cut(&bytes, len, || own.clone());
            prop_assert_eq!(cut.as_deref().ok(), expected);
            prop_assert_eq!(&cut, &Text::new(own.clone()));
            let topic = TopicName::cut(&bytes, len, || own.clone());
            prop_assert_eq!(topic, cut.and_then(TopicName::from_text));
        }
    }
}
