use std::time::Duration;

use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Receipt;
use ex43 as answer;
use lab::{Guest, LabError, Note, Receiving, Rehearsal, rehearse_receiving};
use wire::{Packet, PacketIdentifier, Publish, Qos};

const EXERCISE: Exercise = check::exercise!("43-qos2-receiver");

#[test]
fn step1_four_packets_for_one_message() -> Verdict {
    EXERCISE.conversation("four_packets", FLOW, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice").kept_session())?;
            lab.publish(alice, note("hello"))
        })
    })
}

#[test]
fn step2_two_messages_that_are_alike_are_two_messages() -> Verdict {
    const ALIKE: &[Mistake<[String]>] = &[mistake(
        |lines| count(lines, "bob ← PUBLISH") < 2,
        "alice said hello twice, with two identifiers: she means it. What a message says, and what came \
         before it, does not tell whether it is new.",
    )];
    EXERCISE.conversation("alike", ALIKE, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice").kept_session())?;
            lab.publish(alice, note("hello"))?;
            lab.publish(alice, note("hello"))
        })
    })
}

#[test]
fn step3_a_message_that_comes_again_counts_once() -> Verdict {
    const AGAIN: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_4_3_3_2,
            |lines| count(lines, "bob ← PUBLISH") > 1,
            "bob gets the message twice: that is QoS 1. The identifier was there, and not released.",
        ),
        breach(
            &rules::MQTT_4_3_3_2,
            |lines| count(lines, "alice ← PUBREC") < 2,
            "alice has not seen the first PUBREC, and needs another one to go on.",
        ),
    ];
    EXERCISE.conversation("pubrec_lost", AGAIN, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice").kept_session())?;
            lab.publish_and_lose_the_answer(alice, note("hello"))?;
            lab.reconnect(alice)?;
            lab.wait_for_publish(alice)
        })
    })
}

#[test]
fn step4_pubrel_is_answered_each_time() -> Verdict {
    const UNKNOWN: &[Mistake<[String]>] = &[breach(
        &rules::MQTT_4_3_3_2,
        |lines| count(lines, "alice ← PUBCOMP") < 2,
        "alice has not seen the first PUBCOMP. You have forgotten the identifier already, and are asked \
         again: without an answer she asks for ever.",
    )];
    EXERCISE.conversation("pubcomp_lost", UNKNOWN, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice").kept_session())?;
            lab.begin_publish(alice, note("hello"))?;
            lab.wait(Duration::from_micros(250)); // PUBREC is there, and PUBREL on its way
            lab.deafen(alice);
            lab.wait(Duration::from_secs(1));
            lab.cut(alice)?;
            lab.reconnect(alice)?;
            lab.wait_for_publish(alice)
        })
    })
}

#[test]
fn step5_after_pubrel_the_number_is_that_of_a_new_message() -> Verdict {
    let mistakes = [
        mistake(
            |is_new: &Vec<bool>| is_new.first() == Some(&false),
            "DUP says that the sender tried before, and nothing of what arrived. The first attempt was lost \
             on the way, so this message is new.",
        ),
        breach(
            &rules::MQTT_4_3_3_2,
            |is_new: &Vec<bool>| is_new.get(1) == Some(&true),
            "Identifier 7 came before, and was not released: it is the same message.",
        ),
        breach(
            &rules::MQTT_4_3_3_2,
            |is_new: &Vec<bool>| is_new.last() == Some(&false),
            "PUBREL says that the sender will not use 7 for the first message any more. What comes with 7 \
             now is another one, and you lose it.",
        ),
    ];
    let what = "is_new of PUBLISH 7 with DUP 1, of the same once more, and again after PUBREL 7";
    EXERCISE.value(what, &vec![true, false, true], &mistakes, || {
        let mut receiver = answer::Receiver::default();
        let seven = PacketIdentifier::new(7).unwrap_or(PacketIdentifier::FIRST);
        let mut is_new: Vec<_> =
            (0..2).map(|_| receiver.publish(seven, true, b"hello").is_new).collect();
        receiver.pubrel(seven);
        is_new.push(receiver.publish(seven, true, b"hello").is_new);
        is_new
    })
}

#[test]
fn step6_several_are_on_their_way_at_a_time() -> Verdict {
    const OTHERS: [Mistake<Vec<bool>>; 2] = [
        mistake(|is_new| is_new.get(1) == Some(&false), "8 is another message than 7, and new."),
        breach(
            &rules::MQTT_4_3_3_2,
            |is_new| is_new.last() == Some(&true),
            "PUBREL released 7 alone. 8 came before and waits for a PUBREL of its own; that it came with \
             DUP 0 this time changes nothing.",
        ),
    ];
    let what = "is_new of PUBLISH 7, of PUBLISH 8, and of PUBLISH 8 again behind PUBREL 7";
    EXERCISE.value(what, &vec![true, true, false], &OTHERS, || {
        let mut receiver = answer::Receiver::default();
        let seven = PacketIdentifier::new(7).unwrap_or(PacketIdentifier::FIRST);
        let publish = |receiver: &mut answer::Receiver, number| {
            receiver.publish(number, false, b"hello").is_new
        };
        let first = publish(&mut receiver, seven);
        let second = publish(&mut receiver, seven.next());
        receiver.pubrel(seven);
        vec![first, second, publish(&mut receiver, seven.next())]
    })
}

const FLOW: &[Mistake<[String]>] = &[
    breach(
        &rules::MQTT_3_3_4_1,
        |lines| count(lines, "alice ← PUBREC") == 0,
        "At QoS 2 the receiver answers a PUBLISH with PUBREC.",
    ),
    mistake(
        |lines| count(lines, "bob ← PUBLISH") == 0,
        "bob gets nothing. Here a message is passed on with its PUBLISH, the first time that it comes.",
    ),
    mistake(
        |lines| {
            let mut answers = lines.iter().filter(|line| line.contains("alice ← PUB"));
            answers.any(|line| !line.ends_with("identifier 1"))
        },
        "PUBREC and PUBCOMP repeat the identifier of what they answer: alice knows no other.",
    ),
    breach(
        &rules::MQTT_4_3_3_2,
        |lines| count(lines, "alice ← PUBCOMP") == 0,
        "PUBCOMP is the answer to PUBREL. Without it alice can never use this identifier again.",
    ),
];

fn count(lines: &[String], words: &str) -> usize {
    lines.iter().filter(|line| line.contains(words)).count()
}

fn note(text: &'static str) -> Note {
    Note::new("news", text).qos(Qos::ExactlyOnce)
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

    fn pubrel(&mut self, packet_identifier: PacketIdentifier) -> Option<Packet> {
        self.0.pubrel(packet_identifier)
    }
}
