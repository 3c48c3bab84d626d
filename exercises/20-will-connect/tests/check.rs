use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex20 as answer;
use ex20::Will;

const EXERCISE: Exercise = check::exercise!("20-will-connect");

#[test]
fn step1_the_flags() -> Verdict {
    for (clean_session, will, byte) in [
        (false, None, 0),
        (true, None, 0b0000_0010),
        (true, Some((0, false)), 0b0000_0110),
        (true, Some((1, false)), 0b0000_1110),
        (false, Some((2, true)), 0b0011_0100),
    ] {
        let what = match will {
            None => format!("connect_flags, Clean Session {clean_session}, no will"),
            Some((qos, retain)) => format!(
                "connect_flags, Clean Session {clean_session}, will at QoS {qos}, retain {retain}"
            ),
        };
        EXERCISE.byte(&what, byte, FLAGS, move || {
            let will = will.map(|(qos, retain)| Will { topic: "a", message: b"b", qos, retain });
            answer::connect_flags(clean_session, will.as_ref())
        })?;
    }
    Ok(())
}

#[test]
fn step2_no_will() -> Verdict {
    const NONE: &[Mistake<[u8]>] =
        &[breach(&rules::MQTT_3_1_2_11, |bytes| bytes.len() > 19, "There is no will here.")];
    EXERCISE.packet("no-will", NONE, || connect(None))
}

#[test]
fn step3_a_will_at_qos_0() -> Verdict {
    EXERCISE.packet("qos-0", WILL, || {
        connect(Some(&Will { topic: "dead_clients", message: b"imdead", qos: 0, retain: false }))
    })
}

#[test]
fn step4_a_will_at_qos_1_and_retained() -> Verdict {
    EXERCISE.packet("qos-1-retained", WILL, || {
        connect(Some(&Will { topic: "dead_clients", message: b"imdead", qos: 1, retain: true }))
    })
}

#[test]
fn step5_an_empty_will_at_qos_2() -> Verdict {
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

const FLAGS: &[Mistake<u8>] = &[
    breach(&rules::MQTT_3_1_2_11, |flags| *flags == 0b0000_0100, "There is no will here."),
    mistake(
        |flags| *flags & 1 == 1,
        "Clean Session is bit 1 of the Connect Flags. Bit 0 is reserved.",
    ),
    breach(
        &rules::MQTT_3_1_2_9,
        |flags| [0b0000_0010, 0b0000_1010].contains(flags),
        "There is a will, and bit 2 of the Connect Flags does not say so.",
    ),
    mistake(
        |flags| [0b0000_0110, 0b0010_0100].contains(flags),
        "The Will QoS is not there: it stands in bits 4 and 3.",
    ),
    mistake(
        |flags| [0b0001_0110, 0b0011_1100].contains(flags),
        "The two bits of the QoS are 4 and 3, and Will Retain is bit 5, above them.",
    ),
];

const WILL: &[Mistake<[u8]>] = &[
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
