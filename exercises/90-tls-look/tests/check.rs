use check::{Exercise, Verdict};
use ex90 as answer;

const EXERCISE: Exercise = check::exercise!("90-tls-look");

#[test]
fn step1_the_first_byte() -> Verdict {
    let known = [
        ("16", "As a decimal number: 16 in hex is 0x16, which is 22."),
        (
            "1",
            "That is byte 5: the kind of the message in the record. The record's own type is byte 0.",
        ),
        ("3", "That belongs to the version, which stands in bytes 1 and 2."),
    ];
    let look =
        "Record 1, byte 0. A CONNECT would begin with 0x10: MQTT says nothing in clear before TLS.";
    EXERCISE.answer(
        "first_record_type",
        0x0a23_a4f0_929e_d0f1,
        &known,
        look,
        answer::first_record_type,
    )
}

#[test]
fn step2_the_name() -> Verdict {
    let known = [
        ("broker.exampl", "It goes on in the next line."),
        ("localhost", "So it may be in the lab's own scenario. Look into wire.txt."),
        ("carol", "Nothing of carol can be read. Who is called?"),
    ];
    let look = "Record 1, near its end: the column on the right shows what can be read.";
    EXERCISE.answer("server_name", 0x3928_50e3_f279_96d8, &known, look, answer::server_name)
}

#[test]
fn step3_the_type_of_the_rest() -> Verdict {
    let known = [
        ("17", "As a decimal number: 17 in hex is 0x17, which is 23."),
        ("20", "Records 3 and 5 say that from now on all is encrypted. Nothing else is in them."),
        ("22", "That is the handshake. With TLS 1.3 even its end says 23."),
    ];
    EXERCISE.answer(
        "mqtt_record_type",
        0x48ef_d185_05f0_7420,
        &known,
        "Look at the first byte of the records behind record 5.",
        answer::mqtt_record_type,
    )
}

#[test]
fn step4_the_connect() -> Verdict {
    let known = [
        (
            "1",
            "That is the first message of TLS. Nothing of MQTT goes over the wire before it is done.",
        ),
        ("4", "It comes from the broker."),
        (
            "6",
            "Its length is 0x45 = 69, and 69 - 17 = 52: the client's end of the handshake. The CONNECT \
               has 19 bytes.",
        ),
        ("8", "It comes from the broker."),
        ("10", "Its length is 0x22 = 34, and 34 - 17 = 17. The CONNECT has 19 bytes."),
    ];
    let look = "19 bytes, and 17 around them: which record of the client has the length 36?";
    EXERCISE.answer("connect_record", 0xb80e_9586_1500_c971, &known, look, answer::connect_record)
}

#[test]
fn step5_the_publish() -> Verdict {
    let known = [
        ("34", "So long is what is in the record. 17 bytes of it are not the packet's."),
        (
            "39",
            "That is the whole record: five bytes are its head, and 17 more are around the packet.",
        ),
        ("22", "As a decimal number: 0x22 is 34. And 17 bytes of it are not the packet's."),
    ];
    let look = "The next record of the client behind the CONNECT: its length, less 17.";
    EXERCISE.answer("publish_size", 0xdbbc_85a7_f9bb_52f1, &known, look, answer::publish_size)
}

#[test]
fn step6_the_topic() -> Verdict {
    let known = [(
        "true",
        "Where? Header, topic and payload are in one record, and all of it is encrypted.",
    )];
    EXERCISE.answer(
        "is_topic_readable",
        0x5e1d_4668_baf2_5bb6,
        &known,
        "true or false.",
        answer::is_topic_readable,
    )
}

#[test]
fn step7_the_pingreq() -> Verdict {
    let known = [
        ("12", "That is the answer: it comes from the broker."),
        ("10", "Its packet has 17 bytes. A PINGREQ has two."),
        ("9", "It comes from the broker: 21 - 17 = 4 bytes, a CONNACK."),
    ];
    let look = "2 bytes, and 17 around them: which record of the client has the length 19?";
    EXERCISE.answer("pingreq_record", 0xd06d_dce8_6ef5_8e80, &known, look, answer::pingreq_record)
}
