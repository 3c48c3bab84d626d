use check::{Exercise, Mistake, Verdict, mistake};
use ex10 as answer;

const EXERCISE: Exercise = check::exercise!("10-connect");

#[test]
fn step1_the_variable_header() -> Verdict {
    EXERCISE.packet("clean-session", HEADER, || whole(answer::variable_header(true, 60)))
}

#[test]
fn step2_other_flags_and_another_keep_alive() -> Verdict {
    EXERCISE.packet("kept-session", HEADER, || {
        let mut packet = whole(answer::variable_header(false, 300));
        packet.truncate(packet.len() - 2);
        packet.extend(b"\x00\x05carol");
        packet[1] += 5;
        packet
    })
}

#[test]
fn step3_a_whole_packet() -> Verdict {
    EXERCISE.packet("carol", PAYLOAD, || answer::connect("carol", true, 5))
}

#[test]
fn step4_a_client_without_a_name() -> Verdict {
    EXERCISE.packet("nameless", PAYLOAD, || answer::connect("", true, 60))
}

/// A packet with this variable header, and an empty Client Identifier.
fn whole(variable_header: Vec<u8>) -> Vec<u8> {
    let size = variable_header.len() as u8 + 2;
    [&[0x10, size][..], &variable_header, &[0, 0]].concat()
}

const HEADER: &[Mistake<[u8]>] = &[
    mistake(
        |bytes| bytes.get(2) == Some(&b'M'),
        "Even these four letters are a text, with two bytes of length in front of it: 00 04.",
    ),
    mistake(
        |bytes| bytes.get(2..4) == Some(&[0x04, b'M']),
        "The length of a text has two bytes, the more significant one first: 00 04.",
    ),
    mistake(
        |bytes| {
            bytes
                .get(4..8)
                .is_some_and(|name| name != b"MQTT" && name.eq_ignore_ascii_case(b"MQTT"))
        },
        "The Protocol Name is compared byte by byte, and stands in capitals: 4d 51 54 54.",
    ),
    mistake(
        |bytes| bytes.get(8) == Some(&3),
        "Level 3 goes with the name MQIsdp: that is MQTT 3.1. In MQTT 3.1.1 the level is 4.",
    ),
    mistake(
        |bytes| bytes.get(9).is_some_and(|flags| flags & 1 != 0),
        "Clean Session is bit 1 of the Connect Flags, and bits count from 0.",
    ),
    mistake(
        |bytes| bytes.get(9).is_some_and(|flags| flags & 2 == 0) && bytes.get(11) == Some(&60),
        "clean_session is true here, so bit 1 of the Connect Flags has to be 1.",
    ),
    mistake(
        |bytes| matches!(bytes.get(10..12), Some([60, 0] | [0x2c, 0x01])),
        "The more significant byte comes first: 60 is 00 3c, and 300 is 01 2c.",
    ),
    mistake(
        |bytes| bytes.get(10..12) == Some(&[0xea, 0x60]),
        "The Keep Alive is in seconds, and not in milliseconds: 60 is 00 3c.",
    ),
];

const PAYLOAD: &[Mistake<[u8]>] = &[
    mistake(
        |bytes| bytes.get(2..8) != Some(b"\0\x04MQTT"),
        "What stands behind the fixed header is not your variable header of the steps before, or that is \
         not right yet.",
    ),
    mistake(
        |bytes| matches!(bytes.get(12), Some(b'c' | 5)),
        "The Client Identifier is a text: two bytes of length in front of it.",
    ),
    mistake(|bytes| bytes.len() == 12, "An empty text still has a length, which is 00 00."),
    mistake(
        |bytes| bytes.get(1).is_some_and(|size| usize::from(*size) == bytes.len()),
        "The Remaining Length counts what follows it: not itself, and not the first byte.",
    ),
    mistake(
        |bytes| bytes.first() == Some(&1),
        "The type stands in the high four bits of the first byte.",
    ),
];
