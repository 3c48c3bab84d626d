use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex30 as answer;
use ex30::Publish;

const EXERCISE: Exercise = check::exercise!("30-publish");

/// What most of these packets are.
const MESSAGE: Publish = Publish {
    topic: "mytopic",
    payload: b"hello",
    qos: 0,
    dup: false,
    retain: false,
    packet_identifier: 0x1234,
};

#[test]
fn step1_the_first_byte() -> Verdict {
    first_byte(0x30, MESSAGE)?;
    first_byte(0x31, Publish { retain: true, ..MESSAGE })?;
    first_byte(0x32, Publish { qos: 1, ..MESSAGE })?;
    first_byte(0x3c, Publish { qos: 2, dup: true, ..MESSAGE })
}

#[test]
fn step2_a_message_at_qos_0() -> Verdict {
    EXERCISE.packet("qos-0", PACKET, || answer::packet(&MESSAGE))
}

#[test]
fn step3_a_message_at_qos_1() -> Verdict {
    EXERCISE.packet("qos-1", PACKET, || answer::packet(&Publish { qos: 1, ..MESSAGE }))
}

#[test]
fn step4_any_bytes_and_none() -> Verdict {
    EXERCISE.packet("bytes", PACKET, || {
        answer::packet(&Publish { payload: &[0xff, 0x00, 0xc3], retain: true, ..MESSAGE })
    })?;
    EXERCISE.packet("empty", PACKET, || {
        answer::packet(&Publish { payload: &[], qos: 2, dup: true, ..MESSAGE })
    })
}

#[test]
fn step5_the_payload_is_found_again() -> Verdict {
    let payloads: [(&[u8], &[u8]); 4] = [
        (b"\x30\x0e\x00\x07mytopichello", b"hello"),
        (b"\x32\x10\x00\x07mytopic\x12\x34hello", b"hello"),
        (b"\x31\x06\x00\x03a/b\xff", b"\xff"),
        (b"\x3d\x07\x00\x03a/b\x00\x01", b""),
    ];
    for (packet, expected) in payloads {
        let what = format!("the payload of {packet:02x?}");
        EXERCISE.bytes(&what, expected, PAYLOAD, move || answer::payload(packet))?;
    }
    Ok(())
}

fn first_byte(expected: u8, publish: Publish) -> Verdict {
    let Publish { qos, dup, retain, .. } = publish;
    let what = format!("the first byte with QoS {qos}, dup {dup}, retain {retain}");
    EXERCISE.byte(&what, expected, FIRST_BYTE, move || answer::first_byte(&publish))
}

const FIRST_BYTE: &[Mistake<u8>] = &[
    mistake(|byte| byte >> 4 != 3, "The type of PUBLISH is 3, in the high four bits."),
    mistake(|byte| *byte == 0x38, "Bit 3 is DUP. RETAIN is bit 0, the lowest one."),
    mistake(
        |byte| matches!(byte, 0x31 | 0x3a | 0x33 | 0x34),
        "The two bits of the QoS are bits 2 and 1: the number has to be moved up by one.",
    ),
];

const PACKET: &[Mistake<[u8]>] = &[
    mistake(
        |bytes| !matches!(bytes.first(), Some(0x30 | 0x31 | 0x32 | 0x3c)),
        "Byte 0 is not right yet. That is what `first_byte` makes, in step 1.",
    ),
    breach(
        &rules::MQTT_2_3_1_5,
        |bytes| is_qos_0(bytes) && bytes.get(11..13) == Some(&[0x12, 0x34]),
        "No acknowledgement follows, so there is nothing to name.",
    ),
    breach(
        &rules::MQTT_2_3_1_1,
        |bytes| !is_qos_0(bytes) && !bytes.windows(2).any(|pair| pair == [0x12, 0x34]),
        "Without a number no acknowledgement could say which message it is about.",
    ),
    breach(
        &rules::MQTT_3_3_2_1,
        |bytes| bytes.get(2..4) == Some(&[0x12, 0x34]),
        "Your Packet Identifier stands in front of the topic.",
    ),
    mistake(
        |bytes| !is_qos_0(bytes) && bytes.len() > 13 && bytes.ends_with(&[0x12, 0x34]),
        "Your Packet Identifier stands behind the payload, where a reader takes it for a part of the \
         message. It comes before.",
    ),
    mistake(
        |bytes| bytes.get(11..13) == Some(&[0, 5]) || bytes.get(13..15) == Some(&[0, 5]),
        "The payload has no length in front of it: it is what is left of the packet.",
    ),
    mistake(
        |bytes| bytes.windows(2).any(|pair| pair == [0xef, 0xbf]),
        "A payload need not be text, and nobody may mend it: it is passed on as it came.",
    ),
];

fn is_qos_0(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|byte| byte & 0b110 == 0)
}

const PAYLOAD: &[Mistake<[u8]>] = &[
    breach(
        &rules::MQTT_2_3_1_1,
        |bytes| bytes.starts_with(&[0x12, 0x34]) || bytes == [0, 1],
        "Your payload begins with the Packet Identifier.",
    ),
    mistake(
        |bytes| bytes == b"llo" || bytes.is_empty(),
        "A QoS 0 PUBLISH has no Packet Identifier: the payload follows the topic at once.",
    ),
    mistake(
        |_| true,
        "Behind the fixed header stand the length of the topic, the topic, and a Packet Identifier of two \
         bytes, unless the QoS is 0. What is left is the payload.",
    ),
];
