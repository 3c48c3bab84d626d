use check::{Exercise, Verdict};
use ex00 as answer;

const EXERCISE: Exercise = check::exercise!("00-hello");

#[test]
fn step1_the_type() -> Verdict {
    let known = [
        ("192", "That is all of byte 0. The type has only its high four bits: c0 is 1100 0000."),
        ("0", "Those are the low four bits, the flags. The type stands in the high four."),
        ("3", "Bits count from the right: the high four bits of 1100 0000 are 1100."),
    ];
    let look = "Write c0 in binary, and take the left half as a number of its own.";
    EXERCISE.answer("packet_type", 0x4a3d_ce9c_a6f9_e9f8, &known, look, answer::packet_type)
}

#[test]
fn step2_the_name() -> Verdict {
    let known = [
        ("pingresp", "PINGRESP is the answer, type 13. This is the question."),
        ("ping", "That is near, but the standard has two of them: a question and an answer."),
        ("disconnect", "DISCONNECT is type 14."),
        ("connect", "CONNECT is type 1, and it is never as short as this."),
    ];
    let look = "The book's page on the first byte has a table of all fourteen types.";
    EXERCISE.answer("name", 0x1753_b8bf_7112_f1f5, &known, look, answer::name)
}

#[test]
fn step3_the_remaining_length() -> Verdict {
    let known = [
        ("2", "It does not count the fixed header, which is these two bytes themselves."),
        ("1", "It does not count itself."),
    ];
    let look = "Byte 1 is this number, as it stands.";
    EXERCISE.answer(
        "remaining_length",
        0xfa56_a628_c213_2fef,
        &known,
        look,
        answer::remaining_length,
    )
}

#[test]
fn step4_the_size() -> Verdict {
    let known = [
        ("0", "Nothing follows, but the fixed header itself is there."),
        ("4", "Two hex digits are one byte."),
    ];
    EXERCISE.answer(
        "size",
        0xcc52_3638_5b26_c431,
        &known,
        "Count the bytes, not the digits.",
        answer::size,
    )
}
