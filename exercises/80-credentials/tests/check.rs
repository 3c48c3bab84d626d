use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex80 as answer;

const EXERCISE: Exercise = check::exercise!("80-credentials");

const USER_NAME: u8 = 0b1000_0000;
const PASSWORD: u8 = 0b0100_0000;
const BOTH: u8 = USER_NAME | PASSWORD;

/// Where the Connect Flags stand, and the first byte behind the Client Identifier.
const FLAGS: usize = 9;
const BEHIND_ALICE: usize = 19;

#[test]
fn step1_nobody() -> Verdict {
    const MISTAKES: &[Mistake<[u8]>] = &[
        breach(
            &rules::MQTT_3_1_2_18,
            |bytes| bytes.len() > BEHIND_ALICE,
            "Whoever has no User Name sends none: not even an empty one.",
        ),
        mistake(
            <[u8]>::is_empty,
            "A client may come without a name. None is for what is forbidden.",
        ),
    ];
    EXERCISE.packet("anonymous", MISTAKES, || packet(None, None))
}

#[test]
fn step2_user_name_and_password() -> Verdict {
    EXERCISE.packet("paolo", MISTAKES, || packet(Some("paolo"), Some(b"devday")))
}

#[test]
fn step3_a_user_name_alone() -> Verdict {
    EXERCISE.packet("user_name_alone", MISTAKES, || packet(Some("paolo"), None))
}

#[test]
fn step4_a_password_is_any_bytes() -> Verdict {
    EXERCISE.packet("any_bytes", MISTAKES, || packet(Some("é"), Some(&[0, 0xff, 0xe9])))
}

#[test]
fn step5_a_password_alone() -> Verdict {
    const MISTAKES: [Mistake<Option<Vec<u8>>>; 1] = [breach(
        &rules::MQTT_3_1_2_22,
        Option::is_some,
        "A Password says that somebody is who he says he is. Here nobody says who he is.",
    )];
    EXERCISE.value("connect(None, Some(b\"devday\"))", &None, &MISTAKES, || {
        answer::connect(None, Some(b"devday"))
    })
}

#[test]
fn step6_an_empty_one_is_one() -> Verdict {
    const EMPTY: &[Mistake<[u8]>] = &[mistake(
        |bytes| bytes.len() < BEHIND_ALICE + 4,
        "Both were given, and are empty: a field of length 0 is there, and its flag is 1. None is something \
         else.",
    )];
    EXERCISE.packet("empty", EMPTY, || packet(Some(""), Some(b"")))
}

const MISTAKES: &[Mistake<[u8]>] = &[
    mistake(
        <[u8]>::is_empty,
        "You say that this may not be sent. It may: only a Password without a User Name may not.",
    ),
    mistake(
        |bytes| bytes[FLAGS] & BOTH == PASSWORD && bytes.ends_with(b"paolo"),
        "User Name Flag is bit 7, Password Flag is bit 6. Yours announce a Password alone.",
    ),
    breach(
        &rules::MQTT_3_1_2_18,
        |bytes| bytes[FLAGS] & USER_NAME == 0 && bytes.len() > BEHIND_ALICE,
        "The User Name is in the payload, and its flag, bit 7, is not set: nobody will look for it.",
    ),
    mistake(
        |bytes| bytes[FLAGS] & PASSWORD == 0 && bytes.ends_with(b"devday"),
        "The Password is in the payload, and its flag, bit 6, is not set: nobody will look for it.",
    ),
    mistake(
        |bytes| {
            let begins = bytes.get(BEHIND_ALICE..BEHIND_ALICE + 2);
            begins == Some(b"pa") || bytes.ends_with(b"paolodevday")
        },
        "Each of the two fields begins with its length, in two bytes: field() puts it there.",
    ),
    mistake(
        |bytes| bytes.ends_with(&[0xef, 0xbf, 0xbd]) || bytes.ends_with(&[0xc3, 0xa9]),
        "A Password is binary data (§3.1.3.5): any bytes, as they are, and not a text.",
    ),
    mistake(
        |bytes| bytes.ends_with(b"paolo") && bytes.len() > BEHIND_ALICE + 7,
        "The User Name comes first, and behind it the Password (§3.1.3).",
    ),
];

/// The packet, or no bytes for None.
fn packet(user_name: Option<&'static str>, password: Option<&'static [u8]>) -> Vec<u8> {
    answer::connect(user_name, password).unwrap_or_default()
}
