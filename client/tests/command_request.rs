//! `client request` and `client respond`, as they are typed, against the lab's broker.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::process::Output;

use client::{Client, Notice, Notices, Options};
use delivery::Message;
use serde_json::{Value, json};
use support::broker;
use support::process::{Subscriber, client};
use wire::{Qos, Text, TopicFilter, TopicName};

const QUESTION: &str = "Hello DevDay !";

fn request(port: &str, arguments: &[&str]) -> Output {
    client(&[&["request", "-p", port, "-m", QUESTION], arguments].concat()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A client that plays one of the two by hand, subscribed to this filter.
async fn by_hand(port: &str, filter: &str) -> (Client, Notices) {
    let name = Text::try_from("by hand").unwrap();
    let options = Options::new("127.0.0.1", port.parse().unwrap(), name);
    let (client, notices) = Client::connect(options).await.unwrap();
    let filter = TopicFilter::new(filter.to_owned()).unwrap();
    client.subscribe(filter, Qos::AtLeastOnce).await.unwrap();
    (client, notices)
}

async fn publish(client: &Client, topic: &str, payload: &str) {
    let topic = TopicName::new(topic.to_owned()).unwrap();
    let payload = payload.to_owned().into();
    let message = Message { topic, payload, qos: Qos::AtLeastOnce, retain: false };
    client.publish(message).await.unwrap();
}

async fn next(notices: &mut Notices) -> Message {
    match notices.next().await {
        Some(Notice::Message(message)) => message,
        other => panic!("awaited a message, got {other:?}"),
    }
}

#[test]
fn a_reply_comes_at_each_qos_and_the_requester_is_ready_before_it_asks() {
    for qos in ["0", "1", "2"] {
        let port = broker();
        let responder = Subscriber::start(&["respond", "-p", &port, "-q", qos, "-C", "1"]);
        let output = request(&port, &["-q", qos, "-d", "--detail", "line"]);
        let trace = text(&output.stderr);
        assert!(output.status.success(), "{trace}");
        assert_eq!(text(&output.stdout), "HELLO DEVDAY !\n");
        assert!(trace.find("SUBACK").unwrap() < trace.find("PUBLISH").unwrap(), "{trace}");
        let (asked, _) = responder.end();
        let number = asked.strip_suffix(" Hello DevDay !\n").expect("number and question");
        assert!(number.parse::<u64>().is_ok(), "{asked}");
        assert!(trace.contains(&format!("/response/{number}")), "{trace}");
    }
}

#[test]
fn replies_to_several_at_once_do_not_mix() {
    let port = broker();
    let responder = Subscriber::start(&["respond", "-p", &port, "-C", "3"]);
    let requesters = ["one", "two", "three"].map(|question| {
        (question, client(&["request", "-p", &port, "-m", question]).spawn().unwrap())
    });
    for (question, requester) in requesters {
        let output = requester.wait_with_output().unwrap();
        assert_eq!(text(&output.stdout), question.to_uppercase() + "\n", "{output:?}");
    }
    responder.end();
}

#[tokio::test]
async fn crossed_and_doubled_replies_are_told_from_the_right_one() {
    let port = broker();
    let (responder, mut notices) = by_hand(&port, "/request").await;
    let requester = client(&["request", "-p", &port, "-m", QUESTION]).spawn().unwrap();
    let asked: Value = serde_json::from_slice(&next(&mut notices).await.payload).unwrap();
    assert_eq!(asked["body"], QUESTION);
    let number = asked["requestId"].as_u64().unwrap();
    let topic = format!("/response/{number}");
    let crossed = json!({"body": "CROSSED", "requestId": number + 1}).to_string();
    let right = json!({"body": "RIGHT", "requestId": number}).to_string();
    for reply in ["no JSON", &crossed, &right, &right] {
        publish(&responder, &topic, reply).await;
    }
    let output = requester.wait_with_output().unwrap();
    let said = text(&output.stderr);
    let (code, printed) = (output.status.code(), text(&output.stdout));
    assert_eq!((code, &*printed), (Some(0), "RIGHT\n"), "{said}");
    assert!(said.contains(&format!("{topic} is no reply: it is not JSON with a text")), "{said}");
    let other = format!("{topic} is the reply to another request: its requestId is {}", number + 1);
    assert!(said.contains(&other), "{said}");
}

#[tokio::test]
async fn a_request_that_comes_twice_is_answered_twice_and_what_is_none_is_left() {
    let port = broker();
    let responder = Subscriber::start(&["respond", "-p", &port, "-q", "1", "-C", "2"]);
    let (requester, mut notices) = by_hand(&port, "/response/#").await;
    let asked = json!({"body": "größer", "requestId": 7}).to_string();
    for payload in ["no JSON", r##"{"body": "x", "requestId": "#"}"##, &asked, &asked] {
        publish(&requester, "/request", payload).await;
    }
    for _ in 0..2 {
        let reply = next(&mut notices).await;
        assert_eq!(&*reply.topic, "/response/7");
        let expected = json!({"body": "GRÖSSER", "requestId": 7}); // ß is two letters in upper case
        assert_eq!(serde_json::from_slice::<Value>(&reply.payload).unwrap(), expected);
    }
    let (printed, said) = responder.end();
    assert_eq!(printed, "7 größer\n7 größer\n");
    assert_eq!(said.matches("what came on /request is no request").count(), 2, "{said}");
}

#[test]
fn a_reply_that_does_not_come_is_told_with_what_to_do() {
    let port = broker();
    let output = request(&port, &["--timeout", "0.05", "-t", "nobody/home"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), String::new()));
    let said = text(&output.stderr);
    assert!(said.starts_with("client: no reply came on /response/"), "{said}");
    assert!(said.contains(" within 0.05 s"), "{said}");
    assert!(said.ends_with("`client respond -t nobody/home` starts one\n"), "{said}");
}

#[test]
fn topics_and_times_that_cannot_be_are_wrong_usage() {
    for arguments in [
        &["request", "-m", "x", "-t", "a/#"][..],
        &["request", "-m", "x", "--response", "a/+"],
        &["request", "-m", "x", "--timeout", "0"],
        &["request", "-m", "x", "--timeout", "-1"],
        &["request"],
        &["respond", "-t", ""],
        &["respond", "--response", "#"],
    ] {
        let output = client(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    }
}
