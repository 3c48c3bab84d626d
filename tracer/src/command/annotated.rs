//! `tracer lint --pcap`: the packets of a capture once more, with each remark as a comment on its packet.
//!
//! The end of a connection may tell that a packet at its beginning broke a rule. So the capture is read
//! twice: for the remarks, and to write.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use tap::What;
use tracer::Conversation;
use tracer::capture::Note;
use tracer::lint::{self, Lint};
use tracer::output::Failure;

use super::capture::{Prints, reader, unreadable};
use super::recording::{create, spare, unwritten};

/// The capture that is judged.
pub(super) struct Annotated<'a> {
    pub(super) file: &'a Path,
    /// The ports on which the server speaks MQTT, beside 1883.
    pub(super) ports: &'a [u16],
    /// Whether advice is wanted as well.
    pub(super) advice: bool,
}

impl Annotated<'_> {
    /// Writes it to this file.
    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        if self.file.as_os_str() == "-" {
            let message = "--pcap reads the capture twice, and standard input is there once: save it \
                           to a file before";
            return Err(Failure::Usage(message.to_owned()));
        }
        spare(self.file, path)?;
        let comments = self.comments()?;
        let mut writer = create(path)?;
        let mut conversation = Conversation::default();
        let mut packets = 0_u64;
        for record in self.records()? {
            let record = record?;
            let mut note = Note::default();
            if let Some(entry) = conversation.add(record.clone()) {
                note = Note::of(&entry);
            }
            if matches!(record.what, What::Packet { .. }) {
                packets += 1;
                for comment in comments.get(&packets).into_iter().flatten() {
                    note.comment = format!("{}\n{comment}", note.comment);
                }
            }
            writer.noted(&record, &note).map_err(|error| unwritten(Some(path), error))?;
        }
        writer.finish().map_err(|error| unwritten(Some(path), error))?;
        writeln!(io::stderr(), "wrote {packets} packets to {}", path.display())?;
        Ok(())
    }

    /// The remarks on each packet, told by its number.
    fn comments(&self) -> Result<BTreeMap<u64, Vec<String>>, Failure> {
        let mut lint = Lint::default();
        let mut comments: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for record in self.records()? {
            let remarks = lint.add(record?);
            for remark in remarks.iter().filter(|remark| self.advice || remark.is_breach()) {
                comments.entry(remark.packet.number).or_default().push(lint::comment(remark));
            }
        }
        Ok(comments)
    }

    fn records(&self) -> Result<impl Iterator<Item = Result<tap::Record, Failure>>, Failure> {
        let reader = reader(self.file, self.ports, Prints::Meanwhile)?;
        Ok(reader.map(|record| record.map_err(|error| unreadable(self.file, &error))))
    }
}
