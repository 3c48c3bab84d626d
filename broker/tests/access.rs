//! Who may come in, and what each may do, over real TCP.
#![cfg(feature = "passwords")]
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use broker::{Authentication, Permissions, Refusal, Settings};
use broker_core::Configuration;
use support::{Running, connect, connect_as, publish, subscribe};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use wire::Credentials;

const LET_IN: &[u8] = b"\x20\x02\0\0";
const BAD_USER_NAME_OR_PASSWORD: &[u8] = b"\x20\x02\0\x04";
const NOT_AUTHORIZED: &[u8] = b"\x20\x02\0\x05";

async fn with_users(allow_anonymous: bool) -> Running {
    let mut passwords = broker::Passwords::default();
    passwords.allow_anonymous = allow_anonymous;
    passwords.insert("paolo", b"devday", std::num::NonZeroU32::MIN).unwrap();
    let authentication: Option<Arc<dyn Authentication>> = Some(Arc::new(passwords));
    Running::with(Settings { authentication, ..Settings::default() }).await
}

#[tokio::test]
async fn who_knows_a_password_comes_in_and_others_are_told_4_or_5() {
    let broker = with_users(false).await;
    let refused = [
        (connect("a"), NOT_AUTHORIZED, "a refused: it has no User Name"),
        (connect_as("b", "paolo", "guess"), BAD_USER_NAME_OR_PASSWORD, "b refused: the Password"),
        (
            connect_as("c", "eve", "devday"),
            BAD_USER_NAME_OR_PASSWORD,
            "c refused: there is no user",
        ),
    ];
    for (connect, answer, event) in refused {
        let mut client = broker.client().await;
        client.send(&connect).await;
        client.expect(answer).await;
        client.expect_closed().await;
        broker.until_event(event).await;
    }
    let mut paolo = broker.client().await;
    paolo.send(&[connect_as("laptop", "paolo", "devday"), subscribe("a", 0)].concat()).await;
    paolo.expect(&[LET_IN, b"\x90\x03\0\x01\0"].concat()).await;
    paolo.send(&[&publish("a", b"1")[..], b"\xc0\0"].concat()).await;
    paolo.expect(b"\x30\x04\0\x01a1\xd0\0").await;
}

#[tokio::test]
async fn anonymous_clients_may_be_let_in_beside_users() {
    let broker = with_users(true).await;
    broker.connected("anonymous").await.ping().await;
    let mut liar = broker.client().await;
    liar.send(&connect_as("liar", "paolo", "guess")).await;
    liar.expect(BAD_USER_NAME_OR_PASSWORD).await;
    liar.expect_closed().await;
}

#[tokio::test]
async fn without_authentication_every_user_name_is_taken_at_its_word() {
    let broker = Running::start().await;
    let mut anybody = broker.client().await;
    anybody.send(&connect_as("a", "anybody", "anything")).await;
    anybody.expect(LET_IN).await;
}

/// Begins an examination when asked, and ends it when told so.
#[derive(Debug)]
struct Slow {
    begun: UnboundedSender<()>,
    answers: Mutex<Receiver<Result<(), Refusal>>>,
}

impl Slow {
    fn new() -> (Self, UnboundedReceiver<()>, Sender<Result<(), Refusal>>) {
        let ((begun, seen), (answer, answers)) = (unbounded_channel(), channel());
        (Self { begun, answers: Mutex::new(answers) }, seen, answer)
    }
}

impl Authentication for Slow {
    fn authenticate(&self, credentials: Option<&Credentials>) -> Result<(), Refusal> {
        if credentials.is_none() {
            return Ok(());
        }
        self.begun.send(()).unwrap();
        self.answers.lock().unwrap().recv().unwrap()
    }
}

#[tokio::test]
async fn nobody_waits_for_the_password_of_another() {
    let (slow, mut begun, answer) = Slow::new();
    let settings = Settings { authentication: Some(Arc::new(slow)), ..Settings::default() };
    let broker = Running::with(settings).await;
    let mut alice = broker.connected("alice").await;
    let mut paolo = broker.client().await;
    paolo.send(&[&connect_as("laptop", "paolo", "devday")[..], b"\xc0\0"].concat()).await;
    begun.recv().await.unwrap();
    alice.ping().await;
    broker.connected("bob").await.ping().await;
    answer.send(Ok(())).unwrap();
    paolo.expect(&[LET_IN, b"\xd0\0"].concat()).await;
}

#[tokio::test]
async fn a_client_whose_password_takes_too_long_is_closed_as_one_without_connect() {
    let (slow, _begun, answer) = Slow::new();
    let connect_timeout = Duration::from_millis(200);
    let settings = Settings {
        authentication: Some(Arc::new(slow)),
        configuration: Configuration { connect_timeout, ..Configuration::default() },
        ..Settings::default()
    };
    let broker = Running::with(settings).await;
    let mut paolo = broker.client().await;
    paolo.send(&connect_as("laptop", "paolo", "devday")).await;
    paolo.expect_closed().await;
    answer.send(Ok(())).unwrap();
    broker.connected("bob").await.ping().await;
}

async fn permitted(permissions: &str) -> Running {
    let permissions: Permissions = permissions.parse().unwrap();
    let configuration = Configuration { access: Arc::new(permissions), ..Configuration::default() };
    Running::with(Settings { configuration, ..Settings::default() }).await
}

#[tokio::test]
async fn a_filter_that_is_not_permitted_gets_0x80_mqtt_3_9_3_2() {
    let broker = permitted("* subscribe public/#\n* publish public/news").await;
    let mut alice = broker.connected("alice").await;
    for (filter, answer) in [("public/+", 0), ("public", 1), ("#", 0x80), ("+/news", 0x80)] {
        alice.send(&subscribe(filter, answer & 1)).await;
        alice.expect(&[b"\x90\x03\0\x01", &[answer][..]].concat()).await;
    }
    broker.until_event("Topic Filter of alice refused: it may not subscribe to +/news").await;
}

#[tokio::test]
async fn a_message_that_is_not_permitted_is_acknowledged_and_dropped_mqtt_3_3_5_2() {
    let broker = permitted("* subscribe #\n* publish public/news").await;
    let mut bob = broker.connected("bob").await;
    bob.send(&subscribe("#", 0)).await;
    bob.expect(b"\x90\x03\0\x01\0").await;
    let mut alice = broker.connected("alice").await;
    alice.send(b"\x32\x0a\0\x05other\0\x07x").await;
    alice.expect(b"\x40\x02\0\x07").await;
    broker.until_event("message of alice dropped: it may not publish on other").await;
    let news = publish("public/news", b"x");
    alice.send(&news).await;
    bob.expect(&news).await;
}
