//! Scenario 11 of the talk: a question and its answer, over ordinary topics.

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, publish, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::inputs::{Choices, Input, Kind};
use crate::lab::Lab;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "request-reply",
    about: "a question and its answer, brought together by nothing but topic and payload",
    remember: "The correlation lives in topic and payload alone. PUBACK is no reply: it comes \
               from the broker. MQTT 5 has fields for this: Response Topic and Correlation Data.",
    by_hand: ByHand {
        steps: &[
            BROKER,
            sub("responder", &["-t", "/request", "-v"]),
            sub("requester", &["-t", "/response/47111", "-v"]),
            publish(
                "asks",
                &["-t", "/request", "-m", r#"{"body": "Hello DevDay !", "requestId": 47111}"#],
            ),
            publish(
                "answers",
                &[
                    "-t",
                    "/response/47111",
                    "-m",
                    r#"{"body": "HELLO DEVDAY !", "requestId": 47111}"#,
                ],
            ),
        ],
        filter: r#"mqtt.topic contains "/re""#,
        shows: "question and answer: the number is in topic and payload alone",
    },
    inputs: INPUTS,
    play,
};

const QUESTION: Input = Input::new("question", Kind::Text, "Hello DevDay !")
    .about("What is asked")
    .changes("application_message");
const QOS: Input = Input::new("qos", Kind::Qos, "0")
    .about("QoS of question and answer, on both legs")
    .changes("qos");

const INPUTS: &[Input] = &[QUESTION, QOS];

fn play(lab: &mut Lab, choices: &Choices) -> Result<(), LabError> {
    let (question, qos) = (choices.text(&QUESTION), choices.qos(&QOS));
    lab.say("A responder waits for requests.");
    let responder = lab.connect(Guest::named("responder"))?;
    lab.subscribe(responder, "/request", qos)?;

    lab.say(
        "The requester draws a number, subscribes to the topic on which it wants the answer, and \
         only then asks. The number is in the payload: the broker knows nothing of it.",
    );
    let requester = lab.connect(Guest::named("requester"))?;
    let number = lab.draw();
    let reply_topic = format!("/response/{number}");
    lab.subscribe(requester, &reply_topic, qos)?;
    lab.publish(requester, Note::new("/request", json(question, number)).qos(qos))?;

    lab.receive(responder)?;
    lab.say("The responder answers in upper case, on the topic that has the number in it.");
    let answer = json(&question.to_uppercase(), number);
    lab.publish(responder, Note::new(&reply_topic, answer).qos(qos))?;
    lab.receive(requester)?;
    lab.disconnect(requester)?;
    lab.disconnect(responder)?;
    Ok(())
}

/// The payload of both: a body, and the number that brings them together.
fn json(body: &str, number: u16) -> String {
    let body = body.replace('\\', r"\\").replace('"', r#"\""#);
    format!(r#"{{"body": "{body}", "requestId": {number}}}"#)
}
