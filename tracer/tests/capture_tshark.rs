//! What Wireshark makes of the captures that are written here.
//!
//! Needs `tshark`: `cargo test -p tracer --test capture_tshark -- --ignored`.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use tap::{Connection, Direction, Record, Side, What};
use tracer::capture::Writer;

const ALICE: &str = "10.0.0.2:50000";
const BROKER: &str = "10.0.0.1:18830";

/// A conversation in which every kind of record and every size of packet occurs.
fn conversation(client: &str, server: &str) -> Vec<Record> {
    use Direction::{ToClient, ToServer};
    let connection =
        Connection { client: client.parse().unwrap(), server: server.parse().unwrap() };
    let packet =
        |direction, bytes: &[u8]| What::Packet { direction, bytes: Bytes::copy_from_slice(bytes) };
    let event = |text: &str| What::Event(text.to_owned());
    [
        What::Opened { client_name: Some("alice".into()) },
        event("alice came"),
        event("and an event right behind another"),
        packet(ToServer, b"\x10\x11\x00\x04MQTT\x04\x02\x00\x3c\x00\x05alice"),
        packet(ToClient, b"\x20\x02\x00\x00"),
        packet(ToServer, b"\x82\x06\x00\x01\x00\x01#\x01"),
        packet(ToClient, b"\x90\x03\x00\x01\x01"),
        packet(ToServer, &publish(300_000)),
        packet(ToClient, b"\x30\x05\x00\x01thi"),
        event("keep alive of alice ran out after 90 s"),
        packet(ToServer, b"\xe0\x00"),
        What::Closed { by: Side::Client },
        event("the session of alice is kept"),
    ]
    .into_iter()
    .zip(1..)
    .map(|(what, number)| Record {
        time: Duration::new(1_700_000_000, 1_000 * number + 7),
        connection: Some(connection),
        what,
    })
    .collect()
}

/// A PUBLISH at QoS 0 whose payload has so many bytes.
fn publish(payload: usize) -> Vec<u8> {
    let mut bytes = vec![0x30];
    let mut remaining = payload + 3;
    while remaining > 0x7f {
        bytes.push(0x80 | u8::try_from(remaining & 0x7f).unwrap());
        remaining >>= 7;
    }
    bytes.push(u8::try_from(remaining).unwrap());
    bytes.extend_from_slice(b"\x00\x01t");
    bytes.resize(bytes.len() + payload, b'x');
    bytes
}

/// One line for each frame that the filter lets through, with these fields.
fn tshark(records: &[Record], filter: &str, fields: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.pcapng");
    let mut writer = Writer::new(std::fs::File::create(&file).unwrap()).unwrap();
    for record in records {
        writer.record(record).unwrap();
    }
    writer.finish().unwrap();
    let mut command = Command::new("tshark");
    command.arg("-r").arg(&file).args([
        "-Y",
        filter,
        "-T",
        "fields",
        "-E",
        "separator=|",
        "-N",
        "n",
    ]);
    command.args(["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]);
    command.args(fields.iter().flat_map(|field| ["-e", field]));
    let output = command.output().expect("tshark is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs tshark"]
fn packets_are_read_as_mqtt_in_one_stream() {
    for (client, server) in [(ALICE, BROKER), ("[2001:db8::2]:50000", "[2001:db8::1]:1883")] {
        let fields = ["tcp.stream", "mqtt.msgtype", "mqtt.len"];
        let lines = tshark(&conversation(client, server), "mqtt", &fields);
        let expected = ["0|1|17", "0|2|2", "0|8|6", "0|9|3", "0|3|300003", "0|3|5", "0|14|0"];
        assert_eq!(lines, expected, "{client}");
    }
}

#[test]
#[ignore = "needs tshark"]
fn nothing_is_malformed_or_out_of_order_and_all_checksums_are_right() {
    let wrong = "_ws.malformed || (tcp.analysis.flags && !tcp.analysis.window_update \
                 && !tcp.analysis.reused_ports) \
                 || tcp.checksum.status == 0 || ip.checksum.status == 0";
    let again = [conversation(ALICE, BROKER), conversation(ALICE, BROKER)].concat();
    for records in [again, conversation("[::1]:50000", "[::1]:1883")] {
        let lines = tshark(&records, wrong, &["frame.number", "_ws.col.Info"]);
        assert_eq!(lines, Vec::<String>::new());
        let checked = tshark(&records, "tcp.checksum.status == 1", &["tcp.stream"]);
        assert_eq!(checked.len(), tshark(&records, "tcp", &["tcp.stream"]).len());
    }
}

#[test]
#[ignore = "needs tshark"]
fn ports_that_are_used_again_are_another_stream() {
    let again = [conversation(ALICE, BROKER), conversation(ALICE, BROKER)].concat();
    let connects = tshark(&again, "mqtt.msgtype == 1", &["tcp.stream"]);
    assert_eq!(connects, ["0", "1"]);
}

#[test]
#[ignore = "needs tshark"]
fn names_events_ports_and_times_are_there() {
    let mut records = conversation(ALICE, BROKER);
    records.push(Record {
        connection: None,
        what: What::Event("the end".to_owned()),
        ..records[0].clone()
    });
    let comments = tshark(&records, "pkt_comment", &["frame.time_epoch", "frame.comment"]);
    let expected = [
        "1700000000.000001007|client: alice,the server's port is 18830; 1883 is written so that \
         Wireshark reads MQTT",
        "1700000000.000002007|event: alice came",
        "1700000000.000003007|event: and an event right behind another",
        "1700000000.000010007|event: keep alive of alice ran out after 90 s",
        "1700000000.000013007|event: the session of alice is kept",
        "1700000000.000001007|event: the end",
    ];
    assert_eq!(comments, expected);
    let names = tshark(&records, "mqtt.msgtype == 1", &["ip.src_host", "ip.dst_host"]);
    assert_eq!(names, ["alice|broker"]);
}
