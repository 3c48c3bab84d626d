//! What has to be seen with each peer.

use crate::overheard::Overheard;
use crate::peer::Peer;
use crate::served::{self, Secured};

const PAOLO: [&str; 4] = ["--user", "paolo", "--password", "devday"];

pub(crate) fn messages_pass_at_each_qos(peer: Peer) {
    let port = served::plain();
    for granted in ["0", "1", "2"] {
        let topic = format!("granted/{granted}");
        let ask = ["--port", &port, "--id", "bob", "--topic", &topic, "--qos", granted];
        let mut bob = peer.subscribe(&[&ask[..], &["--count", "3"]].concat());
        bob.ready();
        for published in ["0", "1", "2"] {
            publish(peer, &["--port", &port, "--topic", &topic, "--qos", published]);
            let qos = published.min(granted);
            assert_eq!(bob.line(), Some(format!("0 {topic} hello {qos}")), "from {published}");
        }
        assert!(bob.rest().is_empty());
    }
}

pub(crate) fn a_retained_message_waits(peer: Peer) {
    let port = served::plain();
    publish(peer, &["--port", &port, "--topic", "lamp", "--qos", "1", "--retain"]);
    let ask = ["--port", &port, "--topic", "lamp", "--qos", "1", "--count", "1"];
    let lines = peer.subscribe(&ask).rest();
    assert!(lines.contains(&"1 lamp hello 1".to_owned()), "{lines:?}");
}

pub(crate) fn a_will_is_published(peer: Peer) {
    let port = served::plain();
    let ask = ["--port", &port, "--topic", "dead", "--qos", "1", "--count", "1", "--id", "bob"];
    let mut watcher = peer.subscribe(&ask);
    watcher.ready();
    let ask = ["--port", &port, "--topic", "never", "--qos", "0", "--count", "1", "--id", "alice"];
    let will = ["--will-topic", "dead", "--will-payload", "alice"];
    let mut mortal = peer.subscribe(&[&ask[..], &will].concat());
    mortal.ready();
    mortal.kill();
    assert_eq!(watcher.rest(), ["0 dead alice 1"]);
}

pub(crate) fn a_kept_session_gets_what_it_missed(peer: Peer) {
    let port = served::plain();
    let bob = ["--port", &port, "--id", "bob", "--keep", "--topic", "a", "--qos", "2", "--count"];
    assert_eq!(peer.subscribe(&[&bob[..], &["0"]].concat()).rest(), ["connected 0", "ready"]);
    for qos in ["1", "2"] {
        publish(peer, &["--port", &port, "--topic", "a", "--qos", qos]);
    }
    let mut lines = peer.subscribe(&[&bob[..], &["2"]].concat()).rest();
    // What was kept may come before the SUBACK, behind it, or be enough to end before it.
    lines.retain(|line| line != "ready");
    assert_eq!(lines, ["connected 1", "0 a hello 1", "0 a hello 2"]);
}

pub(crate) fn only_who_knows_the_password_comes_in(peer: Peer) {
    let port = served::with_password();
    let ask = ["--port", &port, "--topic", "a", "--qos", "1", "--message", "hello"];
    let wrong = ["--user", "paolo", "--password", "dayday"];
    for (who, printed) in [(&PAOLO[..], ""), (&wrong, "refused 4\n"), (&[], "refused 5\n")] {
        let answer = peer.publish(&[&ask[..], who].concat());
        assert_eq!(answer, (printed.is_empty(), printed.to_owned()), "{who:?}");
    }
}

/// Messages at each QoS, sessions that are kept, large payloads, retained messages, a will and a take-over:
/// the traffic of this peer and of the broker on this port keeps every rule.
pub(crate) fn no_rule_is_broken(peer: Peer, port: &str) {
    let overheard = Overheard::before(port);
    for qos in ["0", "1", "2"] {
        messages_pass(peer, &overheard.port, qos);
    }
    a_will_and_a_take_over(peer, &overheard.port);
    let (told, summary) = overheard.breaches(peer.breaks());
    assert_eq!(told, "", "{summary}");
    assert!(summary.packets > 150, "{summary}");
}

/// To one subscriber who is there, and to one who comes back, both at this QoS.
fn messages_pass(peer: Peer, port: &str, qos: &str) {
    let large = "x".repeat(LARGE);
    let ask = ["--port", port, "--topic", "home/#", "--qos", qos, "--id", "bob", "--count", "4"];
    let mut bob = peer.subscribe(&ask);
    bob.ready();
    let name = format!("carol{qos}"); // what she has not acknowledged would come again
    let carol = ["--port", port, "--id", &name, "--keep", "--topic", "home/a", "--qos", qos];
    let gets = |count| peer.subscribe(&[&carol[..], &["--count", count]].concat());
    gets("0").rest();
    for (published, message) in [("0", "a"), ("1", "b"), ("2", "c"), ("2", &*large)] {
        let pass = ["--port", port, "--topic", "home/a", "--qos", published];
        let sent = peer.publish(&[&pass[..], &["--message", message]].concat());
        assert!(sent.0, "{sent:?}");
        assert!(bob.line().is_some(), "bob gets each of them");
    }
    bob.rest();
    if qos != "0" {
        gets("3").rest(); // what was published above QoS 0 has waited
    }
}

fn a_will_and_a_take_over(peer: Peer, port: &str) {
    let ask = ["--port", port, "--count", "1", "--qos", "1", "--topic"];
    let asks = |more: &[&str]| peer.subscribe(&[&ask[..], more].concat());
    publish(peer, &["--port", port, "--topic", "lamp", "--qos", "1", "--retain"]);
    asks(&["lamp", "--id", "dora"]).rest();

    let mut watcher = asks(&["dead", "--id", "erna"]);
    watcher.ready();
    let mut mortal =
        asks(&["never", "--id", "fred", "--will-topic", "dead", "--will-payload", "fred"]);
    mortal.ready();
    mortal.kill();
    watcher.rest();

    let mut first = asks(&["taken", "--id", "gina"]);
    first.ready();
    let mut second = asks(&["taken", "--id", "gina"]);
    second.ready();
    first.kill(); // it may want to come back
    publish(peer, &["--port", port, "--topic", "taken", "--qos", "1"]);
    assert!(second.rest().iter().any(|line| line.contains("hello")));
}

/// More than a segment holds.
const LARGE: usize = 100_000;

pub(crate) fn messages_pass_over_tls_where_the_authority_is_trusted(peer: Peer) {
    let Secured { port, trusted, stranger } = served::secured();
    let [trusted, stranger] = [&trusted, &stranger].map(|file| file.path().to_str().unwrap());
    let ask = |cafile| {
        let ask = ["--port", &*port, "--cafile", cafile, "--topic", "a", "--qos", "2"];
        [&ask[..], &PAOLO].concat()
    };
    let mut bob = peer.subscribe(&[&ask(trusted)[..], &["--id", "bob", "--count", "1"]].concat());
    bob.ready();
    let (is_sent, printed) = peer.publish(&[&ask(stranger)[..], &["--message", "no"]].concat());
    assert!(!is_sent && printed.is_empty(), "it has to refuse the broker: {printed}");
    publish(peer, &ask(trusted));
    assert_eq!(bob.rest(), ["0 a hello 2"]);
}

/// Publishes `hello`, which has to go well.
fn publish(peer: Peer, arguments: &[&str]) {
    let answer = peer.publish(&[arguments, &["--message", "hello"]].concat());
    assert_eq!(answer, (true, String::new()), "{arguments:?}");
}
