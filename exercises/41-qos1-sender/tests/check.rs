use std::time::Duration;

use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Message;
use ex41 as answer;
use lab::{Guest, LabError, Note, Rehearsal, Sending, rehearse_sending};
use wire::{Packet, Publish, Qos};

const EXERCISE: Exercise = check::exercise!("41-qos1-sender");

#[test]
fn step1_each_message_is_sent_and_acknowledged() -> Verdict {
    EXERCISE.conversation("acknowledged", SENT, || {
        play(|lab, alice| {
            lab.publish(alice, note("one"))?;
            lab.publish(alice, note("two"))
        })
    })
}

#[test]
fn step2_three_are_in_flight() -> Verdict {
    EXERCISE.conversation("in_flight", IN_FLIGHT, || {
        play(|lab, alice| {
            for text in ["one", "two", "three"] {
                lab.begin_publish(alice, note(text))?;
            }
            lab.wait_for_publish(alice)
        })
    })
}

#[test]
fn step3_back_again_what_was_not_acknowledged_is_sent() -> Verdict {
    EXERCISE.conversation("again", AGAIN, || {
        play(|lab, alice| {
            lab.publish(alice, note("zero"))?;
            lab.deafen(alice);
            for text in ["one", "two"] {
                lab.begin_publish(alice, note(text))?;
            }
            lab.wait(Duration::from_secs(1));
            lab.cut(alice)?;
            lab.reconnect(alice)?;
            lab.wait_for_publish(alice)
        })
    })
}

#[test]
fn step4_and_at_no_other_time() -> Verdict {
    const TIMER: &[Mistake<[String]>] = &[mistake(
        |lines| lines.iter().any(|line| line.contains("DUP")),
        "No PUBACK reaches alice, and the connection stands: TCP delivers what it can. MQTT 3.1.1 sends again when the client comes \
         back over a new connection, and at no other time: a timer only adds to the traffic (§4.4).",
    )];
    EXERCISE.conversation("patient", TIMER, || {
        let client = Client { sender: answer::Sender::default(), is_asked_for_patience: true };
        play_with(client, |lab, alice| {
            lab.deafen(alice);
            lab.begin_publish(alice, note("one"))?;
            lab.wait(Duration::from_secs(50));
            Ok(())
        })
    })
}

const SENT: &[Mistake<[String]>] = &[
    breach(
        &rules::MQTT_4_3_2_1,
        |lines| lines.iter().any(|line| line.contains("DUP")),
        "This PUBLISH is the first of its message.",
    ),
    breach(
        &rules::MQTT_2_3_1_3,
        |lines| lines.iter().any(|line| line.contains("identifier 2, \"two\"")),
        "PUBACK came for identifier 1, so it is free again, and the lowest one that is.",
    ),
];

const IN_FLIGHT: &[Mistake<[String]>] = &[breach(
    &rules::MQTT_2_3_1_2,
    |lines| lines.iter().any(|line| line.contains("identifier 1, \"two\"")),
    "alice sends all three at once: the broker has answered, but its PUBACK is still on the way to her, \
     so identifier 1 is in use.",
)];

const AGAIN: &[Mistake<[String]>] = &[
    breach(
        &rules::MQTT_4_4_0_1,
        |lines| again(lines).is_empty(),
        "alice is back, and does not send again what was never acknowledged.",
    ),
    mistake(
        |lines| again(lines).iter().any(|line| line.contains("zero")),
        "The message \"zero\" was acknowledged, and is done.",
    ),
    breach(
        &rules::MQTT_4_6_0_1,
        |lines| again(lines)[0].contains("two"),
        "\"one\" was sent first, and has to be sent again first.",
    ),
    breach(
        &rules::MQTT_2_3_1_3,
        |lines| !again(lines)[0].contains("identifier 1"),
        "It is the same message, so it keeps its identifier: the broker may have it already.",
    ),
    breach(
        &rules::MQTT_3_3_1_1,
        |lines| again(lines).iter().any(|line| !line.contains("DUP")),
        "The broker has to be told that this packet was sent before.",
    ),
    mistake(
        |lines| again(lines).len() == 1,
        "Two messages were not acknowledged. Each of them is sent again.",
    ),
];

/// What alice published after she came back.
fn again(lines: &[String]) -> Vec<&String> {
    let back = lines.iter().rposition(|line| line.contains("alice → CONNECT"));
    let after = lines.iter().skip(back.unwrap_or(0));
    after.filter(|line| line.contains("alice → PUBLISH")).collect()
}

fn note(text: &'static str) -> Note {
    Note::new("news", text).qos(Qos::AtLeastOnce)
}

/// alice is the learner's. bob listens at QoS 0.
fn play(scenario: impl FnOnce(&mut lab::Lab, lab::Actor) -> Result<(), LabError>) -> Rehearsal {
    let client = Client { sender: answer::Sender::default(), is_asked_for_patience: false };
    play_with(client, scenario)
}

fn play_with(
    client: Client,
    scenario: impl FnOnce(&mut lab::Lab, lab::Actor) -> Result<(), LabError>,
) -> Rehearsal {
    rehearse_sending(client, |lab, alice| {
        let bob = lab.connect(Guest::named("bob"))?;
        lab.subscribe(bob, "news", Qos::AtMostOnce)?;
        lab.reconnect(alice)?;
        scenario(lab, alice)
    })
}

struct Client {
    sender: answer::Sender,
    is_asked_for_patience: bool,
}

impl Sending for Client {
    fn publish(&mut self, message: Message) -> Publish {
        self.sender.publish(message)
    }

    fn acknowledged(&mut self, packet: &Packet) -> Option<Packet> {
        if let Packet::Puback(puback) = packet {
            self.sender.puback(puback.packet_identifier);
        }
        None
    }

    fn resumed(&mut self) -> Vec<Packet> {
        self.sender.resumed().into_iter().map(Packet::from).collect()
    }

    fn patience(&self) -> Option<Duration> {
        if self.is_asked_for_patience { self.sender.patience() } else { None }
    }
}
