use std::time::Duration;

use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use delivery::Message;
use ex41 as answer;
use lab::{Guest, LabError, Note, Rehearsal, Sending, rehearse_sending};
use wire::{Packet, PacketIdentifier, Publish, Qos, TopicName};

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
        "The broker's PUBACK does not reach alice, and the connection stands: TCP delivers what it can. MQTT \
         3.1.1 sends again when the client comes back over a new connection, and at no other time: a timer \
         only adds to the traffic (§4.4).",
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

#[test]
fn step5_an_identifier_that_was_free_again() -> Verdict {
    const OLDEST: [Mistake<Vec<String>>; 6] = [
        breach(
            &rules::MQTT_2_3_1_2,
            |told| !told[0].contains("identifier 1"),
            "\"one\" was acknowledged, so 1 is the lowest identifier that is free; 2 and 3 are in flight.",
        ),
        mistake(
            |told| told.len() == 1,
            "Three messages have no PUBACK, and nothing is sent again. Are they still kept?",
        ),
        mistake(
            |told| told.len() == 2 && told[1].contains("four"),
            "PUBACK came for 1 alone: \"two\" and \"three\" still wait for theirs.",
        ),
        breach(
            &rules::MQTT_4_6_0_1,
            |told| told[1].contains("four") || told[1].contains("three"),
            "\"two\" is the oldest that has no PUBACK. What was sent first is sent again first, whatever \
             its identifier is.",
        ),
        breach(
            &rules::MQTT_4_6_0_1,
            |told| told.len() == 4 && told[2].contains("four"),
            "\"three\" was sent before \"four\", and is sent again before it.",
        ),
        mistake(|told| told.len() != 4, "Three messages have no PUBACK: each is sent again, once."),
    ];
    let expected = vec![
        "four has identifier 1, DUP 0".to_owned(),
        "two has identifier 2, DUP 1".to_owned(),
        "three has identifier 3, DUP 1".to_owned(),
        "four has identifier 1, DUP 1".to_owned(),
    ];
    let what = "publish() of one, two and three, PUBACK 1, publish() of four, and resumed()";
    EXERCISE.value(what, &expected, &OLDEST, || {
        let (mut sender, four) = four_of_which_one_is_done();
        [four].into_iter().chain(sender.resumed()).map(|publish| told(&publish)).collect()
    })?;
    const BY_ITS_NUMBER: [Mistake<Vec<String>>; 1] = [mistake(
        |told| told.iter().all(|publish| !publish.contains("one has")),
        "PUBACK came for 2, which is \"two\". Which message has arrived is said by its identifier, not by \
         its age.",
    )];
    let expected = vec!["one has identifier 1, DUP 1".to_owned()];
    let what = "publish() of one and two, PUBACK 2, and resumed()";
    EXERCISE.value(what, &expected, &BY_ITS_NUMBER, || {
        let mut sender = answer::Sender::default();
        sender.publish(message("one"));
        sender.publish(message("two"));
        sender.puback(PacketIdentifier::FIRST.next());
        sender.resumed().iter().map(told).collect()
    })
}

#[test]
fn step6_and_broken_off_once_more() -> Verdict {
    const KEPT: [Mistake<Vec<String>>; 1] = [breach(
        &rules::MQTT_4_4_0_1,
        Vec::is_empty,
        "They were sent a second time, and no PUBACK has come yet. To send again is not to be done.",
    )];
    let expected = vec![
        "two has identifier 2, DUP 1".to_owned(),
        "three has identifier 3, DUP 1".to_owned(),
        "four has identifier 1, DUP 1".to_owned(),
    ];
    EXERCISE.value("the same, and resumed() a second time", &expected, &KEPT, || {
        let (mut sender, _) = four_of_which_one_is_done();
        sender.resumed();
        sender.resumed().iter().map(told).collect()
    })
}

/// A sender of four messages, and the PUBLISH of the last: PUBACK came for the first, before the last.
fn four_of_which_one_is_done() -> (answer::Sender, Publish) {
    let mut sender = answer::Sender::default();
    for text in ["one", "two", "three"] {
        sender.publish(message(text));
    }
    sender.puback(PacketIdentifier::FIRST);
    let four = sender.publish(message("four"));
    (sender, four)
}

fn message(text: &str) -> Message {
    let topic = TopicName::try_from("news").expect("a topic");
    Message { topic, payload: text.to_owned().into(), qos: Qos::AtLeastOnce, retain: false }
}

fn told(publish: &Publish) -> String {
    let number = publish.delivery.packet_identifier().map_or(0, PacketIdentifier::number);
    let text = String::from_utf8_lossy(&publish.payload);
    format!("{text} has identifier {number}, DUP {}", u8::from(publish.delivery.dup()))
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
