use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex20 as answer;
use ex20::Will;

const EXERCISE: Exercise = check::exercise!("20-will-connect");

#[test]
fn step1_no_will() -> Verdict {
    const NONE: &[Mistake<[u8]>] = &[
        breach(
            &rules::MQTT_3_1_2_11,
            |bytes| bytes.len() > 19 || bytes.get(9).is_some_and(|flags| flags & 0b0011_1100 != 0),
            "There is no will here.",
        ),
        mistake(
            |bytes| bytes.get(9) == Some(&1),
            "Clean Session is bit 1 of the Connect Flags. Bit 0 is reserved.",
        ),
    ];
    EXERCISE.packet("no-will", NONE, || connect(None))
}

#[test]
fn step2_a_will_at_qos_0() -> Verdict {
    EXERCISE.packet("qos-0", WILL, || {
        connect(Some(&Will { topic: "dead_clients", message: b"imdead", qos: 0, retain: false }))
    })
}

#[test]
fn step3_a_will_at_qos_1_and_retained() -> Verdict {
    EXERCISE.packet("qos-1-retained", WILL, || {
        connect(Some(&Will { topic: "dead_clients", message: b"imdead", qos: 1, retain: true }))
    })
}

#[test]
fn step4_an_empty_will_at_qos_2() -> Verdict {
    EXERCISE.packet("empty", WILL, || {
        connect(Some(&Will { topic: "status/alice", message: b"", qos: 2, retain: true }))
    })
}

/// A CONNECT of alice.
fn connect(will: Option<&Will>) -> Vec<u8> {
    let flags = answer::connect_flags(true, will);
    let payload = answer::payload("alice", will);
    let size = payload.len() as u8 + 10;
    [&[0x10, size][..], b"\x00\x04MQTT\x04", &[flags, 0, 60], &payload].concat()
}

const WILL: &[Mistake<[u8]>] = &[
    breach(
        &rules::MQTT_3_1_2_9,
        |bytes| bytes.get(9).is_some_and(|flags| flags & 0b100 == 0),
        "The payload has a will, and bit 2 of the Connect Flags does not say so.",
    ),
    mistake(
        |bytes| matches!(bytes.get(9), Some(0x27 | 0x26)),
        "The Will QoS is not there: it stands in bits 4 and 3.",
    ),
    mistake(
        |bytes| matches!(bytes.get(9), Some(0x16 | 0x1e)),
        "The two bits of the QoS are 4 and 3, and Will Retain is bit 5, above them.",
    ),
    breach(
        &rules::MQTT_3_1_3_1,
        |bytes| bytes.get(14) == Some(&b'd'),
        "Your payload begins with the will.",
    ),
    breach(
        &rules::MQTT_3_1_3_1,
        |bytes| bytes.get(21) == Some(&b'i'),
        "Your Will Message stands in front of the Will Topic.",
    ),
    mistake(
        |bytes| bytes.len() == 39,
        "The Will Message has a length in front of it. It is not like the payload of a PUBLISH, \
         which goes on to the end of its packet: a User Name could follow here.",
    ),
];
