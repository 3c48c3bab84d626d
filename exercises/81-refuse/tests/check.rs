use std::collections::BTreeMap;
use std::time::Duration;

use broker_core::{ConnectionId, Input, Output};
use check::{Exercise, Mistake, Verdict, breach, mistake, rules};
use ex81 as answer;
use lab::{Account, Guest, LabError, Rehearsal, ServerPart, rehearse_broker, usual_answer};
use wire::{Connack, ConnectReturnCode, Credentials, Packet, Text};

const EXERCISE: Exercise = check::exercise!("81-refuse");

#[test]
fn step1_the_right_password() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[
        mistake(
            |lines| lines.iter().any(|line| line.contains("refused")),
            "paolo is a user, and devday is his password.",
        ),
        mistake(
            |lines| lines.iter().any(|line| line.contains("broker closed")),
            "He was let in, and thrown out at once. Behind code 0 the connection stands.",
        ),
    ];
    EXERCISE.conversation("right", MISTAKES, || {
        play(|lab| {
            let laptop = lab.connect(Guest::named("laptop").user(paolo("devday")))?;
            lab.disconnect(laptop)
        })
    })
}

#[test]
fn step2_nobody_in_particular() -> Verdict {
    const CODE: Mistake<[String]> = mistake(
        |lines| lines.iter().any(|line| line.contains("bad user name or password")),
        "This client gave neither a name nor a password that could be bad. It just may not come in: code 5.",
    );
    const UNKNOWN: Mistake<[String]> = mistake(
        |lines| lines.iter().any(|line| line.contains("← CONNACK  accepted")),
        "This client says nothing about itself, and knows no password: it is not to come in.",
    );
    const MISTAKES: &[Mistake<[String]>] = &[CLOSES, SILENT, UNKNOWN, LETS_IN, CODE];
    EXERCISE.conversation("anonymous", MISTAKES, || {
        play(|lab| lab.connect_refused(Guest::named("nobody").anonymous()).map(drop))
    })
}

#[test]
fn step3_the_wrong_password() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[CLOSES, SILENT, LETS_IN, TELLS];
    EXERCISE.conversation("wrong", MISTAKES, || {
        play(|lab| lab.connect_refused(Guest::named("guesser").user(paolo("dayday"))).map(drop))
    })
}

#[test]
fn step4_an_unknown_user() -> Verdict {
    const MISTAKES: &[Mistake<[String]>] = &[CLOSES, SILENT, LETS_IN, TELLS];
    EXERCISE.conversation("unknown", MISTAKES, || {
        let user_name = "alessandro".to_owned();
        let account = Account { user_name, password: "devday".to_owned() };
        play(|lab| lab.connect_refused(Guest::named("guesser").user(account)).map(drop))
    })
}

#[test]
fn step5_no_password_is_none() -> Verdict {
    const MISTAKES: [Mistake<ConnectReturnCode>; 2] = [
        mistake(
            |code| *code == ConnectReturnCode::ACCEPTED,
            "Who gives no Password has shown nothing, whoever he says he is.",
        ),
        mistake(|_| true, "A name is given, so this client is not anonymous: code 4."),
    ];
    for user_name in ["paolo", "alessandro"] {
        let what = format!("verify, User Name {user_name} and no Password");
        let expected = ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD;
        EXERCISE.value(&what, &expected, &MISTAKES, move || {
            let user_name = Text::try_from(user_name).expect("a text");
            answer::verify(&users(), Some(&Credentials { user_name, password: None }))
        })?;
    }
    Ok(())
}

#[test]
fn step6_what_the_client_does() -> Verdict {
    const MISTAKES: [Mistake<bool>; 2] = [
        mistake(
            |again| *again,
            "The same CONNECT will get the same answer, for ever: somebody has to change something first.",
        ),
        mistake(|again| !*again, "The server is not there for the moment: that passes by itself."),
    ];
    for (code, expected) in [
        (ConnectReturnCode::UNACCEPTABLE_PROTOCOL_VERSION, false),
        (ConnectReturnCode::IDENTIFIER_REJECTED, false),
        (ConnectReturnCode::SERVER_UNAVAILABLE, true),
        (ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD, false),
        (ConnectReturnCode::NOT_AUTHORIZED, false),
    ] {
        let what = format!("is_worth_another_try, code {code}");
        EXERCISE.value(&what, &expected, &MISTAKES, move || answer::is_worth_another_try(code))?;
    }
    Ok(())
}

const CLOSES: Mistake<[String]> = breach(
    &rules::MQTT_3_2_2_5,
    |lines| {
        let refused = |line: &String| line.contains("CONNACK  refused");
        lines.iter().any(refused) && !lines.iter().any(|line| line.contains("broker closed"))
    },
    "The client is refused, and its connection stands: it goes only because it wants to.",
);

const SILENT: Mistake<[String]> = mistake(
    |lines| {
        let place = |what| lines.iter().position(|line| line.contains(what));
        let (answered, closed) = (place("CONNACK"), place("broker closed"));
        answered.is_none_or(|answered| closed.is_some_and(|closed| closed < answered))
    },
    "A CONNECT that can be read gets an answer: CONNACK says why, and then comes the end, in this order \
     (§3.2.2.3).",
);

const LETS_IN: Mistake<[String]> = mistake(
    |lines| lines.iter().any(|line| line.contains("accepted")),
    "This client is not to come in.",
);

const TELLS: Mistake<[String]> = mistake(
    |lines| lines.iter().any(|line| line.contains("not authorized")),
    "Something was given, and it is not good: code 4, whichever of the two it is. With different codes for \
     a wrong name and a wrong password a stranger finds out who has an account.",
);

fn paolo(password: &str) -> Account {
    Account { user_name: "paolo".to_owned(), password: password.to_owned() }
}

fn users() -> BTreeMap<&'static str, &'static [u8]> {
    BTreeMap::from([("paolo", &b"devday"[..]), ("admin", b"s3cret")])
}

fn play(scenario: impl FnOnce(&mut lab::Lab) -> Result<(), LabError>) -> Rehearsal {
    rehearse_broker(Broker, scenario)
}

/// The rest of the broker.
struct Broker;

impl ServerPart for Broker {
    fn step(&mut self, _: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        let Input::Received(packet) = input else { return };
        outputs.extend(usual_answer(&packet).map(|answer| Output::Send(id, answer)));
        match packet {
            Packet::Connect(connect) => {
                let return_code = answer::verify(&users(), connect.credentials.as_ref());
                for step in answer::answer(return_code) {
                    outputs.push(match step {
                        answer::Step::Connack(return_code) => {
                            let connack = Connack { session_present: false, return_code };
                            Output::Send(id, connack.into())
                        }
                        answer::Step::Close => Output::Close(id),
                    });
                }
            }
            Packet::Disconnect(_) => outputs.push(Output::Close(id)),
            _ => {}
        }
    }
}
