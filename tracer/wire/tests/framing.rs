//! Packets come out of a stream whole, however it is cut.

use bytes::{Bytes, BytesMut};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use wire::{DecodeError, MAX_PACKET, Packet, frame_size, strategies, take_frame};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// A packet of which the end is still to come is no error, wherever it is cut.
    #[test]
    fn every_beginning_of_a_packet_is_incomplete(
        packet in strategies::packet(),
        version in strategies::version(),
    ) {
        let bytes = packet.to_bytes()?;
        for size in cuts(bytes.len()) {
            let mut buffer = BytesMut::from(&bytes[..size]);
            prop_assert_eq!(take_frame(&mut buffer, MAX_PACKET), Ok(None), "{} bytes", size);
            prop_assert_eq!(&buffer[..], &bytes[..size]);
            let outcome = Packet::decode(&bytes.slice(..size), version);
            let is_cut = matches!(outcome, Err(DecodeError::Truncated { available, .. })
                if available == size);
            prop_assert!(is_cut, "{} bytes: {:?}", size, outcome);
        }
    }

    #[test]
    fn packets_in_one_buffer_come_out_one_by_one(packets in vec(strategies::packet(), 0..8)) {
        let frames = frames(&packets)?;
        let mut buffer = BytesMut::from(&frames.concat()[..]);
        for frame in frames {
            prop_assert_eq!(take_frame(&mut buffer, MAX_PACKET)?, Some(frame));
        }
        prop_assert_eq!(take_frame(&mut buffer, MAX_PACKET)?, None);
    }

    #[test]
    fn pieces_make_the_same_packets(
        packets in vec(strategies::packet(), 0..8),
        cuts in vec(any::<Index>(), 0..40),
    ) {
        let frames = frames(&packets)?;
        let stream = frames.concat();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let (mut buffer, mut taken) = (BytesMut::new(), Vec::new());
        for piece in cuts.windows(2) {
            buffer.extend_from_slice(&stream[piece[0]..piece[1]]);
            while let Some(frame) = take_frame(&mut buffer, MAX_PACKET)? {
                taken.push(frame);
            }
        }
        prop_assert_eq!(taken, frames);
        prop_assert!(buffer.is_empty());
    }

    /// Whatever comes, a frame is taken whole, refused for good, or waited for.
    #[test]
    fn random_bytes_are_taken_refused_or_waited_for(
        bytes in vec(any::<u8>(), 0..40),
        limit in 0..40_usize,
    ) {
        let mut buffer = BytesMut::from(&bytes[..]);
        match (take_frame(&mut buffer, limit), frame_size(&bytes)) {
            (Ok(Some(frame)), size) => {
                prop_assert_eq!(size?, Some(frame.len()));
                prop_assert!(frame.len() <= limit);
                prop_assert_eq!([&frame[..], &buffer[..]].concat(), bytes);
            }
            (Ok(None), size) => {
                let size = size?;
                prop_assert!(size.is_none_or(|size| bytes.len() < size && size <= limit));
                prop_assert_eq!(&buffer[..], &bytes);
            }
            (Err(DecodeError::TooLarge { size, .. }), whole) => {
                prop_assert_eq!(whole?, Some(size));
                prop_assert!(size > limit);
            }
            (Err(error), whole) => prop_assert_eq!(whole, Err(error)),
        }
    }
}

fn frames(packets: &[Packet]) -> Result<Vec<Bytes>, TestCaseError> {
    Ok(packets.iter().map(Packet::to_bytes).collect::<Result<_, _>>()?)
}

/// Sizes below that of a whole packet: all of them, and of a long one those at both ends.
fn cuts(size: usize) -> impl Iterator<Item = usize> {
    (0..size).filter(move |cut| *cut < 200 || size - cut < 50)
}
