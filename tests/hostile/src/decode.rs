//! The wire decoder, on a stream of bytes that anybody may have sent.

use bytes::{Bytes, BytesMut};
use wire::{Packet, UNDECODED, Version, strategies, take_frame};

/// The size of the largest packet that is taken from the stream, in bytes.
const LIMIT: usize = 4096;

/// Decodes the bytes as one packet, and as the stream of packets that they are to a broker, in each
/// version.
///
/// # Panics
///
/// Where spans do not tile the bytes, a packet does not come back as itself, or a frame is not what
/// was in the stream.
pub fn check(bytes: &[u8]) {
    for version in Version::ALL {
        let whole = Bytes::copy_from_slice(bytes);
        check_packet(&whole, version);
        check_stream(bytes, version);
    }
}

fn check_packet(bytes: &Bytes, version: Version) {
    let spans = strategies::tiles(bytes, version).unwrap_or_else(|broken| panic!("{broken}"));
    for spanned in spans.fields().filter(|spanned| spanned.field != &UNDECODED) {
        let sentence = (spanned.field.explain)(spanned.value(bytes));
        assert_ne!(sentence, "", "{spanned:?} is explained");
    }
    if let Err(error) = Packet::decode(bytes, version) {
        assert_ne!(error.to_string(), "");
    }
    strategies::identity(bytes, version).unwrap_or_else(|broken| panic!("{broken}"));
}

fn check_stream(bytes: &[u8], mut version: Version) {
    let mut buffer = BytesMut::from(bytes);
    let mut taken = 0;
    while let Ok(Some(frame)) = take_frame(&mut buffer, LIMIT) {
        assert_eq!(frame, bytes[taken..taken + frame.len()], "frames are the stream, in its order");
        assert!((2..=LIMIT).contains(&frame.len()));
        taken += frame.len();
        check_packet(&frame, version);
        if let Ok(Packet::Connect(connect)) = Packet::decode(&frame, version) {
            version = connect.version;
        }
    }
    assert_eq!(buffer, bytes[taken..], "what is no whole packet stays");
}
