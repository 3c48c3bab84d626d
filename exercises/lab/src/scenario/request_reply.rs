//! Scenario 11 of the talk: a question and its answer, over ordinary topics.

use wire::Qos;

use super::Scenario;
use crate::by_hand::{BROKER, ByHand, publish, sub};
use crate::error::LabError;
use crate::guest::{Guest, Note};
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
    play,
};

fn play(lab: &mut Lab) -> Result<(), LabError> {
    lab.say("A responder waits for requests.");
    let responder = lab.connect(Guest::named("responder"))?;
    lab.subscribe(responder, "/request", Qos::AtMostOnce)?;

    lab.say(
        "The requester draws a number, subscribes to the topic on which it wants the answer, and \
         only then asks. The number is in the payload: the broker knows nothing of it.",
    );
    let requester = lab.connect(Guest::named("requester"))?;
    let number = lab.draw();
    let reply_topic = format!("/response/{number}");
    lab.subscribe(requester, &reply_topic, Qos::AtMostOnce)?;
    let question = format!(r#"{{"body": "Hello DevDay !", "requestId": {number}}}"#);
    lab.publish(requester, Note::new("/request", question))?;

    let received = lab.receive(responder)?;
    lab.say("The responder answers on the topic that the number tells, in upper case.");
    let answer =
        String::from_utf8_lossy(&received.payload).replace("Hello DevDay !", "HELLO DEVDAY !");
    lab.publish(responder, Note::new(&reply_topic, answer))?;
    lab.receive(requester)?;
    lab.disconnect(requester)?;
    lab.disconnect(responder)?;
    Ok(())
}
