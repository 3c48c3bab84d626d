use std::time::Duration;

use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use client_core::{Event, Input, Output, Request, Token, Why};
use ex13 as answer;
use lab::{Actor, ClientPart, Guest, Lab, LabError, Note, Rehearsal, rehearse_client};
use wire::{
    Connect, Delivery, Packet, PacketIdentifier, Pingreq, Publish, Qos, Subscribe, Text, Version,
};

const EXERCISE: Exercise = check::exercise!("13-keepalive-client");

#[test]
fn step1_a_client_with_nothing_to_say() -> Verdict {
    EXERCISE.conversation("idle", IDLE, || {
        play(60, |lab, alice| {
            lab.reconnect(alice)?;
            lab.wait(seconds(150));
            Ok(())
        })
    })
}

#[test]
fn step2_what_is_sent_counts() -> Verdict {
    EXERCISE.conversation("publishes", PUBLISHES, || {
        play(60, |lab, alice| {
            lab.reconnect(alice)?;
            lab.wait(seconds(40));
            lab.publish(alice, Note::new("news", "I speak"))?;
            lab.wait(seconds(80));
            Ok(())
        })
    })
}

#[test]
fn step3_what_is_received_does_not() -> Verdict {
    EXERCISE.conversation("receives", RECEIVES, || {
        play(60, |lab, alice| {
            lab.reconnect(alice)?;
            lab.subscribe(alice, "news", Qos::AtMostOnce)?;
            let bob = lab.connect(Guest::named("bob"))?;
            for text in ["25 s", "50 s", "75 s", "100 s"] {
                lab.wait(seconds(25));
                lab.publish(bob, Note::new("news", text))?;
                lab.receive(alice)?;
            }
            Ok(())
        })
    })
}

#[test]
fn step4_a_keep_alive_of_0_turns_it_off() -> Verdict {
    const OFF: &[Mistake<[String]>] = &[mistake(
        |lines| lines.iter().any(|line| line.contains("PINGREQ")),
        "With a Keep Alive of 0 the client promised nothing: it need never send PINGREQ (§3.1.2.10).",
    )];
    EXERCISE.conversation("never", OFF, || {
        play(0, |lab, alice| {
            lab.reconnect(alice)?;
            lab.wait(seconds(3600));
            lab.publish(alice, Note::new("news", "an hour later"))
        })
    })
}

const IDLE: &[Mistake<[String]>] = &[
    mistake(
        |lines| {
            let pings = lines.iter().filter(|line| line.contains("alice → PINGREQ"));
            let times: Vec<_> = pings.map(|line| line.split('.').next()).collect();
            times.windows(2).any(|pair| pair[0] == pair[1])
        },
        "PINGREQ is no answer to what the broker sends. It is due when the client itself has been \
         silent for its Keep Alive.",
    ),
    breach(
        &rules::MQTT_3_1_2_23,
        |lines| !has(lines, "PINGREQ"),
        "The broker never asks. It is the client that has to speak in time.",
    ),
    mistake(
        |lines| {
            let first = lines.iter().find(|line| line.contains("alice → PINGREQ"));
            let time =
                first.and_then(|line| line.trim_start().split_once(" s").map(|(time, _)| time));
            time.and_then(|time| time.parse::<f64>().ok()).is_some_and(|time| time < 60.0)
        },
        "That is lawful, and many clients do so, to be safe. Asked here is the latest moment that the \
         Keep Alive of 60 s allows.",
    ),
    mistake(
        |lines| has(lines, "90.000 s  alice → PINGREQ"),
        "One and a half times the Keep Alive is what the broker waits. The client promised to be \
         heard from within the Keep Alive itself.",
    ),
    mistake(
        |lines| lines.iter().filter(|line| line.contains("PINGREQ")).count() == 1,
        "PINGREQ is a packet that is sent, too: the next one is due a Keep Alive after it.",
    ),
];

