//! The store of the `broker` command: what is there again after a stop, and what it refuses to open.
#![cfg(all(unix, feature = "store"))]
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use support::process::Process;
use support::session::Connection;
use tempfile::TempDir;
use wire::{
    Connect, Delivery, Packet, PacketIdentifier, Puback, Pubcomp, Publish, Pubrec, Pubrel, Qos,
    Text, TopicName, Version, Will,
};

const SEVEN: PacketIdentifier = PacketIdentifier::new(7).unwrap();

fn publish(topic: &str, payload: &'static str, qos: Qos, retain: bool) -> Publish {
    Publish {
        delivery: Delivery::new(qos, Some(SEVEN), false).unwrap(),
        retain,
        topic: TopicName::try_from(topic).unwrap(),
        payload: Bytes::from_static(payload.as_bytes()),
    }
}

/// Publishes at QoS 1 and waits for its acknowledgement.
fn publish_and_wait(connection: &mut Connection, publish: Publish) {
    connection.send(publish).unwrap();
    assert_eq!(connection.next().unwrap(), Puback { packet_identifier: SEVEN }.into());
}

/// Everything is there again, in whatever way the first broker ends.
fn all_is_there_again(arguments: &[&str], end: fn(Process)) {
    let folder = tempfile::tempdir().unwrap();
    let broker = Process::start(folder.path(), arguments);
    let (mut kitchen, present) = Connection::open(broker.address, "kitchen", false).unwrap();
    assert!(!present);
    kitchen.subscribe("a/#", Qos::ExactlyOnce).unwrap();
    let (mut alice, _) = Connection::open(broker.address, "alice", false).unwrap();
    // One message that kitchen gets and does not acknowledge, one that it does not even read.
    publish_and_wait(&mut alice, publish("a/1", "sent", Qos::AtLeastOnce, false));
    let sent = kitchen.message();
    kitchen.send(wire::Disconnect).unwrap();
    kitchen.next().unwrap_err();
    publish_and_wait(&mut alice, publish("a/2", "waits", Qos::AtLeastOnce, false));
    publish_and_wait(&mut alice, publish("b", "retained", Qos::AtLeastOnce, true));
    // And one at QoS 2 that is half received.
    alice.send(publish("a/3", "half", Qos::ExactlyOnce, false)).unwrap();
    assert_eq!(alice.next().unwrap(), Pubrec { packet_identifier: SEVEN }.into());
    end(broker);

    let broker = Process::start(folder.path(), arguments);
    let (mut kitchen, present) = Connection::open(broker.address, "kitchen", false).unwrap();
    assert!(present, "the session goes on");
    let again = kitchen.message();
    assert!(again.delivery.dup(), "{again:?}");
    assert_eq!(again.delivery.packet_identifier(), sent.delivery.packet_identifier());
    assert_eq!(again.payload, "sent");
    let (second, third) = (kitchen.message(), kitchen.message());
    assert_eq!((&second.payload[..], &third.payload[..]), (&b"waits"[..], &b"half"[..]));
    assert!(!second.delivery.dup() && !third.delivery.dup());

    let (mut alice, present) = Connection::open(broker.address, "alice", false).unwrap();
    assert!(present);
    alice.send(publish("a/3", "half", Qos::ExactlyOnce, false)).unwrap();
    assert_eq!(alice.next().unwrap(), Pubrec { packet_identifier: SEVEN }.into());
    alice.send(Pubrel { packet_identifier: SEVEN }).unwrap();
    assert_eq!(alice.next().unwrap(), Pubcomp { packet_identifier: SEVEN }.into());
    publish_and_wait(&mut alice, publish("a/4", "new", Qos::AtLeastOnce, false));
    assert_eq!(kitchen.message().payload, "new", "and half did not come twice");

    let (mut late, _) = Connection::open(broker.address, "late", true).unwrap();
    late.subscribe("b", Qos::AtLeastOnce).unwrap();
    let retained = late.message();
    assert!(retained.retain, "it came late [MQTT-3.3.1-8]");
    assert_eq!(retained.payload, "retained");
}

fn stop(broker: Process) {
    let ended = broker.stop();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.log);
}

fn kill(broker: Process) {
    broker.kill();
}

#[test]
fn all_is_there_again_after_a_stop() {
    all_is_there_again(&[], stop);
}

#[test]
fn all_is_there_again_after_a_kill() {
    all_is_there_again(&[], kill);
}

#[test]
fn all_is_there_again_where_the_disk_is_waited_for() {
    all_is_there_again(&["--store-sync"], kill);
}

