use check::{Exercise, Mistake, Verdict, breach, mistake, requirements};
use ex02 as answer;
use ex02::Found;

const EXERCISE: Exercise = check::exercise!("02-remaining-length");

#[test]
fn step1_one_byte_is_enough_for_127() -> Verdict {
    for number in [0, 1, 127] {
        encodes(number, &[number as u8])?;
    }
    Ok(())
}

#[test]
fn step2_larger_numbers_have_more_bytes() -> Verdict {
    encodes(128, &[0x80, 0x01])?;
    encodes(321, &[0xc1, 0x02])?;
    encodes(16_383, &[0xff, 0x7f])?;
    encodes(16_384, &[0x80, 0x80, 0x01])?;
    encodes(2_097_151, &[0xff, 0xff, 0x7f])?;
    encodes(2_097_152, &[0x80, 0x80, 0x80, 0x01])?;
    encodes(268_435_455, &[0xff, 0xff, 0xff, 0x7f])
}

#[test]
fn step3_it_counts_what_remains() -> Verdict {
    const COUNTED: &[Mistake<[u8]>] = &[
        mistake(
            |bytes| matches!(bytes, [_, 10, ..]),
            "Your number is the size of the whole packet. The first byte and the Remaining Length \
             are read already when it is known: only what remains behind them counts.",
        ),
        mistake(
            |bytes| matches!(bytes, [_, 9, ..]),
            "One too many: the Remaining Length does not count itself, nor the first byte.",
        ),
    ];
    EXERCISE.packet("short", COUNTED, || answer::packet(0x30, b"\x00\x03a/bhi!"))?;
    EXERCISE.packet("long", COUNTED, || {
        answer::packet(0x30, &[&b"\x00\x03a/b"[..], &[b'.'; 123]].concat())
    })
}

#[test]
fn step4_it_is_read_back() -> Verdict {
    for (bytes, value, size) in [
        (&[0x00][..], 0, 1),
        (&[0x7f], 127, 1),
        (&[0x80, 0x01], 128, 2),
        (&[0xc1, 0x02], 321, 2),
        (&[0xff, 0xff, 0xff, 0x7f], 268_435_455, 4),
        (&[0x02, 0x80, 0x01], 2, 1),
        (&[0x80, 0x00], 0, 2),
    ] {
        decodes(bytes, Found::Number { value, size }, NUMBER)?;
    }
    Ok(())
}

#[test]
fn step5_bytes_may_still_be_on_their_way() -> Verdict {
    const MORE: &[Mistake<Found>] = &[
        mistake(
            |found| matches!(found, Found::Number { size: 0, .. }),
            "No byte has come, so there is no number yet.",
        ),
        mistake(
            |found| matches!(found, Found::Number { .. }),
            "Bit 7 of the last byte that is there says that one more follows, so the number is not \
             known yet. TCP brings bytes when it likes: wait for the rest.",
        ),
        mistake(
            |found| matches!(found, Found::TooLong),
            "Nothing is wrong with these bytes: they are the beginning of a good number.",
        ),
    ];
    for bytes in [&[0x80][..], &[0xff, 0xff], &[0x80, 0x80, 0x80], &[]] {
        decodes(bytes, Found::NeedMore, MORE)?;
    }
    Ok(())
}

#[test]
fn step6_there_is_no_fifth_byte() -> Verdict {
    const FIFTH: &[Mistake<Found>] = &[
        breach(
            &requirements::REMAINING_LENGTH_BYTES,
            |found| matches!(found, Found::Number { .. }),
            "That would be a number of five bytes.",
        ),
        breach(
            &requirements::REMAINING_LENGTH_BYTES,
            |found| *found == Found::NeedMore,
            "No byte that may still come can make it a good one.",
        ),
    ];
    for bytes in [&[0x80, 0x80, 0x80, 0x80][..], &[0x80, 0x80, 0x80, 0x80, 0x01]] {
        decodes(bytes, Found::TooLong, FIFTH)?;
    }
    Ok(())
}

fn encodes(number: u32, expected: &[u8]) -> Verdict {
    EXERCISE.bytes(&format!("encode({number})"), expected, BYTES, move || answer::encode(number))
}

fn decodes(bytes: &'static [u8], expected: Found, mistakes: &[Mistake<Found>]) -> Verdict {
    let what = format!("decode(&{bytes:02x?})");
    EXERCISE.value(&what, &expected, mistakes, move || answer::decode(bytes))
}

const BYTES: &[Mistake<[u8]>] = &[
    mistake(<[u8]>::is_empty, "0 is a number as well, and has one byte, as 127 has."),
    mistake(
        |bytes| matches!(bytes, [0, 0]),
        "The size of this field is not fixed: small numbers have one byte, larger ones up to four.",
    ),
    mistake(
        |bytes| matches!(bytes, [0x01, 0x80] | [0x81, 0x00]),
        "The byte with the lowest seven bits comes first.",
    ),
    mistake(
        |bytes| bytes.last().is_some_and(|last| *last >= 0x80),
        "Bit 7 of the last byte is 0: it says that no other byte follows.",
    ),
    mistake(
        |bytes| bytes.len() > 1 && bytes[0] < 0x80,
        "Bit 7 of the first byte is 0, so a reader takes it for the only one.",
    ),
];

const NUMBER: &[Mistake<Found>] = &[
    mistake(
        |found| matches!(found, Found::Number { value: 1, size: 2 }),
        "The first byte carries the lowest seven bits, the second one those above them.",
    ),
    mistake(
        |found| matches!(found, Found::Number { value: 384 | 256, .. }),
        "Bit 7 belongs not to the number: it says whether one more byte follows.",
    ),
    mistake(
        |found| matches!(found, Found::Number { size: 3, .. }),
        "The first byte below 0x80 is the last one of the number. What stands behind it is another \
         field.",
    ),
];
