use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Receipt;
use ex42 as answer;
use lab::{Guest, LabError, Note, Receiving, Rehearsal, rehearse_receiving};
use wire::{PacketIdentifier, Puback, Publish, Qos};

const EXERCISE: Exercise = check::exercise!("42-qos1-receiver");

#[test]
fn step1_a_message_is_passed_on_and_acknowledged() -> Verdict {
    EXERCISE.conversation("once", PLAIN, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice").kept_session())?;
            lab.publish(alice, note("elsewhere", "nobody listens"))?;
            lab.publish(alice, note("news", "hello"))
        })
    })
}

#[test]
fn step2_what_comes_again_is_passed_on_again() -> Verdict {
    const AGAIN: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_4_3_2_2,
            |lines| count(lines, "bob ← PUBLISH") < 2,
            "At QoS 1 a message may come twice, and nobody takes the second one out. To do so is QoS 2.",
        ),
        breach(
            &rules::MQTT_4_3_2_2,
            |lines| count(lines, "alice ← PUBACK") < 2,
            "alice sends again because no PUBACK has reached her. Without one she will do so for ever.",
        ),
    ];
    EXERCISE.conversation("again", AGAIN, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice").kept_session())?;
            lab.publish_and_lose_the_answer(alice, note("news", "hello"))?;
            lab.reconnect(alice)?;
            lab.wait_for_publish(alice)
        })
    })
}

#[test]
fn step3_dup_says_nothing_about_what_was_seen() -> Verdict {
    let what =
        "the first PUBLISH that arrives here, with DUP 1: it was sent before, and lost on the way";
    let mistakes = [breach(
        &rules::MQTT_4_3_2_2,
        |receipt: &Receipt| !receipt.is_new,
        "DUP is about the sender, who tried before. Whoever takes it for a duplicate loses the message.",
    )];
    EXERCISE.value(what, &new(7), &mistakes, || {
        answer::Receiver::default().publish(identifier(7), true, b"hello")
    })
}

#[test]
fn step4_an_identifier_is_that_of_a_new_message_at_once() -> Verdict {
    let mistakes = [breach(
        &rules::MQTT_4_3_2_2,
        |receipt: &Receipt| !receipt.is_new,
        "With PUBACK the exchange is over, and the identifier may be that of the next message.",
    )];
    EXERCISE.value("the next message, with the same identifier", &new(7), &mistakes, || {
        let mut receiver = answer::Receiver::default();
        receiver.publish(identifier(7), false, b"hello");
        receiver.publish(identifier(7), false, b"hello")
    })
}

const PLAIN: &[Mistake<[String]>] = &[
    breach(
        &rules::MQTT_3_3_4_1,
        |lines| count(lines, "PUBACK") == 0,
        "At QoS 1 the receiver answers with PUBACK, whether somebody wants the message or not.",
    ),
    breach(
        &rules::MQTT_2_3_1_6,
        |lines| count(lines, "PUBACK") == 2 || count(lines, "alice → PUBLISH  news") == 0,
        "PUBACK says which PUBLISH it answers: alice waits for the identifier that she has sent.",
    ),
    mistake(
        |lines| count(lines, "bob ← PUBLISH") == 0,
        "bob has subscribed to news, and gets nothing.",
    ),
];

fn count(lines: &[String], words: &str) -> usize {
    lines.iter().filter(|line| line.contains(words)).count()
}

fn new(number: u16) -> Receipt {
    let packet_identifier = identifier(number);
    Receipt { is_new: true, answer: Some(Puback { packet_identifier }.into()) }
}

fn identifier(number: u16) -> PacketIdentifier {
    PacketIdentifier::new(number).unwrap_or(PacketIdentifier::FIRST)
}

fn note(topic: &str, text: &'static str) -> Note {
    Note::new(topic, text).qos(Qos::AtLeastOnce)
}

/// bob listens at QoS 0.
fn play(scenario: impl FnOnce(&mut lab::Lab) -> Result<(), LabError>) -> Rehearsal {
    rehearse_receiving(Half(answer::Receiver::default()), |lab| {
        let bob = lab.connect(Guest::named("bob"))?;
        lab.subscribe(bob, "news", Qos::AtMostOnce)?;
        scenario(lab)
    })
}

struct Half(answer::Receiver);

impl Receiving for Half {
    fn publish(&mut self, publish: &Publish) -> Receipt {
        match publish.delivery.packet_identifier() {
            Some(identifier) => {
                self.0.publish(identifier, publish.delivery.dup(), &publish.payload)
            }
            None => Receipt { is_new: true, answer: None },
        }
    }
}
