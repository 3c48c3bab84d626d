//! The scenario tls, as it is played over real TLS: what it tells of those who look in from outside.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::sync::{Arc, Mutex};

use lab::{Audience, Lab, Scenario};
use tap::{Record, Tap};

/// Hears the words between the packets.
#[derive(Default)]
struct Listener(Mutex<Vec<String>>);

impl Tap for Listener {
    fn record(&self, _record: Record) {}
}

impl Audience for Listener {
    fn hear(&self, paragraph: &str) {
        self.0.lock().unwrap().push(paragraph.to_owned());
    }

    fn conclude(&self, _remember: &str) {}
}

/// The lines of a handshake, direction by direction: the tickets of the broker and the CONNECT of the
/// client cross each other. Its sizes are left out: those of signatures differ.
fn in_order(paragraph: &str) -> String {
    let mut lines: Vec<_> = paragraph.lines().map(without_size).collect();
    lines.sort_by_key(|line| line.contains('◀'));
    lines.join("\n")
}

fn without_size(line: &str) -> String {
    match line.split_once("  TLS 1.") {
        Some((before, after)) => {
            let (version, rest) = after.split_at(1);
            let rest = rest.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}  TLS 1.{version}  N{rest}")
        }
        None => line.to_owned(),
    }
}

#[test]
fn the_words_between_the_packets() {
    let listener = Arc::new(Listener::default());
    let mut lab = Lab::on_tcp(listener.clone()).unwrap();
    lab.play(Scenario::named("tls").unwrap()).unwrap();
    let mut paragraphs = std::mem::take(&mut *listener.0.lock().unwrap());
    let handshake = &mut paragraphs[1];
    *handshake = in_order(handshake);
    insta::assert_snapshot!(paragraphs.join("\n\n"));
}
