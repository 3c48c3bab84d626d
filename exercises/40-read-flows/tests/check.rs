use check::{Exercise, Verdict};
use ex40 as answer;

const EXERCISE: Exercise = check::exercise!("40-read-flows");

#[test]
fn step1_trace_a() -> Verdict {
    let known = [
        ("0", "At QoS 0 nobody answers. Here the broker does."),
        ("2", "At QoS 2 the answer to PUBLISH is PUBREC."),
    ];
    EXERCISE.answer(
        "qos_of_a",
        0x2716_4504_2792_ac4e,
        &known,
        "There are three: 0, 1 and 2.",
        answer::qos_of_a,
    )
}

#[test]
fn step2_trace_b() -> Verdict {
    let known = [
        (
            "1",
            "At QoS 1 the broker answers alice with PUBACK. What it sends to bob is no answer to her.",
        ),
        (
            "2",
            "At QoS 2 the broker answers alice with PUBREC. What it sends to bob is no answer to her.",
        ),
    ];
    EXERCISE.answer(
        "qos_of_b",
        0x1e81_0f04_22bb_cbec,
        &known,
        "There are three: 0, 1 and 2.",
        answer::qos_of_b,
    )
}

#[test]
fn step3_packets_of_one_leg() -> Verdict {
    let known = [
        ("8", "Those are both legs. They have numbers of their own: 3 is the leg of pub."),
        ("2", "PUBLISH and its answer are half of it: at QoS 2 there are two steps."),
    ];
    let look = "Count the lines with pub.";
    EXERCISE.answer("packets_of_pub", 0x501f_e4b0_269d_3a41, &known, look, answer::packets_of_pub)
}

#[test]
fn step4_packets_with_the_message() -> Verdict {
    let known = [
        ("8", "PUBREC, PUBREL and PUBCOMP carry a Packet Identifier and nothing else."),
        (
            "4",
            "PUBREL carries a Packet Identifier and nothing else: what it releases is the number.",
        ),
        ("1", "There are two legs, and the message goes over both of them."),
    ];
    let look = "Which type of packet has a topic and a payload?";
    EXERCISE.answer(
        "packets_with_the_message",
        0xf486_a5b7_0bc3_a20e,
        &known,
        look,
        answer::packets_with_the_message,
    )
}

#[test]
fn step5_who_sends_pubrel() -> Verdict {
    let known = [
        (
            "sub2",
            "sub2 receives on this leg, and says PUBREC and PUBCOMP. PUBREL comes from who sent PUBLISH.",
        ),
        ("pub", "pub sends a PUBREL on its own leg. It never speaks to sub2."),
    ];
    let look = "Look at the arrow of the PUBREL with identifier 2.";
    EXERCISE.answer(
        "sends_pubrel_to_sub2",
        0xff65_4c8b_d786_765e,
        &known,
        look,
        answer::sends_pubrel_to_sub2,
    )
}

#[test]
fn step6_never_again() -> Verdict {
    let known = [
        ("puback", "PUBACK belongs to QoS 1."),
        ("pubrel", "PUBREL is what pub sends itself, since it knows that already."),
        (
            "pubcomp",
            "PUBCOMP ends the exchange, and frees the number. The message was safe before.",
        ),
    ];
    let look = "Which packet says: I have it, and I remember its number?";
    EXERCISE.answer(
        "never_again_after",
        0xb322_fd4e_1c37_f1bf,
        &known,
        look,
        answer::never_again_after,
    )
}

#[test]
fn step7_the_other_number() -> Verdict {
    let known = [(
        "3",
        "3 is the number of pub's leg. The broker takes one of its own on the way to sub2.",
    )];
    let look = "Look for the PUBREC that sub2 sends.";
    EXERCISE.answer(
        "identifier_of_sub2",
        0x99dd_f2db_0248_73a6,
        &known,
        look,
        answer::identifier_of_sub2,
    )
}
