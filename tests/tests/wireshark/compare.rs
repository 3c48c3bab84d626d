//! The comparison itself: records into a capture, the capture through both tools.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::path::Path;

use tap::Record;
use tracer::capture::{Reader, Writer};
use tracer::{Detail, Format, Page, Printer};

use crate::pdml;
use crate::shown::{self, Key, Shown};

/// The port of the server in what our writer writes: MQTT's own.
const WRITTEN_PORT: u16 = 1883;

/// What came of a comparison.
#[derive(Default)]
pub(crate) struct Agreement {
    /// How many packets were compared.
    pub(crate) packets: usize,
    /// In how many of them the two differ for a reason that is known.
    known: BTreeMap<&'static str, usize>,
    /// Where they differ without one.
    pub(crate) unexplained: Vec<String>,
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} packets compared", self.packets)?;
        for (reason, count) in &self.known {
            writeln!(f, "{count} differ: {reason}")?;
        }
        self.unexplained.iter().take(20).try_for_each(|difference| f.write_str(difference))
    }
}

/// Writes the records into a capture and reads it with both tools.
pub(crate) fn compare(records: &[Record]) -> Agreement {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("capture.pcapng");
    let mut writer = Writer::new(File::create(&capture).unwrap()).unwrap();
    for record in records {
        writer.record(record).unwrap();
    }
    writer.finish().unwrap();
    compare_capture(&capture, WRITTEN_PORT)
}

/// Reads a capture, in which the server listens on `port`, with both tools.
pub(crate) fn compare_capture(capture: &Path, port: u16) -> Agreement {
    let theirs = pdml::read(capture, port);
    let mut lines = Vec::new();
    let printer = Printer::new(&mut lines, Format::Json, Page::PLAIN, Detail::Fields);
    for record in Reader::new(File::open(capture).unwrap()).port(port) {
        printer.print(record.unwrap());
    }
    printer.result().unwrap();
    drop(printer);
    let ours = shown::of_json_lines(std::str::from_utf8(&lines).unwrap());
    assert_eq!(ours.len(), theirs.len(), "both see the same number of packets");

    let mut agreement = Agreement { packets: ours.len(), ..Agreement::default() };
    for (key, ours) in &ours {
        agreement.judge(key, ours, theirs.get(key).map_or(&[], Vec::as_slice));
    }
    agreement
}

impl Agreement {
    fn judge(&mut self, key: &Key, ours: &[Shown], theirs: &[Shown]) {
        if ours == theirs {
            return;
        }
        match reason(ours, theirs) {
            Some(reason) => *self.known.entry(reason).or_default() += 1,
            None => self.unexplained.push(difference(key, ours, theirs)),
        }
    }
}

/// Why the two may differ.
fn reason(ours: &[Shown], theirs: &[Shown]) -> Option<&'static str> {
    let is_foreign = ours.last().is_some_and(|field| field.name == "mqtt.ver");
    if is_foreign && theirs.starts_with(ours) {
        return Some("tshark reads on in a CONNECT of a protocol that nobody knows");
    }
    let more = theirs.strip_prefix(ours);
    if let Some([field]) = more
        && (field.name.as_str(), field.len) == ("mqtt.msg", 0)
    {
        return Some("tshark shows an empty Application Message as a field of no bytes");
    }
    let apart_from_flags = |fields: &[Shown]| -> Vec<Shown> {
        let flags = |field: &&Shown| !field.name.starts_with("mqtt.conack.flags");
        fields.iter().filter(flags).cloned().collect()
    };
    if theirs.iter().any(|field| field.name == "mqtt.conack.flags.reserved" && field.bits.is_none())
        && apart_from_flags(ours) == apart_from_flags(theirs)
    {
        return Some("MQTT 3.1 has no Session Present: tshark calls the whole byte reserved");
    }
    None
}

fn difference(key: &Key, ours: &[Shown], theirs: &[Shown]) -> String {
    let all = |fields: &[Shown]| {
        let lines: Vec<_> = fields.iter().map(|field| format!("    {field}")).collect();
        lines.join("\n")
    };
    format!("{key:?}\n  ours\n{}\n  tshark\n{}\n", all(ours), all(theirs))
}
