use check::{Exercise, Verdict};
use ex96 as answer;

const EXERCISE: Exercise = check::exercise!("96-detective");

#[test]
fn step1_keep_alive() -> Verdict {
    let known = [
        ("14", "3.8 s after the packet before it: carol's Keep Alive is 4 s."),
        ("16", "3.7 s after the packet before it: carol's Keep Alive is 4 s."),
        ("28", "bob comes back after eight seconds, on a new connection. His Keep Alive is 60 s."),
        ("40", "Very near. This is the answer; which packet does it answer?"),
    ];
    let look = "carol's Keep Alive is 4 s. The broker has to close after 6 s of silence: when was she silent?";
    EXERCISE.answer("keep_alive", 0xfb42_47ae_1e90_29c7, &known, look, answer::keep_alive)
}

#[test]
fn step2_last_will() -> Verdict {
    let known = [
        (
            "38",
            "That is dave's will. His connection was cut, without a DISCONNECT: it is right to publish it.",
        ),
        ("41", "With this packet the will of alice should have been dropped. Was it?"),
    ];
    let look = "Two of the clients have a will. How did their connections end?";
    EXERCISE.answer("will", 0x8406_5f24_a754_7990, &known, look, answer::will)
}

#[test]
fn step3_subscribe() -> Verdict {
    let known = [
        ("3", "The question is good: two filters in one SUBSCRIBE. Does its answer fit?"),
        ("12", "One filter, and one code: that is right."),
        ("11", "One filter, and one code in the answer: that is right."),
    ];
    let look = "Count the filters of each SUBSCRIBE, and the codes of its SUBACK.";
    EXERCISE.answer("subscribe", 0x5aaf_467f_1c2b_e36c, &known, look, answer::subscribe)
}

#[test]
fn step4_qos() -> Verdict {
    let known = [
        (
            "31",
            "bob had not answered this one when his connection ended: it is right to send it again.",
        ),
        ("20", "There it is sent for the first time."),
        ("24", "bob has said PUBREC, and PUBREL is the right answer. What may not come behind it?"),
        ("34", "bob said PUBREC again, and so PUBREL is right again. What made him say it?"),
    ];
    let look = "Two packets have DUP. What had bob answered to each of them before?";
    EXERCISE.answer("qos", 0xdbf2_eb40_610b_fe44, &known, look, answer::qos)
}

#[test]
fn step5_retain() -> Verdict {
    let known = [
        ("7", "A publisher may ask the broker to keep the message. What do the subscribers get?"),
        ("13", "carol subscribed later, and gets what was kept: RETAIN 1 is right."),
    ];
    let look = "Three packets have RETAIN. For whom of the two subscribers was the message fresh?";
    EXERCISE.answer("retain", 0xbbda_301a_b76f_5b67, &known, look, answer::retain)
}

#[test]
fn step6_session() -> Verdict {
    let known = [
        (
            "29",
            "bob left a session, and asks for it with Clean Session 0: it is there, and that is right.",
        ),
        ("45", "He may ask for a clean session. What is the answer?"),
        ("2", "It says that there is no session, and there was none."),
    ];
    let look = "Two CONNACKs say that a session is present. What did bob ask for?";
    EXERCISE.answer("session", 0x9c4e_10a8_b5c8_16aa, &known, look, answer::session)
}
