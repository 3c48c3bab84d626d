//! What tshark says of each packet in a capture.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use roxmltree::{Document, Node};

use crate::shown::{Key, Shown, Value};

/// Reads the capture with tshark: each MQTT packet with its fields, in the order of the wire. The server
/// is the side on `port`.
pub(crate) fn read(capture: &Path, port: u16) -> BTreeMap<Key, Vec<Shown>> {
    let settings = tempfile::tempdir().expect("there is room for a folder");
    let output = Command::new("tshark")
        .env("WIRESHARK_CONFIG_DIR", settings.path()) // whatever this machine's user prefers
        .arg("-r")
        .arg(capture)
        .args(["-d", &format!("tcp.port=={port},mqtt")])
        .args(["-Y", "mqtt", "-T", "pdml", "-J", "tcp mqtt"])
        .output()
        .expect("tshark is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // tshark writes text as it is, and XML 1.0 has no U+FFFE and U+FFFF. The text is not what is compared:
    // its bytes stand beside it as hex.
    let text = String::from_utf8_lossy(&output.stdout).replace(['\u{fffe}', '\u{ffff}'], "?");
    packets(&Document::parse(&text).expect("PDML is XML"), port.into())
}

fn packets(document: &Document<'_>, port: u64) -> BTreeMap<Key, Vec<Shown>> {
    let mut packets = BTreeMap::new();
    let mut counts = BTreeMap::new();
    let frames = document.root_element().children().filter(|node| node.has_tag_name("packet"));
    for frame in frames {
        let (stream, direction) = conversation(frame, port);
        for proto in protos(frame, "mqtt") {
            let count = counts.entry((stream, direction)).or_insert(0);
            packets.insert((stream, direction, *count), fields(proto));
            *count += 1;
        }
    }
    packets
}

/// The stream of a frame, and its direction.
fn conversation(frame: Node<'_, '_>, port: u64) -> (u64, &'static str) {
    let tcp = protos(frame, "tcp").next().expect("MQTT is in TCP");
    let shown = |name| {
        let field = tcp.descendants().find(|node| node.attribute("name") == Some(name));
        field.and_then(|field| field.attribute("show")).and_then(number).expect("TCP has it")
    };
    (shown("tcp.stream"), if shown("tcp.dstport") == port { "c2s" } else { "s2c" })
}

fn protos<'a, 'd>(frame: Node<'a, 'd>, name: &str) -> impl Iterator<Item = Node<'a, 'd>> {
    frame.children().filter(move |node| node.attribute("name") == Some(name))
}

/// The fields of a packet. A position counts from the first byte of the frame, or of the buffer in which
/// tshark put several segments together: the packet's own is taken off.
fn fields(proto: Node<'_, '_>) -> Vec<Shown> {
    let start = number_in(proto, "pos");
    proto
        .descendants()
        .filter(|node| node.has_tag_name("field"))
        .filter_map(|node| field(node, start))
        .collect()
}

/// A field; `None` for what tshark says about the packet without a place in it, such as a warning.
fn field(node: Node<'_, '_>, start: u64) -> Option<Shown> {
    let name = node.attribute("name").filter(|name| name.starts_with("mqtt."))?;
    let raw = node.attribute("value").unwrap_or_default(); // an empty field has none
    let shown = node.attribute("show")?;
    Some(Shown {
        name: name.to_owned(),
        offset: number_in(node, "pos") - start,
        len: number_in(node, "size"),
        bits: node.attribute("unmaskedvalue").and_then(|_| bits(node.attribute("showname")?)),
        value: match number(shown) {
            Some(number) if !is_bytes(name) => Value::Number(number),
            _ => Value::Bytes(raw.to_owned()),
        },
    })
}

/// Whether tshark has text or bytes in a field of this name (`tshark -G fields`: FT_STRING, FT_BYTES).
fn is_bytes(name: &str) -> bool {
    const BYTES: [&str; 8] = [
        "mqtt.protoname",
        "mqtt.clientid",
        "mqtt.willtopic",
        "mqtt.willmsg",
        "mqtt.username",
        "mqtt.passwd",
        "mqtt.topic",
        "mqtt.msg",
    ];
    BYTES.contains(&name)
}

/// The bits that `..1. .... = Will Retain: Set` is about.
fn bits(show_name: &str) -> Option<(u64, u64)> {
    let lane = show_name.split_once(" = ")?.0.replace(' ', "");
    let bit = |index: usize| 7 - index as u64;
    let is_its = |character: char| character != '.';
    Some((bit(lane.find(is_its)?), bit(lane.rfind(is_its)?)))
}

/// A number as tshark shows one: `16`, `0x10`, and for a flag `True`, since 4.2.
fn number(shown: &str) -> Option<u64> {
    match (shown, shown.strip_prefix("0x")) {
        ("True", _) => Some(1),
        ("False", _) => Some(0),
        (_, Some(hex)) => u64::from_str_radix(hex, 16).ok(),
        (_, None) => shown.parse().ok(),
    }
}

fn number_in(node: Node<'_, '_>, name: &str) -> u64 {
    node.attribute(name).and_then(number).expect("PDML says where things are")
}
