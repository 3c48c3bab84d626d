use std::collections::BTreeSet;
use std::time::Duration;

use broker_core::{ConnectionId, Input, Output};
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex60 as answer;
use lab::{Guest, LabError, Rehearsal, ServerPart, rehearse_broker};
use wire::{Connack, Connect, ConnectReturnCode, Packet, Text};

const EXERCISE: Exercise = check::exercise!("60-session-present");

#[test]
fn step1_there_is_none_the_first_time() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[breach(
        &rules::MQTT_3_2_2_3,
        is_present,
        "bob was never here. Clean Session 0 is a wish; whether there is a session, the broker knows.",
    )];
    EXERCISE.conversation("first", MISTAKES, || {
        play(u32::MAX, |lab| lab.connect(Guest::named("bob").kept_session()).map(drop))
    })
}

#[test]
fn step2_it_is_there_when_he_comes_back() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[breach(
        &rules::MQTT_3_2_2_2,
        |lines| !is_present(lines),
        "bob left a session, and asks for it. If he is told 0, he takes his subscriptions for lost.",
    )];
    EXERCISE.conversation("again", MISTAKES, || {
        play(u32::MAX, |lab| {
            let bob = lab.connect(Guest::named("bob").kept_session())?;
            lab.disconnect(bob)?;
            lab.reconnect(bob)
        })
    })
}

#[test]
fn step3_a_clean_session_begins_with_nothing() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[breach(
        &rules::MQTT_3_2_2_1,
        is_present,
        "There was a session, but this CONNECT has Clean Session 1: the broker throws it away.",
    )];
    EXERCISE.conversation("clean", MISTAKES, || {
        play(u32::MAX, |lab| {
            let bob = lab.connect(Guest::named("bob").kept_session())?;
            lab.disconnect(bob)?;
            lab.connect(Guest::named("bob")).map(drop)
        })
    })
}

#[test]
fn step4_who_is_refused_has_no_session() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[
        breach(
            &rules::MQTT_3_2_2_4,
            |lines| is_present(lines) || lines.iter().any(|line| line.contains("3.2.2-4")),
            "The session is kept, but bob does not get in.",
        ),
        mistake(
            |lines| lines.iter().filter(|line| line.contains("accepted")).count() > 1,
            "The code of your CONNACK is to be the one that you were given.",
        ),
    ];
    EXERCISE.conversation("refused", MISTAKES, || {
        play(2, |lab| {
            let bob = lab.connect(Guest::named("bob").kept_session())?;
            lab.disconnect(bob)?;
            match lab.reconnect(bob) {
                Err(LabError::Refused { .. }) => Ok(()),
                other => other,
            }
        })
    })
}

#[test]
fn step5_what_the_client_does() -> Verdict {
    const NONE: [Mistake<bool>; 1] = [mistake(
        |must| !*must,
        "There was no session: the broker knows of no subscription of it.",
    )];
    const KEPT: [Mistake<bool>; 1] =
        [mistake(|must| *must, "It has its session, and in it its subscriptions: they stand.")];
    const REFUSED: [Mistake<bool>; 1] = [mistake(
        |must| *must,
        "It was refused, and the broker closes: there is nobody whom it could ask. Session Present says \
         something only when the code is 0.",
    )];
    let refused = ConnectReturnCode::NOT_AUTHORIZED;
    for (session_present, return_code, expected, mistakes) in [
        (false, ConnectReturnCode::ACCEPTED, true, &NONE),
        (true, ConnectReturnCode::ACCEPTED, false, &KEPT),
        (false, refused, false, &REFUSED),
    ] {
        let what = format!(
            "must_subscribe, Session Present {}, code {return_code}",
            u8::from(session_present)
        );
        EXERCISE.value(&what, &expected, mistakes, move || {
            answer::must_subscribe(&Connack { session_present, return_code })
        })?;
    }
    Ok(())
}

/// Whether the last CONNACK says that there was a session.
fn is_present(lines: &[String]) -> bool {
    let last = lines.iter().rfind(|line| line.contains("CONNACK"));
    last.is_some_and(|line| line.contains("session present"))
}

fn play(
    refuses_from: u32,
    scenario: impl FnOnce(&mut lab::Lab) -> Result<(), LabError>,
) -> Rehearsal {
    let lab = broker_core::Broker::new(broker_core::Configuration::default());
    rehearse_broker(Broker { lab, kept: BTreeSet::new(), connects: 0, refuses_from }, scenario)
}

/// The lab's own broker, with other CONNACKs. From some CONNECT on it is about to shut down.
struct Broker {
    lab: broker_core::Broker,
    kept: BTreeSet<Text>,
    connects: u32,
    refuses_from: u32,
}

impl Broker {
    fn connack(&mut self, connect: &Connect) -> Connack {
        self.connects += 1;
        let name = &connect.client_identifier;
        let return_code = match self.connects >= self.refuses_from {
            true => ConnectReturnCode::SERVER_UNAVAILABLE,
            false => ConnectReturnCode::ACCEPTED,
        };
        let connack = answer::connack(connect, self.kept.contains(name), return_code);
        match connect.clean_session {
            true => self.kept.remove(name),
            false => self.kept.insert(name.clone()),
        };
        connack
    }
}

impl ServerPart for Broker {
    fn step(&mut self, now: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        let connack = match &input {
            Input::Received(Packet::Connect(connect)) => Some(self.connack(connect)),
            _ => None,
        };
        if self.connects >= self.refuses_from
            && let Some(connack) = connack
        {
            outputs.extend([Output::Send(id, connack.into()), Output::Close(id)]);
            return self.lab.step(now, id, Input::Closed, &mut Vec::new());
        }
        let mut all = Vec::new();
        self.lab.step(now, id, input, &mut all);
        outputs.extend(all.into_iter().map(|output| match (output, connack) {
            (Output::Send(id, Packet::Connack(_)), Some(own)) => Output::Send(id, own.into()),
            (output, _) => output,
        }));
    }

    fn tick(&mut self, now: Duration, outputs: &mut Vec<Output>) {
        self.lab.tick(now, outputs);
    }

    fn deadline(&self) -> Option<Duration> {
        self.lab.deadline()
    }
}
