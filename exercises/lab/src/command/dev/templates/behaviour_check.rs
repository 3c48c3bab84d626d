use std::time::Duration;

use broker_core::{ConnectionId, Input, Output};
use check::{Exercise, Mistake, Verdict, breach, rules};
use ex{number} as answer;
use lab::{Guest, LabError, Rehearsal, ServerPart, rehearse_broker};
use wire::{Connack, ConnectReturnCode, Packet};

const EXERCISE: Exercise = check::exercise!("{id}");

const MISTAKES: &[Mistake<[String]>] = &[breach(
    &rules::MQTT_3_12_4_1,
    |lines| !lines.iter().any(|line| line.contains("PINGRESP")),
    "What is to be said of it.",
)];

#[test]
fn step1_what_comes_first() -> Verdict {
    EXERCISE.conversation("pings", MISTAKES, || {
        play(|lab| {
            lab.connect(Guest::named("alice").keep_alive(10))?;
            lab.wait(Duration::from_secs(12));
            Ok(())
        })
    })
}

fn play(scenario: impl FnOnce(&mut lab::Lab) -> Result<(), LabError>) -> Rehearsal {
    rehearse_broker(Broker, scenario)
}

/// The rest of the broker.
struct Broker;

impl ServerPart for Broker {
    fn step(&mut self, _: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        let Input::Received(packet) = input else { return };
        if let Packet::Connect(_) = packet {
            let return_code = ConnectReturnCode::ACCEPTED;
            let connack = Connack { session_present: false, return_code };
            outputs.push(Output::Send(id, connack.into()));
        } else if let Some(packet) = answer::answer(&packet) {
            outputs.push(Output::Send(id, packet));
        }
    }
}
