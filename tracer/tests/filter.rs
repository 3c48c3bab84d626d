//! Filters: what they let through of a conversation, and what they say to who writes them wrong.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod common;

use std::sync::Arc;

use bytes::Bytes;
use common::{bytes, each_type, passes, record};
use proptest::prelude::*;
use tap::{Direction, Record, Side, What};
use tracer::{Conversation, Entry, Filter, Sieve, names};
use wire::{PacketType, TopicFilter};

/// A packet of each type from alice, a PINGREQ and a broken one from bob, and facts about both.
fn conversation() -> Vec<Record> {
    let opened = |client: &str| What::Opened { client_name: Some(Arc::from(client)) };
    let mut records = vec![record(0, 1, opened("alice")), record(0, 2, opened("bob"))];
    for (_, packet) in each_type() {
        records.push(passes(1, 1, Direction::ToServer, bytes(packet)));
    }
    records.push(passes(2, 2, Direction::ToServer, Bytes::from_static(b"\xc0\x00")));
    records.push(passes(2, 2, Direction::ToClient, Bytes::from_static(b"\xd1\x00")));
    records.push(record(3, 2, What::Event("bob is asleep".to_owned())));
    records.push(record(4, 1, What::Closed { by: Side::Client }));
    records.push(Record { connection: None, ..record(5, 1, What::Event("all gone".to_owned())) });
    records
}

/// What passes: the types of packets, and the texts of events.
fn passing(filter: &Filter) -> Vec<String> {
    let mut conversation_ = Conversation::default();
    let mut passed = Vec::new();
    for record in conversation() {
        let Some(entry) = conversation_.add(record) else { continue };
        if filter.passes(&entry) {
            passed.push(match entry {
                Entry::Packet(seen) => {
                    let packet_type = PacketType::of_first_byte(seen.bytes[0]).unwrap();
                    format!("{} of {}", packet_type.name(), seen.client)
                }
                Entry::Event(event) => event.text,
            });
        }
    }
    passed
}

