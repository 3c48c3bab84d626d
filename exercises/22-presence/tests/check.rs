use std::time::Duration;

use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use client_core::{Client, Configuration, Event, Input, Output, Request, Token};
use ex22 as answer;
use lab::{Actor, ClientPart, Guest, Lab, LabError, Rehearsal, rehearse_client};
use wire::{Qos, Text, TopicName, Will};

const EXERCISE: Exercise = check::exercise!("22-presence");

#[test]
fn step1_a_screen_sees_alice_come() -> Verdict {
    EXERCISE.conversation("comes", COMES, || {
        play(|lab, alice| {
            let screen = screen(lab, "screen")?;
            lab.reconnect(alice)?;
            lab.receive(screen)?;
            Ok(())
        })
    })
}

#[test]
fn step2_a_late_screen_sees_that_she_is_there() -> Verdict {
    EXERCISE.conversation("is-there", COMES, || {
        play(|lab, alice| {
            lab.reconnect(alice)?;
            let late = screen(lab, "late")?;
            lab.receive(late)?;
            Ok(())
        })
    })
}

#[test]
fn step3_alice_dies() -> Verdict {
    EXERCISE.conversation("dies", DIES, || {
        play(|lab, alice| {
            let screen_one = screen(lab, "screen")?;
            lab.reconnect(alice)?;
            lab.receive(screen_one)?;
            lab.cut(alice)?;
            lab.receive(screen_one)?;
            let late = screen(lab, "late")?;
            lab.receive(late)?;
            Ok(())
        })
    })
}

#[test]
fn step4_alice_leaves() -> Verdict {
    EXERCISE.conversation("leaves", LEAVES, || {
        play(|lab, alice| {
            let screen_one = screen(lab, "screen")?;
            lab.reconnect(alice)?;
            lab.receive(screen_one)?;
            lab.disconnect(alice)?;
            lab.receive(screen_one)?;
            let late = screen(lab, "late")?;
            lab.receive(late)?;
            Ok(())
        })
    })
}

const COMES: &[Mistake<[String]>] = &[
    WILL_TOPIC,
    WILL_RETAINED,
    mistake(
        |lines| !has(lines, "alice → PUBLISH"),
        "Nobody hears of a CONNECT but the broker: alice has to say herself that she is there.",
    ),
    mistake(
        |lines| {
            !has(lines, "\"online\"")
                && !has(lines, "alice → PUBLISH  presence/alice, QoS 0, RETAIN")
        },
        "The screens wait for `online` on the topic `presence/alice`.",
    ),
    mistake(
        |lines| !has(lines, "presence/alice, QoS 0, RETAIN, \"online\""),
        "A message that is not retained reaches those alone who are subscribed already. A screen that \
         is switched on later sees nothing.",
    ),
];

/// The will is where nobody looks.
const WILL_TOPIC: Mistake<[String]> = mistake(
    |lines| !has(lines, "will on presence/alice"),
    "The will is to be on the topic that the screens look at, `presence/alice`. There it replaces \
     `online`, too.",
);

/// The will does not replace what is kept.
const WILL_RETAINED: Mistake<[String]> = breach(
    &rules::MQTT_3_1_2_17,
    |lines| !has(lines, "will on presence/alice at QoS 0, retained"),
    "This will would reach those alone who are subscribed when alice dies. Whoever comes later would \
     still be told `online`.",
);

const DIES: &[Mistake<[String]>] = &[
    WILL_TOPIC,
    WILL_RETAINED,
    mistake(
        |lines| !has(lines, "\"offline\""),
        "When alice is dead, the screens have to see `offline`.",
    ),
];

const LEAVES: &[Mistake<[String]>] = &[
    WILL_TOPIC,
    WILL_RETAINED,
    breach(
        &rules::MQTT_3_14_4_3,
        |lines| {
            let published = lines.iter().filter(|line| line.contains("alice → PUBLISH"));
            published.count() < 2
        },
        "alice left in order, so nobody speaks for her. The screens still show her as online.",
    ),
    mistake(
        |lines| !has(lines, "alice → PUBLISH  presence/alice, QoS 0, RETAIN, \"offline\""),
        "What alice says before she leaves has to be `offline` on `presence/alice`, and retained, or \
         the broker goes on telling `online`.",
    ),
];

fn has(lines: &[String], words: &str) -> bool {
    lines.iter().any(|line| line.contains(words))
}

/// A screen that shows who is there.
fn screen(lab: &mut Lab, name: &str) -> Result<Actor, LabError> {
    let screen = lab.connect(Guest::named(name))?;
    lab.subscribe(screen, "presence/+", Qos::AtMostOnce)?;
    Ok(screen)
}

fn play(scenario: impl FnOnce(&mut Lab, Actor) -> Result<(), LabError>) -> Rehearsal {
    let mut configuration = Configuration::new(Text::try_from(ALICE).unwrap_or(Text::EMPTY));
    configuration.will = will(answer::will(ALICE));
    rehearse_client(ALICE, Device(Client::new(configuration)), scenario)
}

const ALICE: &str = "alice";

fn will(message: answer::Message) -> Option<Will> {
    let topic = TopicName::new(message.topic).ok()?;
    let payload = message.payload.as_bytes().into();
    Some(Will { topic, message: payload, qos: Qos::AtMostOnce, retain: message.retain })
}

/// The lab's client, which says what the learner wants it to say.
struct Device(Client);

/// The mark of what the learner publishes.
const OWN: Token = Token(u64::MAX);

impl Device {
    fn publish(&mut self, now: Duration, say: Option<answer::Message>, outputs: &mut Vec<Output>) {
        let Some(Will { topic, message, qos, retain }) = say.and_then(will) else { return };
        let message = delivery::Message { topic, payload: message, qos, retain };
        self.0.step(now, Input::Request(Request::Publish { message, token: OWN }), outputs);
    }
}

impl ClientPart for Device {
    fn step(&mut self, now: Duration, input: Input, outputs: &mut Vec<Output>) {
        if input == Input::Request(Request::Disconnect) {
            self.publish(now, answer::on_leaving(ALICE), outputs);
        }
        self.0.step(now, input, outputs);
        let is_connected =
            |output: &Output| matches!(output, Output::Event(Event::Connected { .. }));
        if outputs.iter().any(is_connected) {
            self.publish(now, answer::on_arrival(ALICE), outputs);
        }
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        self.0.tick(now, outputs);
    }

    fn deadline(&self) -> Option<Duration> {
        self.0.deadline()
    }
}
