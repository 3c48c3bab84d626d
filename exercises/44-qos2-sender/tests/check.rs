use std::time::Duration;

use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Message;
use ex44 as answer;
use lab::{Guest, LabError, Note, Rehearsal, Sending, rehearse_sending};
use wire::{Packet, Publish, Qos};

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
