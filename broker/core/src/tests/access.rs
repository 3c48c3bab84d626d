//! Who may connect, publish and subscribe, as [`Access`] answers.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use wire::{
    Connect, ConnectReturnCode, Credentials, Packet, Qos, Suback, SubackReturnCode, Text,
    TopicFilter, TopicName,
};

use super::{World, clean, connack, number, puback, publish, subscribe, will};
use crate::{Access, Admission, Configuration, Output, Who};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Doorkeeper;

impl Access for Doorkeeper {
    fn connect(&self, identifier: &Text, credentials: Option<&Credentials>) -> Admission {
        match credentials {
            _ if identifier.as_str() == "mallory" => Admission::NotAuthorized,
            Some(Credentials { password: Some(password), .. }) if password == "secret" => {
                Admission::Allowed
            }
            _ => Admission::BadUserNameOrPassword,
        }
    }

    fn take_over(&self, _: Who<'_>, owner: Option<&Text>) -> bool {
        owner.is_none()
    }

    fn publish(&self, who: Who<'_>, topic: &TopicName) -> bool {
        who.user_name.is_some_and(|user| topic.levels().next() == Some(user.as_str()))
    }

    fn subscribe(&self, _: Who<'_>, topic_filter: &TopicFilter) -> bool {
        &**topic_filter != "#"
    }
}

fn guarded() -> World {
    World::with(Configuration { access: Arc::new(Doorkeeper), ..Configuration::default() })
}

fn user(name: &str, password: &'static str) -> Connect {
    let credentials = Credentials {
        user_name: Text::try_from(name).unwrap(),
        password: Some(Bytes::from_static(password.as_bytes())),
    };
    Connect { credentials: Some(credentials), ..clean(name) }
}

#[test]
fn wrong_credentials_get_code_4_and_strangers_code_5() {
    let refused = [
        (clean("alice"), ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD),
        (user("alice", "guess"), ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD),
        (user("mallory", "secret"), ConnectReturnCode::NOT_AUTHORIZED),
    ];
    let mut world = guarded();
    for (connect, code) in refused {
        let id = world.open();
        world.send(id, Packet::from(connect));
        assert_eq!(world.outputs(), [Output::Send(id, connack(false, code)), Output::Close(id)]);
    }
    world.client(user("alice", "secret"));
}

#[test]
fn a_refusal_changes_nothing_about_the_session_mqtt_3_1_4_3_and_tells_of_none_mqtt_3_2_2_4() {
    let mut world = guarded();
    let kept = |password| Connect { clean_session: false, ..user("alice", password) };
    let alice = world.client(kept("secret"));
    world.subscribe(alice, "a", Qos::AtMostOnce);
    world.cut(alice);
    for refused in [kept("guess"), user("alice", "guess")] {
        let id = world.open();
        world.send(id, refused);
        let refusal = connack(false, ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD);
        assert_eq!(world.packets(id), [refusal]);
    }
    for (connect, session_present) in
        [(kept("secret"), true), (user("alice", "secret"), false), (kept("secret"), false)]
    {
        let id = world.open();
        world.send(id, connect);
        let accepted = connack(session_present, ConnectReturnCode::ACCEPTED);
        assert_eq!(world.packets(id), [accepted]);
        world.cut(id);
    }
}

#[test]
fn a_publish_without_permission_is_acknowledged_and_dropped_mqtt_3_3_5_2() {
    let mut world = guarded();
    let alice = world.client(user("alice", "secret"));
    world.subscribe(alice, "+/x", Qos::AtMostOnce);
    world.send(alice, publish("bob/x", "1", Qos::AtLeastOnce));
    assert_eq!(world.packets(alice), [puback(9)]);
    assert_eq!(world.events(), ["message of alice dropped: it may not publish on bob/x"]);
    world.send(alice, publish("alice/x", "2", Qos::AtMostOnce));
    assert_eq!(world.messages(alice), ["alice/x 2 0"]);
}

#[test]
fn a_will_without_permission_is_not_published() {
    let mut world = guarded();
    let bob = world.client(user("bob", "secret"));
    world.subscribe(bob, "+/x", Qos::AtMostOnce);
    let will = Some(will("bob/x", Qos::AtMostOnce, false));
    let alice = world.client(Connect { will, ..user("alice", "secret") });
    world.cut(alice);
    assert_eq!(world.packets(bob), []);
}

#[test]
fn a_filter_without_permission_gets_0x80_mqtt_3_8_4_5_mqtt_3_9_3_2() {
    let mut world = guarded();
    let alice = world.client(user("alice", "secret"));
    world.send(alice, subscribe(3, &[("a", Qos::ExactlyOnce), ("#", Qos::AtMostOnce)]));
    let return_codes = vec![SubackReturnCode::Granted(Qos::ExactlyOnce), SubackReturnCode::Failure];
    let suback = Suback { packet_identifier: number(3), return_codes };
    assert_eq!(world.packets(alice), [Packet::Suback(suback)]);
    assert_eq!(world.events(), ["Topic Filter of alice refused: it may not subscribe to #"]);
    world.send(alice, publish("alice/x", "2", Qos::AtMostOnce));
    assert_eq!(world.messages(alice), Vec::<String>::new());
}

#[test]
fn credentials_that_were_examined_before_decide_mqtt_3_1_4_2() {
    let answers = [
        (Admission::Allowed, ConnectReturnCode::ACCEPTED),
        (Admission::BadUserNameOrPassword, ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD),
        (Admission::NotAuthorized, ConnectReturnCode::NOT_AUTHORIZED),
    ];
    for (admission, code) in answers {
        let mut world = World::new();
        let id = world.open();
        world.examined(id, user("alice", "secret"), admission);
        assert_eq!(world.packets(id), [connack(false, code)]);
        assert_eq!(world.is_closed(id), admission != Admission::Allowed);
    }
}

#[test]
fn what_was_examined_before_does_not_overrule_access() {
    let mut world = guarded();
    let id = world.open();
    world.examined(id, user("mallory", "secret"), Admission::Allowed);
    assert_eq!(world.packets(id), [connack(false, ConnectReturnCode::NOT_AUTHORIZED)]);
}

#[test]
fn a_connection_that_was_closed_while_its_connect_was_examined_stays_closed() {
    let mut world = World::new();
    let id = world.open();
    world.wait(10 * SECOND);
    assert!(world.is_closed(id));
    world.outputs();
    world.examined(id, user("alice", "secret"), Admission::Allowed);
    assert_eq!(world.outputs(), []);
}

#[test]
fn a_session_is_not_taken_over_from_another_user() {
    let mut world = guarded();
    let alice = world.client(Connect { clean_session: false, ..user("alice", "secret") });
    let intruder =
        Connect { client_identifier: Text::try_from("alice").unwrap(), ..user("bob", "secret") };
    let id = world.open();
    world.send(id, Packet::from(intruder));
    assert_eq!(world.packets(id), [connack(false, ConnectReturnCode::NOT_AUTHORIZED)]);
    assert_eq!(world.events(), ["alice refused: the session of this name belongs to another user"]);
    assert!(!world.is_closed(alice), "she stays connected");
    world.client(Connect { clean_session: false, ..user("alice", "secret") });
    assert!(world.is_closed(alice), "she takes over from herself");
}
