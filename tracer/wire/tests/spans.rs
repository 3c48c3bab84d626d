//! Every bit has an owner: the fields that an observer sees tile each packet, valid or broken.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use wire::{Spans, Version, strategies};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn of_a_packet(packet in strategies::packet(), version in strategies::version()) {
        let bytes = packet.to_bytes()?;
        let spans = tiles(&bytes, version)?;
        prop_assert!(spans.fields().all(|spanned| spanned.field != &wire::UNDECODED));
    }

    #[test]
    fn of_a_damaged_packet(bytes in strategies::damaged(), version in strategies::version()) {
        tiles(&bytes, version)?;
    }

    #[test]
    fn of_random_bytes(bytes in vec(any::<u8>(), 0..80), version in strategies::version()) {
        tiles(&bytes.into(), version)?;
    }

    /// Random bytes are hardly ever more than a broken header; behind a good one they go further.
    #[test]
    fn of_random_bytes_behind_a_good_header(
        body in vec(any::<u8>(), 0..80),
        first in any::<u8>(),
        version in strategies::version(),
    ) {
        let length = u8::try_from(body.len())?;
        tiles(&[&[first, length][..], &body].concat().into(), version)?;
    }
}

fn tiles(bytes: &Bytes, version: Version) -> Result<Spans, TestCaseError> {
    strategies::tiles(bytes, version).map_err(TestCaseError::fail)
}
