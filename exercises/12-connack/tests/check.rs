use std::collections::BTreeSet;
use std::time::Duration;

use broker_core::{ConnectionId, Input, Output};
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex12 as answer;
use ex12::Decision;
use lab::{Guest, LabError, Note, Script, ServerPart, rehearse_both, rehearse_broker};
use wire::{Connack, Connect, ConnectReturnCode, ForeignConnect, Packet, Pingresp, Text, Version};

const EXERCISE: Exercise = check::exercise!("12-connack");

#[test]
fn step1_a_good_client_comes_in() -> Verdict {
    const GOOD: &[Mistake<[String]>] = &[
        mistake(
            |lines| !lines.iter().any(|line| line.contains("accepted")),
            "Nothing is wrong with this CONNECT: the client has to get a CONNACK with code 0.",
        ),
        breach(
            &rules::MQTT_3_1_3_6,
            |lines| !lines.iter().any(|line| line.contains("2 ← CONNACK  accepted")),
            "The second client has no name, but it asks for a clean session: it may come in.",
        ),
    ];
    EXERCISE.conversation("accepted", GOOD, || {
        rehearse_broker(Broker::default(), |lab| {
            let alice = lab.connect(Guest::named("alice").kept_session())?;
            lab.publish(alice, Note::new("news", "I am in"))?;
            lab.connect(Guest::nameless())?;
            Ok(())
        })
    })
}

#[test]
fn step2_a_version_that_is_not_spoken() -> Verdict {
    const VERSION: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_3_1_2_2,
            |lines| lines.iter().any(|line| line.contains("accepted")),
            "You accepted a client that speaks MQTT 5, level 5.",
        ),
        breach(
            &rules::MQTT_3_1_2_2,
            |lines| !lines.iter().any(|line| line.contains("CONNACK")),
            "For this there is a code, so the client can be told.",
        ),
    ];
    EXERCISE.conversation("level-5", VERSION, || {
        let protocol_name = text("MQTT");
        let rest = b"\x02\0\x3c\0\0\x03eve".to_vec().into();
        let connect = ForeignConnect { protocol_name, protocol_level: 5, rest };
        knock(Script::new([Packet::from(connect)]))
    })?;
    const OLDER: &[Mistake<Decision>] = &[mistake(
        |decision| *decision == Decision::Accept,
        "You speak MQTT 3.1.1 alone, which is level 4. An older level is as foreign to you as a newer one.",
    )];
    EXERCISE.value("decide() on a first CONNECT of level 3", &Decision::Refuse(1), OLDER, || {
        let client_identifier = "eve".to_owned();
        let connect = answer::Connect { protocol_level: 3, connect_flags: 0b10, client_identifier };
        answer::decide(&connect, false)
    })
}

#[test]
fn step3_no_name_and_a_session_to_keep() -> Verdict {
    const NAMELESS: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_3_1_3_8,
            |lines| lines.iter().any(|line| line.contains("accepted")),
            "By which name would this client find its session again?",
        ),
        breach(
            &rules::MQTT_3_1_3_8,
            |lines| !lines.iter().any(|line| line.contains("CONNACK")),
            "For this there is a code, so the client can be told.",
        ),
    ];
    EXERCISE.conversation("nameless", NAMELESS, || {
        rehearse_broker(Broker::default(), |lab| {
            lab.connect_refused(Guest::nameless().kept_session())?;
            Ok(())
        })
    })
}

#[test]
fn step4_a_second_connect() -> Verdict {
    const SECOND: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_3_1_0_2,
            |lines| lines.iter().filter(|line| line.contains("CONNACK")).count() > 1,
            "No code means this: CONNACK answers the first CONNECT, and no other.",
        ),
        mistake(
            |lines| !lines.iter().any(|line| line.contains("accepted")),
            "The first CONNECT is a good one.",
        ),
    ];
    EXERCISE.conversation("twice", SECOND, || knock(Script::new([connect("eve"), connect("eve")])))
}

#[test]
fn step5_the_reserved_bit() -> Verdict {
    const RESERVED: &[Mistake<Decision>] = &[
        breach(
            &rules::MQTT_3_1_2_3,
            |decision| *decision == Decision::Accept,
            "Bit 0 of the Connect Flags is 1.",
        ),
        breach(
            &rules::MQTT_3_1_4_1,
            |decision| matches!(decision, Decision::Refuse(_)),
            "None of the codes means a malformed packet.",
        ),
    ];
    for connect_flags in [0b0000_0011, 0b0000_0001] {
        let what = format!("decide() on a first CONNECT with the flags {connect_flags:#010b}");
        EXERCISE.value(&what, &Decision::HangUp, RESERVED, move || {
            let client_identifier = "eve".to_owned();
            let connect = answer::Connect { protocol_level: 4, connect_flags, client_identifier };
            answer::decide(&connect, false)
        })?;
    }
    Ok(())
}

/// eve comes with what she has to say. What becomes of it is seen in the conversation.
fn knock(eve: Script) -> lab::Rehearsal {
    rehearse_both(Broker::default(), "eve", eve, |lab, eve| match lab.reconnect(eve) {
        Ok(()) | Err(LabError::Refused { .. }) => lab.wait_until_closed(eve),
        Err(error) => Err(error),
    })
}

fn connect(client_identifier: &str) -> Packet {
    let client_identifier = text(client_identifier);
    let (version, clean_session) = (Version::V3_1_1, true);
    let (will, credentials) = (None, None);
    Connect { version, clean_session, keep_alive: 60, client_identifier, will, credentials }.into()
}

fn text(text: &str) -> Text {
    Text::try_from(text).unwrap_or(Text::EMPTY)
}

/// The rest of the broker: it does what was decided, and answers PINGREQ.
#[derive(Default)]
struct Broker(BTreeSet<ConnectionId>);

impl ServerPart for Broker {
    fn step(&mut self, _: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        let Input::Received(packet) = input else { return };
        let Some(connect) = read(&packet) else {
            if matches!(packet, Packet::Pingreq(_)) {
                outputs.push(Output::Send(id, Pingresp.into()));
            }
            return;
        };
        let answer = |code| {
            let return_code = ConnectReturnCode(code);
            Output::Send(id, Connack { session_present: false, return_code }.into())
        };
        match answer::decide(&connect, self.0.contains(&id)) {
            Decision::Accept => {
                self.0.insert(id);
                outputs.push(answer(0));
            }
            Decision::Refuse(code) => outputs.extend([answer(code), Output::Close(id)]),
            Decision::HangUp => outputs.push(Output::Close(id)),
        }
    }
}

/// The packet, if it is a CONNECT, as the learner sees it.
fn read(packet: &Packet) -> Option<answer::Connect> {
    match packet {
        Packet::Connect(connect) => Some(answer::Connect {
            protocol_level: connect.version.protocol_level(),
            connect_flags: u8::from(connect.clean_session) << 1,
            client_identifier: connect.client_identifier.to_string(),
        }),
        Packet::ForeignConnect(connect) => Some(answer::Connect {
            protocol_level: connect.protocol_level,
            connect_flags: connect.rest.first().copied().unwrap_or_default(),
            client_identifier: String::new(),
        }),
        _ => None,
    }
}