const PUBLISHES: &[Mistake<[String]>] = &[
    mistake(
        |lines| has(lines, "60.000 s  alice → PINGREQ"),
        "alice published at 40 s, so she was heard from. The next packet is due 60 s after that.",
    ),
    mistake(
        |lines| !has(lines, "PINGREQ"),
        "alice published at 40 s, and nothing since: 60 s later a PINGREQ is due.",
    ),
];

const RECEIVES: &[Mistake<[String]>] = &[breach(
    &rules::MQTT_3_1_2_23,
    |lines| !has(lines, " 60.000 s  alice → PINGREQ"),
    "alice received a message, but she did not speak. The broker does not know whether she is there.",
)];

fn has(lines: &[String], words: &str) -> bool {
    lines.iter().any(|line| line.contains(words))
}

const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

fn play(seconds: u16, scenario: impl FnOnce(&mut Lab, Actor) -> Result<(), LabError>) -> Rehearsal {
    let client = Client { seconds, timer: None, subscribes: Token(0), pinged: None };
    rehearse_client("alice", client, scenario)
}

/// The rest of the client.
struct Client {
    seconds: u16,
    timer: Option<answer::Timer>,
    /// Whose SUBSCRIBE waits for SUBACK.
    subscribes: Token,
    /// When the last PINGREQ was sent.
    pinged: Option<Duration>,
}

impl Client {
    fn send(&mut self, now: Duration, packet: Packet, outputs: &mut Vec<Output>) {
        if let Some(timer) = &mut self.timer {
            timer.sent(now);
        }
        outputs.push(Output::Send(packet));
    }

    fn connect(&self) -> Packet {
        Connect {
            version: Version::V3_1_1,
            clean_session: true,
            keep_alive: self.seconds,
            client_identifier: Text::try_from("alice").unwrap_or(Text::EMPTY),
            will: None,
            credentials: None,
        }
        .into()
    }

    fn received(&mut self, packet: Packet) -> Option<Event> {
        match packet {
            Packet::Connack(connack) => {
                Some(Event::Connected { session_present: connack.session_present })
            }
            Packet::Suback(suback) => {
                let (token, return_codes) = (self.subscribes, suback.return_codes);
                Some(Event::Subscribed { token, return_codes })
            }
            Packet::Publish(publish) => Some(Event::Message(publish.into())),
            _ => None,
        }
    }

    fn request(&mut self, now: Duration, request: Request, outputs: &mut Vec<Output>) {
        match request {
            Request::Publish { message, token } => {
                let (topic, payload) = (message.topic, message.payload);
                let delivery = Delivery::AtMostOnce;
                let publish = Publish { delivery, retain: false, topic, payload };
                self.send(now, publish.into(), outputs);
                outputs.push(Output::Event(Event::Published(token)));
            }
            Request::Subscribe { subscriptions, token } => {
                self.subscribes = token;
                let packet_identifier = PacketIdentifier::FIRST;
                self.send(now, Subscribe { packet_identifier, subscriptions }.into(), outputs);
            }
            _ => {}
        }
    }
}

impl ClientPart for Client {
    fn step(&mut self, now: Duration, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Opened => {
                outputs.push(Output::Send(self.connect()));
                self.timer = Some(answer::Timer::new(self.seconds, now));
            }
            Input::Received(packet) => {
                if let Some(timer) = &mut self.timer {
                    timer.received(now);
                }
                outputs.extend(self.received(packet).map(Output::Event));
            }
            Input::Request(request) => self.request(now, request, outputs),
            Input::Closed => {
                self.timer = None;
                outputs.push(Output::Event(Event::Disconnected(Why::Closed)));
            }
            _ => {}
        }
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        self.send(now, Pingreq.into(), outputs);
        let is_soon = |at: Option<Duration>| at.is_some_and(|at| now.abs_diff(at) < seconds(1));
        if is_soon(self.pinged) || is_soon(self.deadline()) {
            self.timer = None; // One PINGREQ would follow the other, and time would stand still.
        }
        self.pinged = Some(now);
    }

    fn deadline(&self) -> Option<Duration> {
        self.timer.as_ref()?.ping_at()
    }
}
