use check::{Exercise, Mistake, Verdict, breach, mistake, requirements, rules};
use ex03 as answer;
use ex03::Fault;

const EXERCISE: Exercise = check::exercise!("03-strings");

#[test]
fn step1_the_length_comes_first() -> Verdict {
    writes("a/b", &[0x00, 0x03, 0x61, 0x2f, 0x62])?;
    writes("", &[0x00, 0x00])
}

#[test]
fn step2_it_counts_bytes() -> Verdict {
    const CHARACTERS: &[Mistake<[u8]>] = &[
        mistake(
            |bytes| bytes.starts_with(&[0x00, 0x04]),
            "That counts characters. The length counts bytes, and é has two of them in UTF-8: c3 a9.",
        ),
        mistake(
            |bytes| bytes.starts_with(&[0x05]),
            "The length has two bytes, the more significant one first: 00 05.",
        ),
    ];
    EXERCISE.bytes(
        "write(\"café\")",
        &[0x00, 0x05, 0x63, 0x61, 0x66, 0xc3, 0xa9],
        CHARACTERS,
        || answer::write("café").unwrap_or_default(),
    )?;
    let long = "x".repeat(300);
    EXERCISE.value("write(\"xxx…\"), of 300 bytes: the length", &[0x01, 0x2c], ORDER, move || {
        first_two(&answer::write(&long).unwrap_or_default())
    })
}

#[test]
fn step3_some_texts_have_no_field() -> Verdict {
    const LONGEST: &[Mistake<Option<usize>>] = &[breach(
        &requirements::STRING_LENGTH,
        Option::is_some,
        "Two bytes cannot say 65 536, so there is no such field.",
    )];
    const NULL: &[Mistake<Option<usize>>] =
        &[breach(&rules::MQTT_1_5_3_2, Option::is_some, "This text may not be sent.")];
    size_written(
        "write(\"xxx…\"), of 65535 bytes: the size",
        "x".repeat(65_535),
        Some(65_537),
        &[],
    )?;
    size_written("write(\"xxx…\"), of 65536 bytes: the size", "x".repeat(65_536), None, LONGEST)?;
    size_written("write(\"a\\0b\"): the size", "a\0b".to_owned(), None, NULL)
}

#[test]
fn step4_a_text_is_read_back() -> Verdict {
    reads(b"\x00\x03a/b", Ok("a/b"))?;
    reads(b"\x00\x05caf\xc3\xa9", Ok("café"))?;
    reads(b"\x00\x00", Ok(""))?;
    reads(b"\x00\x03a/bhi", Ok("a/b"))?;
    reads(b"\x00\x04\xef\xbb\xbfa", Ok("\u{feff}a"))
}

#[test]
fn step5_a_part_of_a_text_is_none() -> Verdict {
    for bytes in [&b""[..], b"\x00", b"\x00\x03a/"] {
        reads(bytes, Err(Fault::Incomplete))?;
    }
    Ok(())
}

#[test]
fn step6_what_is_no_text_is_refused() -> Verdict {
    reads(b"\x00\x03a\xffb", Err(Fault::NotUtf8))?;
    reads(b"\x00\x03\xed\xa0\x80", Err(Fault::NotUtf8))?;
    reads(b"\x00\x03a\x00b", Err(Fault::HasNull))
}

fn writes(text: &'static str, expected: &[u8]) -> Verdict {
    let what = format!("write({text:?})");
    EXERCISE.bytes(&what, expected, PREFIX, || answer::write(text).unwrap_or_default())
}

fn size_written(
    what: &str,
    text: String,
    expected: Option<usize>,
    mistakes: &[Mistake<Option<usize>>],
) -> Verdict {
    EXERCISE.value(what, &expected, mistakes, move || answer::write(&text).map(|it| it.len()))
}

fn reads(bytes: &'static [u8], expected: Result<&str, Fault>) -> Verdict {
    let what = format!("read(&{bytes:02x?})");
    EXERCISE.value(&what, &expected.map(str::to_owned), TEXT, move || answer::read(bytes))
}

fn first_two(bytes: &[u8]) -> [u8; 2] {
    [0, 1].map(|place| bytes.get(place).copied().unwrap_or_default())
}

const PREFIX: &[Mistake<[u8]>] = &[
    mistake(
        |bytes| bytes.len() > 3 && bytes.last() == Some(&0),
        "No zero byte ends a text in MQTT: its length, in front of it, says where it ends.",
    ),
    mistake(
        |bytes| bytes.first() == Some(&0x03),
        "The length has two bytes, the more significant one first: 00 03.",
    ),
    mistake(
        |bytes| bytes.first() == Some(&b'a'),
        "Two bytes have to stand in front of the text: its length.",
    ),
];

const ORDER: &[Mistake<[u8; 2]>] = &[mistake(
    |length| *length == [0x2c, 0x01],
    "The more significant byte comes first: 300 is 1 * 256 + 44.",
)];

const TEXT: &[Mistake<Result<String, Fault>>] = &[
    breach(
        &rules::MQTT_1_5_3_2,
        |text| text.as_ref().is_ok_and(|text| text.contains('\0')),
        "UTF-8 has this character, but a text in MQTT may not.",
    ),
    breach(
        &rules::MQTT_1_5_3_1,
        |text| text.as_ref().is_ok_and(|text| text.contains('\u{fffd}')),
        "Bytes that are no UTF-8 must not be mended or replaced.",
    ),
    breach(
        &rules::MQTT_1_5_3_3,
        |text| text.as_ref().is_ok_and(|text| text == "a"),
        "These three bytes are no mark of the encoding here.",
    ),
    mistake(
        |text| text.as_ref().is_ok_and(|text| text.is_empty()),
        "There is not as much text here as the length says. It counts the text alone, not its own two bytes.",
    ),
    mistake(
        |text| text.as_ref().is_ok_and(|text| text == "a/bhi"),
        "You took more bytes than the length says. They belong to the next field.",
    ),
    mistake(
        |text| text.as_ref().is_ok_and(|text| text == "a/"),
        "The length says 3, and 2 bytes are there: the last one may still be on its way.",
    ),
    mistake(
        |text| *text == Err(Fault::HasNull),
        "The U+0000 that you found is behind the text, or in its length.",
    ),
    mistake(
        |text| *text == Err(Fault::Incomplete),
        "No byte of this text is missing. Its length has the high byte first, and what stands behind \
         the text belongs to the next field.",
    ),
];
