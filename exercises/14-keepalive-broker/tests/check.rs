use std::collections::BTreeMap;
use std::time::Duration;

use broker_core::{ConnectionId, Event, Input, Output};
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex14 as answer;
use lab::{Guest, LabError, Note, Rehearsal, ServerPart, rehearse_broker};
use wire::{Connack, ConnectReturnCode, Packet, Pingresp, Text};

const EXERCISE: Exercise = check::exercise!("14-keepalive-broker");

#[test]
fn step1_a_silent_client_has_one_and_a_half_times_its_keep_alive() -> Verdict {
    EXERCISE.conversation("silent", LIMIT, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice").keep_alive(5))?;
            lab.freeze(alice);
            lab.wait(seconds(20));
            Ok(())
        })
    })
}

#[test]
fn step2_a_client_that_pings_stays() -> Verdict {
    EXERCISE.conversation("pings", LIMIT, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice").keep_alive(5))?;
            lab.wait(seconds(12));
            lab.freeze(alice);
            lab.wait(seconds(20));
            Ok(())
        })
    })
}

#[test]
fn step3_every_packet_counts() -> Verdict {
    const EVERY: &[Mistake<[String]>] = &[breach(
        &rules::MQTT_3_1_2_24,
        |lines| lines.iter().any(|line| line.contains("ran out")),
        "alice was not silent: she published. Every packet of the client counts, not PINGREQ alone.",
    )];
    EXERCISE.conversation("publishes", EVERY, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice").keep_alive(5))?;
            for number in ["1", "2", "3", "4"] {
                lab.wait(seconds(3));
                lab.publish(alice, Note::new("alive", number))?;
            }
            Ok(())
        })
    })
}

#[test]
fn step4_a_keep_alive_of_0_turns_it_off() -> Verdict {
    const OFF: &[Mistake<[String]>] = &[mistake(
        |lines| lines.iter().any(|line| line.contains("ran out")),
        "A Keep Alive of 0 turns the mechanism off: the broker need not hang up (§3.1.2.10).",
    )];
    EXERCISE.conversation("never", OFF, || {
        play(|lab| {
            let alice = lab.connect(Guest::named("alice").keep_alive(0))?;
            lab.wait(seconds(3600));
            lab.publish(alice, Note::new("alive", "an hour later"))
        })
    })
}

const LIMIT: &[Mistake<[String]>] = &[
    breach(
        &rules::MQTT_3_1_2_24,
        |lines| lines.iter().any(|line| line.contains("after 5 s")),
        "The Keep Alive is the client's limit. The broker waits half as long again.",
    ),
    mistake(
        |lines| lines.iter().any(|line| line.contains("after 7 s")),
        "One and a half times 5 s is 7.5 s: whole seconds are not precise enough.",
    ),
    breach(
        &rules::MQTT_3_1_2_24,
        |lines| {
            let over: Vec<_> = lines.iter().filter(|line| line.contains("ran out")).collect();
            over.iter().any(|line| !line.contains("after 7.5 s"))
        },
        "alice has a Keep Alive of 5 s. The broker waits for 7.5 s from her last packet.",
    ),
];

const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

fn play(scenario: impl FnOnce(&mut lab::Lab) -> Result<(), LabError>) -> Rehearsal {
    rehearse_broker(Broker::default(), scenario)
}

/// The rest of the broker: it answers CONNECT and PINGREQ, and hangs up when it is told to.
#[derive(Default)]
struct Broker(BTreeMap<ConnectionId, (Text, answer::KeepAlive)>);

impl ServerPart for Broker {
    fn step(&mut self, now: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        let Input::Received(packet) = input else { return };
        if let Some((_, keep_alive)) = self.0.get_mut(&id) {
            keep_alive.heard(now, &packet);
        }
        match packet {
            Packet::Connect(connect) => {
                let keep_alive = answer::KeepAlive::new(connect.keep_alive, now);
                self.0.insert(id, (connect.client_identifier, keep_alive));
                let return_code = ConnectReturnCode::ACCEPTED;
                let connack = Connack { session_present: false, return_code };
                outputs.push(Output::Send(id, connack.into()));
            }
            Packet::Pingreq(_) => outputs.push(Output::Send(id, Pingresp.into())),
            _ => {}
        }
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        let is_over = |keep_alive: &answer::KeepAlive| {
            keep_alive.deadline().is_some_and(|deadline| deadline <= now)
        };
        while let Some((&id, _)) = self.0.iter().find(|(_, (_, keep_alive))| is_over(keep_alive)) {
            if let Some((client, keep_alive)) = self.0.remove(&id) {
                let after = now - keep_alive.last_heard;
                outputs.push(Output::Event(Some(id), Event::KeepAliveExpired { client, after }));
                outputs.push(Output::Close(id));
            }
        }
    }

    fn deadline(&self) -> Option<Duration> {
        self.0.values().filter_map(|(_, keep_alive)| keep_alive.deadline()).min()
    }
}