fn filtered(text: &str) -> Vec<String> {
    passing(&text.parse().unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn fields_are_compared_as_numbers_text_and_bytes() {
    for (filter, expected) in [
        ("mqtt.msgtype == 3", "PUBLISH"),
        ("mqtt.msgtype == PUBLISH", "PUBLISH"),
        ("mqtt.msgtype eq 0x3 and mqtt.qos ge 1", "PUBLISH"),
        ("mqtt.qos > 0 && mqtt.dupflag == false", "PUBLISH"),
        ("packet_type == connack", "CONNACK"),
        ("mqtt.topic == \"home/kitchen/temperature\"", "PUBLISH"),
        ("mqtt.topic contains '$SYS'", "SUBSCRIBE"),
        ("mqtt.topic matches \"^HOME/k.*e$\"", "PUBLISH"),
        ("mqtt.topic ~ \"SYS/#$\"", "SUBSCRIBE"),
        ("mqtt.msg == 32:31:2e:35", "PUBLISH"),
        ("mqtt.msg contains \"1.5\"", "PUBLISH"),
        ("mqtt.msg matches \"^[0-9.]+$\"", "PUBLISH"),
        ("len(mqtt.msg) == 4", "PUBLISH"),
        ("mqtt.willtopic", "CONNECT"),
        ("mqtt.kalive < 61 && mqtt.kalive > 59", "CONNECT"),
        ("mqtt.suback.qos == 128", "SUBACK"),
        ("type == SUBACK", "SUBACK"),
        ("size > 30 && mqtt.sub.qos", "SUBSCRIBE"),
    ] {
        let alone = format!("client == alice && ({filter})");
        assert_eq!(filtered(&alone), [format!("{expected} of alice")], "{filter}");
    }
}

#[test]
fn what_a_packet_has_not_is_neither_equal_nor_unequal() {
    assert_eq!(filtered("mqtt.qos != 0"), ["PUBLISH of alice"]);
    let not = filtered("!(mqtt.qos == 1)");
    assert_eq!(not.len(), 15, "{not:?}");
    // A SUBSCRIBE has two topics: one of them is equal, so not all are unequal.
    assert_eq!(filtered("type == SUBSCRIBE && mqtt.topic != \"$SYS/#\""), [""; 0]);
    assert_eq!(filtered("type == SUBSCRIBE && mqtt.topic != \"x\""), ["SUBSCRIBE of alice"]);
}

#[test]
fn the_broken_rule_can_be_asked_for() {
    assert_eq!(filtered("malformed"), ["PINGRESP of bob"]);
    assert_eq!(filtered("malformed == \"MQTT-2.2.2-2\""), ["PINGRESP of bob"]);
    assert_eq!(filtered("client == bob && !malformed"), ["PINGREQ of bob"]);
}

#[test]
fn and_binds_more_strongly_than_or_and_not_more_strongly_than_both() {
    let pings = ["PINGREQ of alice", "PINGREQ of bob"];
    assert_eq!(filtered("number == 99 && malformed || type == PINGREQ"), pings);
    assert_eq!(filtered("type == PINGREQ || malformed && number == 99"), pings);
    assert_eq!(filtered("! malformed && type == PINGREQ"), pings);
    assert_eq!(filtered("!!(type == PINGREQ)"), pings);
}

#[test]
fn an_event_passes_where_its_client_decides() {
    let of_bob = ["PINGREQ of bob", "PINGRESP of bob", "bob is asleep"];
    assert_eq!(filtered("client == bob"), of_bob);
    assert_eq!(filtered("stream == 1"), of_bob);
    assert_eq!(filtered("client == bob || mqtt.qos == 1")[1..], of_bob);
    assert_eq!(filtered("client == bob && mqtt.msgtype == PINGREQ"), ["PINGREQ of bob"]);
    assert_eq!(passing(&Filter::clients(["bob"])), of_bob);
    assert_eq!(passing(&Filter::default()).len(), conversation().len() - 2);
}

#[test]
fn the_short_forms_are_filters_too() {
    let topic = |text: &str| TopicFilter::try_from(text).unwrap();
    assert_eq!(
        passing(&Filter::topics([topic("home/#")])),
        ["CONNECT of alice", "PUBLISH of alice", "UNSUBSCRIBE of alice"],
        "the will, the message, and who asks for just that"
    );
    let types = Filter::types([PacketType::Pingreq, PacketType::Connect]);
    assert_eq!(passing(&types.clone().and(Filter::clients(["bob", "eve"]))), ["PINGREQ of bob"]);
    assert_eq!(passing(&types).len(), 3);
}

#[test]
fn a_second_connection_of_a_client_is_still_its_own() {
    let connect = bytes(common::connect());
    let mut conversation = Conversation::default();
    let filter = Filter::clients(["alice"]);
    for client in [1, 2] {
        let record = passes(0, client, Direction::ToServer, connect.clone());
        assert!(filter.passes(&conversation.add(record).unwrap()), "{client}");
    }
}

#[test]
fn a_sieve_keeps_connections_whole() {
    let mut sieve = Sieve::new("mqtt.msgtype == PUBLISH".parse().unwrap());
    let mut passed = Vec::new();
    for record in conversation() {
        sieve
            .put(&record, |record, note| {
                passed.push((record.what.clone(), note.comment.clone()));
                Ok(())
            })
            .unwrap();
    }
    let comments: Vec<_> = passed.iter().map(|(_, comment)| comment.as_str()).collect();
    let said = "PUBLISH alice → broker: home/kitchen/temperature, QoS 1, identifier 10, \"21.5\"";
    assert_eq!(comments, ["", said, ""]);
    assert!(matches!(passed[0].0, What::Opened { .. }));
    assert!(matches!(passed[2].0, What::Closed { by: Side::Client }));
}

#[test]
fn errors_say_where_and_what_would_do() {
    let wrong = [
        "",
        "mqtt.qqs > 0",
        "xyz",
        "mqtt.qos = 1",
        "mqtt.qos == ",
        "mqtt.qos == \"1\"",
        "mqtt.qos contains \"1\"",
        "mqtt.topic == 1",
        "mqtt.topic == mqtt.msg",
        "mqtt.topic matches \"a(\"",
        "mqtt.topic == \"a",
        "mqtt.msgtype == PUBLISHED",
        "mqtt.msgtype == PUBLISH mqtt.qos > 0",
        "(mqtt.qos > 0 || mqtt.retain",
        "mqtt.qos > 0)",
        "mqtt.qos > 0 &&",
        "3 == mqtt.msgtype",
        "mqtt.hdrflags & 6",
        "mqtt.topic == \"ä\" && €",
    ];
    let told = wrong.map(|text| text.parse::<Filter>().unwrap_err().to_string());
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn nobody_nests_without_end() {
    let deep = "!".repeat(100_000) + "malformed";
    assert!(deep.parse::<Filter>().unwrap_err().to_string().contains("nested too deep"));
}

proptest! {
    /// Whatever is typed is a filter or an error that can be shown.
    #[test]
    fn any_text_is_read_without_a_panic(text in "[a-z.= !&|()\"'~<>0-9:ä\\\\]{0,40}") {
        if let Err(error) = text.parse::<Filter>() {
            prop_assert!(error.column() <= text.chars().count() + 1);
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

#[test]
fn every_name_is_a_question_that_all_packets_can_be_asked() {
    let filters: Vec<Filter> =
        names().iter().map(|name| format!("{name} || !({name})").parse().unwrap()).collect();
    for record in conversation() {
        let mut conversation = Conversation::default();
        let Some(Entry::Packet(seen)) = conversation.add(record) else { continue };
        let entry = Entry::Packet(seen);
        assert!(filters.iter().all(|filter| filter.passes(&entry)), "{entry:?}");
    }
}
