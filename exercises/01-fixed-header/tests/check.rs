use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex01 as answer;

const EXERCISE: Exercise = check::exercise!("01-fixed-header");

const MISTAKES: &[Mistake<[u8]>] = &[
    mistake(|bytes| bytes[0] == 0x80, "Reserved does not mean 0: for SUBSCRIBE it means 0010."),
    mistake(
        |bytes| bytes[0] & 0x0f >= 8,
        "The type stands in the low half of your byte. It has to be moved up by four bits.",
    ),
];

#[test]
fn step1_the_type_is_the_high_half() -> Verdict {
    EXERCISE.packet("pingreq", MISTAKES, || [answer::first_byte(12, 0), 0])
}

#[test]
fn step2_the_flags_are_the_low_half() -> Verdict {
    EXERCISE.packet("subscribe", MISTAKES, || {
        let rest = [0x08, 0x00, 0x01, 0x00, 0x03, b'a', b'/', b'b', 0x00];
        [&[answer::first_byte(answer::SUBSCRIBE, 0b0010)], &rest[..]].concat()
    })
}

#[test]
fn step3_the_type_is_read_back() -> Verdict {
    let mistakes = [
        mistake(
            |found: &u8| *found >= 16 && found & 0x0f == 0,
            "The high half keeps its place there: move it down by four bits.",
        ),
        mistake(|found| *found == 0, "That is the low half, the flags."),
        mistake(
            |_| true,
            "Four bits are a factor of 16, as one hexadecimal digit is: the type is the first of the \
             two digits.",
        ),
    ];
    for (byte, expected) in [(0xc0, 12), (0x82, 8), (0x3d, 3), (0x10, 1), (0xe0, 14)] {
        let what = format!("packet_type(0x{byte:02x})");
        EXERCISE.value(&what, &expected, &mistakes, move || answer::packet_type(byte))?;
    }
    Ok(())
}

#[test]
fn step4_reserved_flags_have_one_value() -> Verdict {
    let good =
        [0x10, 0x20, 0x30, 0x3d, 0x40, 0x50, 0x62, 0x70, 0x82, 0x90, 0xa2, 0xb0, 0xc0, 0xd0, 0xe0];
    let bad = [0x80, 0x60, 0xa0, 0x83, 0xc1, 0x12, 0x48];
    for byte in good {
        allows(byte, true, &GOOD)?;
    }
    for byte in bad {
        allows(byte, false, &BAD)?;
    }
    for byte in [0x00, 0xf0] {
        allows(byte, false, &NO_TYPE)?;
    }
    Ok(())
}

fn allows(byte: u8, is_allowed: bool, mistakes: &[Mistake<bool>]) -> Verdict {
    let what = format!("flags_are_allowed(0x{byte:02x}), of type {}", byte >> 4);
    EXERCISE.value(&what, &is_allowed, mistakes, move || answer::flags_are_allowed(byte))
}

const GOOD: [Mistake<bool>; 1] =
    [breach(&rules::MQTT_2_2_2_1, |_| true, "This first byte is a good one.")];

const BAD: [Mistake<bool>; 1] = [breach(
    &rules::MQTT_2_2_2_2,
    |_| true,
    "These flags are not free: the table of the packet types says which ones this type has.",
)];

const NO_TYPE: [Mistake<bool>; 1] =
    [mistake(|_| true, "There is no such type, so no packet begins with this byte.")];
