//! Other people's clients against the lab's broker, and once against mosquitto: each test for each of them.
//!
//! ```text
//!   suite: what is to be seen ── Peer: a program that plays ──▶ the broker, over TCP and TLS
//! ```
//!
//! `README.md` tells what the programs have in common, and how they are installed.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod overheard;
mod peer;
mod served;
mod suite;

/// The tests of one peer.
macro_rules! tests_of {
    ($name:ident, $needs:literal, $needs_mosquitto:literal) => {
        mod $name {
            use mosquitto::Mosquitto;

            use crate::peer::Peer;
            use crate::{served, suite};

            const PEER: Peer = Peer::$name;

            #[test]
            #[ignore = $needs]
            fn messages_pass_at_each_qos() {
                suite::messages_pass_at_each_qos(PEER);
            }

            #[test]
            #[ignore = $needs]
            fn a_retained_message_waits() {
                suite::a_retained_message_waits(PEER);
            }

            #[test]
            #[ignore = $needs]
            fn a_will_is_published() {
                suite::a_will_is_published(PEER);
            }

            #[test]
            #[ignore = $needs]
            fn a_kept_session_gets_what_it_missed() {
                suite::a_kept_session_gets_what_it_missed(PEER);
            }

            #[test]
            #[ignore = $needs]
            fn only_who_knows_the_password_comes_in() {
                suite::only_who_knows_the_password_comes_in(PEER);
            }

            #[test]
            #[ignore = $needs]
            fn it_breaks_no_rule_and_neither_does_the_broker() {
                suite::no_rule_is_broken(PEER, &served::plain());
            }

            #[test]
            #[ignore = $needs_mosquitto]
            fn it_breaks_no_rule_and_neither_does_mosquitto() {
                let mosquitto = Mosquitto::start();
                suite::no_rule_is_broken(PEER, &mosquitto.port().to_string());
            }

            #[test]
            #[ignore = $needs]
            fn messages_pass_over_tls_where_the_authority_is_trusted() {
                suite::messages_pass_over_tls_where_the_authority_is_trusted(PEER);
            }
        }
    };
}

tests_of!(paho, "needs paho-mqtt", "needs paho-mqtt and mosquitto");
tests_of!(mqtt_js, "needs mqtt for Node", "needs mqtt for Node and mosquitto");
tests_of!(rumqttc, "needs rumqttc, which builds long", "needs rumqttc and mosquitto");
