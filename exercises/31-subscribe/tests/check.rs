use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex31 as answer;
use ex31::Answer::{self, Granted, Refused};

const EXERCISE: Exercise = check::exercise!("31-subscribe");

const WISHES: [(&str, u8); 3] = [("home/+/temperature", 1), ("home/cellar/#", 2), ("secret", 0)];

#[test]
fn step1_one_wish() -> Verdict {
    EXERCISE.packet("one", SUBSCRIBE, || answer::subscribe(10, &[("a/b", 1)]))
}

#[test]
fn step2_three_wishes_in_one_packet() -> Verdict {
    EXERCISE.packet("three", SUBSCRIBE, || answer::subscribe(11, &WISHES))
}

#[test]
fn step3_the_identifier_says_which_subscribe_is_answered() -> Verdict {
    let mistakes = [
        mistake(|number: &u16| *number == 0x0b00, "The high byte comes first."),
        mistake(
            |number: &u16| *number == 6 || *number == 0x9006,
            "Bytes 0 and 1 are the fixed header. The identifier stands behind it.",
        ),
        mistake(|_| true, "The identifier has two bytes, number 2 and 3 of the packet: 00 0b."),
    ];
    EXERCISE
        .value("answers_to(90 06 00 0b 01 02 80)", &11, &mistakes, || answer::answers_to(&SUBACK))
}

#[test]
fn step4_each_wish_has_an_answer_of_its_own() -> Verdict {
    let expected = vec![Granted(1), Granted(2), Refused];
    EXERCISE
        .value("answers(90 06 00 0b 01 02 80)", &expected, &CODES, || answer::answers(&SUBACK))?;
    let granted = vec![Granted(0)];
    EXERCISE.value("answers(90 03 00 0c 00), where QoS 2 was asked for", &granted, &LESS, || {
        answer::answers(&[0x90, 0x03, 0x00, 0x0c, 0x00])
    })
}

/// The answer to the three: the second is granted, the third refused.
const SUBACK: [u8; 7] = [0x90, 0x06, 0x00, 0x0b, 0x01, 0x02, 0x80];

const SUBSCRIBE: &[Mistake<[u8]>] = &[
    breach(
        &rules::MQTT_3_8_1_1,
        |bytes| bytes.first() == Some(&0x80),
        "The type is right, and the flags are not: reserved does not mean 0.",
    ),
    breach(
        &rules::MQTT_2_3_1_1,
        |bytes| ![Some(&[0, 10][..]), Some(&[0, 11][..])].contains(&bytes.get(2..4)),
        "The Packet Identifier stands in bytes 2 and 3, the high byte first.",
    ),
    mistake(
        |bytes| bytes.get(4..6) == Some(&[1, 0]),
        "In each wish the filter comes first, and its QoS behind it.",
    ),
    mistake(
        |bytes| bytes.get(4).is_some_and(|byte| *byte > 0),
        "A filter begins with its own length, in two bytes. The function `text` writes both.",
    ),
    mistake(
        |bytes| bytes.windows(2).filter(|two| *two == [0, 11]).count() > 1,
        "The identifier is that of the packet, and stands once, in front of all wishes.",
    ),
    mistake(
        |bytes| bytes.len() == 50 && bytes.get(24..26) == Some(&[0, 13]),
        "The filters follow each other at once, and each wish has its QoS right behind its filter.",
    ),
    mistake(
        |bytes| matches!(bytes.len(), 9 | 47 | 48),
        "Each filter has one byte for its QoS right behind it, also where it is 0.",
    ),
    mistake(
        |bytes| bytes.get(1).map(|length| usize::from(*length)) == Some(bytes.len()),
        "The Remaining Length does not count the fixed header, which is the first two bytes.",
    ),
];

const LESS: [Mistake<Vec<Answer>>; 1] =
    [mistake(|_| true, "A code of 0 is no refusal: QoS 0 is granted, less than was asked for.")];

const CODES: [Mistake<Vec<Answer>>; 5] = [
    breach(
        &rules::MQTT_3_9_3_2,
        |answers| answers.contains(&Granted(0x80)),
        "0x80 is no QoS: the broker refused this wish, and said yes to the others.",
    ),
    breach(
        &rules::MQTT_3_8_4_5,
        |answers| answers.len() < 3,
        "The codes begin with byte 4, and there is one for each wish. Those that were refused count, too.",
    ),
    mistake(
        |answers| answers.len() > 3,
        "Bytes 2 and 3 are the Packet Identifier. The codes stand behind it.",
    ),
    mistake(
        |answers| answers[..2] != [Granted(1), Granted(2)],
        "A code that is no 0x80 is the QoS that is granted.",
    ),
    mistake(|answers| answers[2] != Refused, "0x80 refuses this wish."),
];
