use std::time::Duration;

use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Message;
use ex44 as answer;
use lab::{Guest, LabError, Note, Rehearsal, Sending, rehearse_sending};
use wire::{Packet, PacketIdentifier, Publish, Qos, TopicName};

const EXERCISE: Exercise = check::exercise!("44-qos2-sender");

#[test]
fn step1_four_packets_for_one_message() -> Verdict {
    EXERCISE.conversation("four_packets", FLOW, || {
        play(|lab, alice| {
            lab.publish(alice, note("one"))?;
            lab.publish(alice, note("two"))
        })
    })
}

#[test]
fn step2_a_number_is_in_use_until_pubcomp() -> Verdict {
    const NOTED: [Mistake<bool>; 1] = [mistake(
        |noted| !noted,
        "publish() has sent it, and nothing of it stands in `in_flight`: that its identifier is in use is \
         known from there alone.",
    )];
    EXERCISE.value("a message is in flight behind publish()", &true, &NOTED, || {
        let mut sender = answer::Sender::default();
        sender.publish(message("one"));
        !sender.in_flight.is_empty()
    })?;
    const BUSY: &[Mistake<[String]>] = &[breach(
        &rules::MQTT_2_3_1_3,
        |lines| lines.iter().any(|line| line.contains("identifier 1, \"two\"")),
        "Identifier 1 is not free: PUBCOMP has left the broker, but does not reach alice. With PUBREC the \
         exchange is only half done.",
    )];
    EXERCISE.conversation("in_use", BUSY, || {
        play(|lab, alice| {
            lose_pubcomp(lab, alice)?;
            lab.begin_publish(alice, note("two"))?;
            lab.wait(Duration::from_secs(1));
            Ok(())
        })
    })
}

#[test]
fn step3_before_pubrec_the_message_is_sent_again() -> Verdict {
    EXERCISE.conversation("pubrec_lost", AGAIN, || {
        play(|lab, alice| {
            lab.publish_and_lose_the_answer(alice, note("one"))?;
            lab.reconnect(alice)?;
            lab.wait_for_publish(alice)
        })
    })
}

#[test]
fn step4_after_pubrec_it_is_pubrel_that_is_sent_again() -> Verdict {
    EXERCISE.conversation("pubcomp_lost", RELEASED, || {
        play(|lab, alice| {
            lose_pubcomp(lab, alice)?;
            lab.wait(Duration::from_secs(1));
            lab.cut(alice)?;
            lab.reconnect(alice)?;
            lab.wait_for_publish(alice)
        })
    })
}

#[test]
fn step5_several_at_different_stages() -> Verdict {
    const STAGES: [Mistake<Vec<String>>; 5] = [
        mistake(
            |told| !has(told, "PUBREL 2") && !has(told, "two has") && !has(told, "three has"),
            "PUBCOMP came for 1 alone: that exchange is over, and the others are not.",
        ),
        mistake(
            |told| !has(told, "PUBREL 2"),
            "PUBREC came for 1 and for 2, so both are released: with its identifier it says which.",
        ),
        breach(
            &rules::MQTT_4_3_3_1,
            |told| has(told, "two has"),
            "PUBREC came for \"two\": from then on it is never sent again.",
        ),
        mistake(|told| !has(told, "three has"), "No PUBREC came for \"three\": it is sent again."),
        mistake(
            |told| has(told, "PUBREL 1"),
            "PUBCOMP came for 1. That exchange is over, and its identifier is free.",
        ),
    ];
    let expected = vec![
        "PUBREL 2".to_owned(),
        "three has identifier 3, DUP 1".to_owned(),
        "four has identifier 1, DUP 1".to_owned(),
    ];
    let what = "one, two and three, PUBREC 1 and 2, PUBCOMP 1, four, and resumed()";
    EXERCISE.value(what, &expected, &STAGES, || told(four_at_different_stages().resumed()))
}

#[test]
fn step6_and_broken_off_once_more() -> Verdict {
    const KEPT: [Mistake<Vec<String>>; 1] = [breach(
        &rules::MQTT_4_4_0_1,
        |told| told.len() < 3,
        "They were sent a second time, and no answer has come yet. To send again is not to be done.",
    )];
    let expected = vec![
        "PUBREL 2".to_owned(),
        "three has identifier 3, DUP 1".to_owned(),
        "four has identifier 1, DUP 1".to_owned(),
    ];
    EXERCISE.value("the same, and resumed() a second time", &expected, &KEPT, || {
        let mut sender = four_at_different_stages();
        sender.resumed();
        told(sender.resumed())
    })
}

/// A sender of four messages: the first is done, the second released, the others are not.
fn four_at_different_stages() -> answer::Sender {
    let (one, two) = (PacketIdentifier::FIRST, PacketIdentifier::FIRST.next());
    let mut sender = answer::Sender::default();
    for text in ["one", "two", "three"] {
        sender.publish(message(text));
    }
    sender.pubrec(one);
    sender.pubrec(two);
    sender.pubcomp(one);
    sender.publish(message("four"));
    sender
}

