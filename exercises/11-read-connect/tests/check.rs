use check::{Exercise, Verdict};
use ex11 as answer;

const EXERCISE: Exercise = check::exercise!("11-read-connect");

#[test]
fn step1_the_first_protocol_name() -> Verdict {
    let known = [
        ("MQTT", "That is the name in the second packet, and in MQTT 3.1.1. This one is older."),
        ("MQIsdp\u{3}", "The last one, 03, is no letter: it is the next field."),
    ];
    let look = "The name stands behind its length, 00 06: an M, a Q, and four letters more.";
    EXERCISE.answer(
        "first_protocol_name",
        0xa141_fbff_b22c_27e0,
        &known,
        look,
        answer::first_protocol_name,
    )
}

#[test]
fn step2_the_first_protocol_level() -> Verdict {
    let known = [
        ("4", "That is what a client of MQTT 3.1.1 says. This one was not asked for it."),
        ("6", "That is the length of the Protocol Name."),
        ("2", "That is the byte of the Connect Flags."),
        ("5", "That would be MQTT 5."),
    ];
    let look = "It is the byte behind the last letter of the Protocol Name.";
    EXERCISE.answer(
        "first_protocol_level",
        0x6aab_b3c9_eb50_af92,
        &known,
        look,
        answer::first_protocol_level,
    )
}

#[test]
fn step3_the_first_keep_alive() -> Verdict {
    let known = [
        ("2", "That is the byte of the Connect Flags: Clean Session is set."),
        ("23", "That is the length of the Client Identifier."),
        ("15360", "The more significant byte comes first: 00 3c, not 3c 00."),
        ("512", "The Keep Alive begins one byte later, behind the Connect Flags."),
    ];
    let look = "It has two bytes, behind level and flags: 00 3c.";
    EXERCISE.answer(
        "first_keep_alive",
        0x10d0_73d9_f1bc_fea1,
        &known,
        look,
        answer::first_keep_alive,
    )
}

#[test]
fn step4_the_length_of_the_first_name() -> Verdict {
    let known = [
        ("17", "That is hexadecimal: 17 is 1 * 16 + 7."),
        ("60", "That is the Keep Alive."),
        ("37", "That is the Remaining Length, 25 in hexadecimal."),
    ];
    let look = "It stands in the two bytes behind the Keep Alive. You can count the letters, too.";
    let question = "first_client_identifier_length";
    EXERCISE.answer(
        question,
        0x4420_edaa_81a9_c041,
        &known,
        look,
        answer::first_client_identifier_length,
    )
}

#[test]
fn step5_the_second_protocol_level() -> Verdict {
    let known = [
        ("3", "That is MQTT 3.1, and goes with the name MQIsdp. Look behind MQTT."),
        ("311", "The level is one byte, and not the number of the version."),
        ("0", "That is the byte of the Connect Flags."),
    ];
    let look = "It is the byte behind 4d 51 54 54.";
    EXERCISE.answer(
        "second_protocol_level",
        0x6637_28de_8d68_b799,
        &known,
        look,
        answer::second_protocol_level,
    )
}

#[test]
fn step6_the_second_clean_session() -> Verdict {
    let known = [
        ("1", "In the first packet it is 1: the flags are 02. Here they are 00."),
        (
            "2",
            "Clean Session is one bit. In the first packet it is set, which makes 02 of the flags.",
        ),
    ];
    let look = "It is bit 1 of the Connect Flags, which stand behind the level.";
    EXERCISE.answer(
        "second_clean_session",
        0xaf21_c4ba_0ae7_6a4c,
        &known,
        look,
        answer::second_clean_session,
    )
}

#[test]
fn step7_the_second_keep_alive() -> Verdict {
    let known = [
        ("44", "That is the second of its two bytes: the first one is 01."),
        ("1", "It has two bytes: 01 2c."),
        ("11265", "The more significant byte comes first: 01 2c, not 2c 01."),
        ("5", "That is the length of the Client Identifier."),
        (
            "60",
            "That is what a client says that was not asked for anything else, as the first one.",
        ),
    ];
    let look = "It has two bytes, the more significant one first: 01 2c.";
    EXERCISE.answer(
        "second_keep_alive",
        0xbc03_5ff0_7f7f_0486,
        &known,
        look,
        answer::second_keep_alive,
    )
}

#[test]
fn step8_the_second_name() -> Verdict {
    let known = [
        ("MQTT", "That is the Protocol Name."),
        ("mytopic", "The topic is not in CONNECT: it comes later, in a SUBSCRIBE."),
    ];
    let look = "It is the last field: five letters, behind 00 05.";
    EXERCISE.answer(
        "second_client_identifier",
        0xf140_2f19_da49_11a0,
        &known,
        look,
        answer::second_client_identifier,
    )
}
