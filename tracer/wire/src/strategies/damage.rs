//! What accidents make of a packet's bytes.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// What happens to the bytes of a packet.
#[derive(Clone, Debug)]
enum Accident {
    /// One bit turns.
    Flip(Index, u8),
    /// One byte becomes another.
    Set(Index, u8),
    /// The end is missing.
    Cut(Index),
    /// A byte is missing.
    Remove(Index),
    /// Bytes come in between.
    Insert(Index, Vec<u8>),
    /// The first byte of the Remaining Length says something else.
    Length(u8),
}

/// The bytes of a packet to which one to three accidents happened. Most are broken, some are another
/// packet, a few are what they were.
pub fn damaged() -> impl Strategy<Value = Bytes> {
    let small = super::packet().prop_filter_map("too large to be broken all over", |packet| {
        packet.to_bytes().ok().filter(|bytes| bytes.len() < 1000)
    });
    (small, vec(accident(), 1..4)).prop_map(|(bytes, accidents)| {
        let mut bytes = Vec::from(bytes);
        for accident in accidents {
            accident.happen(&mut bytes);
        }
        bytes.into()
    })
}

fn accident() -> impl Strategy<Value = Accident> {
    prop_oneof![
        4 => (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Accident::Flip(at, bit)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Accident::Set(at, byte)),
        1 => any::<Index>().prop_map(Accident::Cut),
        1 => any::<Index>().prop_map(Accident::Remove),
        1 => (any::<Index>(), vec(any::<u8>(), 1..5))
            .prop_map(|(at, bytes)| Accident::Insert(at, bytes)),
        2 => (0..0x80_u8).prop_map(Accident::Length),
    ]
}

impl Accident {
    fn happen(self, bytes: &mut Vec<u8>) {
        let size = bytes.len();
        if size == 0 {
            return;
        }
        match self {
            Self::Flip(at, bit) => bytes[at.index(size)] ^= 1 << bit,
            Self::Set(at, byte) => bytes[at.index(size)] = byte,
            Self::Cut(at) => bytes.truncate(at.index(size)),
            Self::Remove(at) => {
                bytes.remove(at.index(size));
            }
            Self::Insert(at, more) => {
                let at = at.index(size);
                bytes.splice(at..at, more);
            }
            Self::Length(length) => {
                if let Some(byte) = bytes.get_mut(1) {
                    *byte = length;
                }
            }
        }
    }
}