#[test]
fn a_will_is_published_when_the_broker_runs_again_and_once() {
    for end in [stop, kill] {
        let folder = tempfile::tempdir().unwrap();
        let broker = Process::start(folder.path(), &[]);
        let (mut kitchen, _) = Connection::open(broker.address, "kitchen", false).unwrap();
        kitchen.subscribe("will", Qos::AtLeastOnce).unwrap();
        let connect = Connect {
            version: Version::V3_1_1,
            clean_session: true,
            keep_alive: 0,
            client_identifier: Text::try_from("alice").unwrap(),
            will: Some(Will {
                topic: TopicName::try_from("will").unwrap(),
                message: Bytes::from_static(b"gone"),
                qos: Qos::AtLeastOnce,
                retain: false,
            }),
            credentials: None,
        };
        let _alice = Connection::open_with(broker.address, connect).unwrap();
        end(broker);

        Process::start(folder.path(), &[]).kill();
        let broker = Process::start(folder.path(), &[]);
        let (mut kitchen, _) = Connection::open(broker.address, "kitchen", false).unwrap();
        assert_eq!(kitchen.message().payload, "gone");
        kitchen.send(wire::Pingreq).unwrap();
        assert!(matches!(kitchen.next().unwrap(), Packet::Pingresp(_)), "it came once");
    }
}

#[test]
fn it_says_what_it_found() {
    let folder = tempfile::tempdir().unwrap();
    let broker = Process::start(folder.path(), &[]);
    let (mut kitchen, _) = Connection::open(broker.address, "kitchen", false).unwrap();
    publish_and_wait(&mut kitchen, publish("a", "x", Qos::AtLeastOnce, true));
    assert!(!broker.stop().log.contains("the store has"));
    let log = Process::start(folder.path(), &[]).stop().log;
    assert!(log.starts_with("the store has 1 session and 1 retained message\n"), "{log}");
}

/// A folder with a store that a broker has written and closed.
fn written() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let broker = Process::start(folder.path(), &[]);
    let (mut kitchen, _) = Connection::open(broker.address, "kitchen", false).unwrap();
    publish_and_wait(&mut kitchen, publish("a", "the one message", Qos::AtLeastOnce, true));
    stop(broker);
    folder
}

/// What the command says when it does not open this.
fn refused(store: &Path) -> String {
    let Err(ended) = Process::try_start(store, &[]) else { panic!("it was opened") };
    assert_eq!(ended.status.code(), Some(1), "{}", ended.log);
    let path = store.display().to_string();
    assert!(ended.log.contains(&path), "{path} is named in {}", ended.log);
    ended.log.replace(&path, "FOLDER")
}

#[test]
fn a_store_is_for_one_broker_at_a_time() {
    let folder = written();
    let broker = Process::start(folder.path(), &[]);
    assert_eq!(
        refused(folder.path()),
        "broker: the store FOLDER is open in another broker: stop that one, or choose another \
         folder\n"
    );
    let (mut late, _) = Connection::open(broker.address, "late", true).unwrap();
    late.subscribe("a", Qos::AtMostOnce).unwrap();
    assert_eq!(late.message().payload, "the one message", "the first one goes on");
}

#[test]
fn a_folder_of_other_files_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter"), "dear").unwrap();
    assert_eq!(
        refused(folder.path()),
        "broker: FOLDER holds other files and no store: choose an empty folder, or a new one\n"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_is_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let message = refused(&file);
    assert!(message.starts_with("broker: cannot open the store FOLDER: "), "{message}");
}

#[test]
fn a_store_of_another_format_is_left_alone() {
    let folder = written();
    fs::write(folder.path().join("format"), "MQTT broker store, format 2\n").unwrap();
    assert_eq!(
        refused(folder.path()),
        "broker: the store FOLDER is in a format that this broker does not know (MQTT broker store, \
         format 2): open it with the broker that wrote it, or choose another folder; nothing was \
         changed\n"
    );
    fs::write(folder.path().join("format"), "MQTT broker store, format 1\n").unwrap();
    Process::start(folder.path(), &[]);
}

#[test]
fn a_damaged_store_is_refused() {
    let folder = written();
    let journal = journal(folder.path());
    let mut bytes = fs::read(&journal).unwrap();
    let message = b"the one message";
    let at = bytes.windows(message.len()).position(|window| window == message).unwrap();
    bytes[at] ^= 1;
    fs::write(&journal, bytes).unwrap();
    let message = refused(folder.path());
    assert!(message.starts_with("broker: the store FOLDER is damaged: "), "{message}");
    assert!(message.contains("put back a copy of the folder"), "{message}");
}

/// The file that holds what was written last.
fn journal(store: &Path) -> PathBuf {
    let files = fs::read_dir(store.join("database")).unwrap();
    let mut files = files.map(|file| file.unwrap().path());
    files.find(|path| path.extension().is_some_and(|extension| extension == "jnl")).unwrap()
}

#[test]
fn a_store_that_was_never_finished_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("format"), "").unwrap();
    fs::create_dir(folder.path().join("database")).unwrap();
    fs::write(folder.path().join("database/0.jnl"), "half").unwrap();
    stop(Process::start(folder.path(), &[]));
}

#[test]
fn waiting_for_the_disk_needs_a_store() {
    let command = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("broker"))
        .arg("--store-sync")
        .assert()
        .code(2);
    let error = String::from_utf8(command.get_output().stderr.clone()).unwrap();
    assert!(error.contains("--store <FOLDER>"), "{error}");
}