fn message(text: &str) -> Message {
    let topic = TopicName::try_from("news").expect("a topic");
    Message { topic, payload: text.to_owned().into(), qos: Qos::ExactlyOnce, retain: false }
}

/// What goes out, each PUBREL before each PUBLISH: the standard asks for no order between the two.
fn told(packets: Vec<Packet>) -> Vec<String> {
    let tell = |packet: &Packet| match packet {
        Packet::Publish(Publish { delivery, payload, .. }) => {
            let number = delivery.packet_identifier().map_or(0, PacketIdentifier::number);
            let text = String::from_utf8_lossy(payload);
            format!("{text} has identifier {number}, DUP {}", u8::from(delivery.dup()))
        }
        Packet::Pubrel(pubrel) => format!("PUBREL {}", pubrel.packet_identifier.number()),
        other => other.packet_type().to_string(),
    };
    let (publishes, others): (Vec<_>, Vec<_>) =
        packets.iter().partition(|packet| matches!(packet, Packet::Publish(_)));
    others.into_iter().chain(publishes).map(tell).collect()
}

fn has(told: &[String], what: &str) -> bool {
    told.iter().any(|packet| packet.contains(what))
}

const FLOW: &[Mistake<[String]>] = &[
    breach(
        &rules::MQTT_4_3_3_1,
        |lines| lines.iter().any(|line| line.contains("DUP")),
        "This PUBLISH is the first of its message.",
    ),
    breach(
        &rules::MQTT_2_3_1_6,
        |lines| lines.iter().any(|line| line.contains("no message")),
        "PUBREL repeats the identifier of its PUBLISH.",
    ),
    mistake(
        |lines| lines.iter().any(|line| line.contains("identifier 2")),
        "PUBCOMP came for identifier 1, so it is free again, and the lowest one that is.",
    ),
];

const AGAIN: &[Mistake<[String]>] = &[
    breach(
        &rules::MQTT_4_4_0_1,
        |lines| again(lines).is_empty(),
        "alice is back, and the exchange that was broken off does not go on.",
    ),
    mistake(
        |lines| again(lines)[0].contains("PUBREL"),
        "PUBREC has never come, so PUBREL is too early: the broker may not have the message at all.",
    ),
    breach(
        &rules::MQTT_3_3_1_1,
        |lines| !again(lines)[0].contains("DUP"),
        "The broker has to be told that this packet was sent before.",
    ),
];

const RELEASED: &[Mistake<[String]>] = &[
    breach(
        &rules::MQTT_4_4_0_1,
        |lines| again(lines).is_empty(),
        "alice is back. PUBCOMP has never come, so the exchange is not over.",
    ),
    breach(
        &rules::MQTT_4_3_3_1,
        |lines| again(lines).iter().any(|line| line.contains("PUBLISH")),
        "After PUBREC the message is never sent again. The broker has forgotten identifier 1 by now, and \
         takes this PUBLISH for a new message: look how often bob gets it.",
    ),
];

/// What alice sent of exchanges after she came back.
fn again(lines: &[String]) -> Vec<&String> {
    let back = lines.iter().rposition(|line| line.contains("alice → CONNECT"));
    let after = lines.iter().skip(back.unwrap_or(0));
    after.filter(|line| line.contains("alice → PUB")).collect()
}

fn note(text: &'static str) -> Note {
    Note::new("news", text).qos(Qos::ExactlyOnce)
}

/// alice publishes, and PUBCOMP does not reach her.
fn lose_pubcomp(lab: &mut lab::Lab, alice: lab::Actor) -> Result<(), LabError> {
    lab.begin_publish(alice, note("one"))?;
    lab.wait(Duration::from_micros(250)); // PUBREC is there, and PUBREL on its way
    lab.deafen(alice);
    Ok(())
}

/// alice is the learner's. bob listens at QoS 0.
fn play(scenario: impl FnOnce(&mut lab::Lab, lab::Actor) -> Result<(), LabError>) -> Rehearsal {
    rehearse_sending(Client(answer::Sender::default()), |lab, alice| {
        let bob = lab.connect(Guest::named("bob"))?;
        lab.subscribe(bob, "news", Qos::AtMostOnce)?;
        lab.reconnect(alice)?;
        scenario(lab, alice)
    })
}

struct Client(answer::Sender);

impl Sending for Client {
    fn publish(&mut self, message: Message) -> Publish {
        self.0.publish(message)
    }

    fn acknowledged(&mut self, packet: &Packet) -> Option<Packet> {
        match packet {
            Packet::Pubrec(pubrec) => Some(self.0.pubrec(pubrec.packet_identifier).into()),
            Packet::Pubcomp(pubcomp) => {
                self.0.pubcomp(pubcomp.packet_identifier);
                None
            }
            _ => None,
        }
    }

    fn resumed(&mut self) -> Vec<Packet> {
        self.0.resumed()
    }
}
