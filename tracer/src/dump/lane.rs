//! The bits of a byte as a lane: those of a field, and dots for the others.

use std::sync::LazyLock;

use wire::Bits;

/// The bits of a byte that belong to a field, dots for the others: `·1·· ····`. A character for each
/// half, and a blank between them.
pub(crate) fn bit_lane(byte: u8, bits: Bits) -> [&'static str; 3] {
    let mask = bits.mask();
    [half(mask >> 4, byte >> 4), " ", half(mask & 0x0f, byte & 0x0f)]
}

/// The columns of each half of a lane.
pub(super) const HALF: usize = 4;

/// Four bits, of which those in the mask are shown.
fn half(mask: u8, bits: u8) -> &'static str {
    &HALVES[usize::from(mask) << 4 | usize::from(bits)]
}

/// Each half that there may be: a dump draws one of them for every row, and draws it once.
static HALVES: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..=u8::MAX).map(|both| draw(both >> 4, both & 0x0f)).collect());

fn draw(mask: u8, bits: u8) -> String {
    let cell = |bit: u8| match (mask >> bit & 1, bits >> bit & 1) {
        (0, _) => '·',
        (_, 0) => '0',
        _ => '1',
    };
    (0..4).rev().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_of_others_are_dots() {
        let drawn = |byte, high, low| bit_lane(byte, Bits { high, low }).concat();
        assert_eq!(drawn(0b0100_0000, 6, 6), "·1·· ····");
        assert_eq!(drawn(0b1101_1011, 4, 3), "···1 1···");
        assert_eq!(drawn(0b0001_0111, 7, 0), "0001 0111");
        assert_eq!(drawn(0, 3, 0).chars().count(), 2 * HALF + 1);
    }
}
