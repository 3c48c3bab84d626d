//! All of it in one: records in, text or JSON out.

use std::io::{self, Write};
#[cfg(feature = "json")]
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use tap::{Record, Tap};
use wire::Version;

use crate::conversation::{Conversation, Entry};
use crate::dump::{Detail, Dump};
#[cfg(feature = "filter")]
use crate::filter::Filter;
#[cfg(feature = "json")]
use crate::json::Json;
use crate::ladder::Ladder;
use crate::page::Page;
use crate::recap::Recap;

/// The form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The annotated dump, for people.
    #[default]
    Text,
    /// JSON Lines, for machines.
    #[cfg(feature = "json")]
    Json,
}

#[cfg(feature = "json")]
impl Format {
    /// Both forms, with the names that commands know them by.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Text, "text"), (Self::Json, "json")];
}

#[cfg(feature = "json")]
impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|(_, known)| *known == name)
            .map(|(format, _)| format)
            .ok_or_else(|| format!("'{name}' is no format: use text or json"))
    }
}

/// Prints a conversation while it goes on: a [`Tap`] on top of a writer.
///
/// As text, [`Detail::Line`] is a [`Ladder`]; the other levels are a [`Dump`], which
/// [`recap`](Self::recap) sums up as a ladder at the end.
pub struct Printer<W>(Mutex<State<W>>);

struct State<W> {
    conversation: Conversation,
    #[cfg(feature = "filter")]
    filter: Filter,
    form: Form,
    out: W,
    buffer: String,
    faults: u64,
    /// How many packets were printed.
    shown: u64,
    /// Whether the last line is blank; nothing at all counts as such.
    is_paused: bool,
    /// Whether each packet is to be seen before the next one comes.
    is_prompt: bool,
    result: io::Result<()>,
}

enum Form {
    /// A conversation, and what its recap needs, if there will be one.
    Dump(Dump, Option<Recap>),
    /// A conversation, a line a packet.
    Ladder(Ladder),
    /// Packets that belong to no conversation.
    Apart(Dump),
    #[cfg(feature = "json")]
    Json(Json),
}

impl<W: Write> Printer<W> {
    /// Prints to `out`, on a page like this. With [`Format::Json`] the page does not matter, and
    /// [`Detail::Explain`] adds what each value means.
    pub fn new(out: W, format: Format, page: Page, detail: Detail) -> Self {
        let form = match (format, detail) {
            (Format::Text, Detail::Line) => Form::Ladder(Ladder::new(page)),
            (Format::Text, _) => Form::Dump(Dump::new(page, detail), Some(Recap::new(page))),
            #[cfg(feature = "json")]
            (Format::Json, _) => Form::Json(Json { explain: detail == Detail::Explain }),
        };
        Self(Mutex::new(State {
            conversation: Conversation::default(),
            #[cfg(feature = "filter")]
            filter: Filter::default(),
            form,
            out,
            buffer: String::new(),
            faults: 0,
            shown: 0,
            is_paused: true,
            is_prompt: true,
            result: Ok(()),
        }))
    }

    /// Prints packets that belong to no conversation, as [`new`](Self::new) prints one: without
    /// saying who talks, and with [`Detail::Line`] as the first lines of their dumps.
    pub fn apart(out: W, format: Format, page: Page, detail: Detail) -> Self {
        let printer = Self::new(out, format, page, detail);
        if format == Format::Text {
            printer.state().form = Form::Apart(Dump::new(page, detail));
        }
        printer
    }

    /// The same, for streams whose CONNECT will not be seen: they are read as this version.
    #[must_use]
    pub fn assume(self, version: Version) -> Self {
        self.state().conversation = Conversation::new(version);
        self
    }

    /// The same, but only what passes this filter is printed, with the numbers and times that it has
    /// in the whole conversation.
    #[cfg(feature = "filter")]
    #[must_use]
    pub fn only(self, filter: Filter) -> Self {
        self.state().filter = filter;
        self
    }

    /// The same, written in large pieces: `out` may hold back what it has until [`finish`](Self::finish).
    #[must_use]
    pub fn in_pieces(self) -> Self {
        self.state().is_prompt = false;
        self
    }

    /// The same, for a conversation that nobody sums up: [`recap`](Self::recap) writes nothing, and nothing is
    /// kept for it.
    #[must_use]
    pub fn endless(self) -> Self {
        if let Form::Dump(_, recap) = &mut self.state().form {
            *recap = None;
        }
        self
    }

    /// The same, with long values shown to their last byte.
    #[must_use]
    pub fn full(self, full: bool) -> Self {
        if let Form::Dump(dump, _) | Form::Apart(dump) = &mut self.state().form {
            dump.show_full(full);
        }
        self
    }

    /// Writes a line of its own between the packets; with [`Format::Json`] nothing, since it is for
    /// people.
    pub fn say(&self, line: &str) {
        let mut state = self.state();
        if state.form.is_for_people() {
            state.buffer.push_str(line);
            state.buffer.push('\n');
            state.flush();
        }
    }

    /// Leaves a blank line, unless there is one already.
    pub fn pause(&self) {
        if !self.state().is_paused {
            self.say("");
        }
    }

    /// Writes the whole conversation once more as a ladder, the last thousand lines of it. Nothing if
    /// it was a ladder all along, and nothing with [`Format::Json`].
    pub fn recap(&self) {
        let mut state = self.state();
        if let State { form: Form::Dump(_, Some(recap)), buffer, .. } = &mut *state {
            recap.write(buffer);
            state.flush();
        }
    }

    /// Hands on what `out` holds back.
    ///
    /// # Errors
    ///
    /// As [`result`](Self::result).
    pub fn finish(&self) -> io::Result<()> {
        let mut state = self.state();
        if state.result.is_ok() {
            state.result = state.out.flush();
        }
        drop(state);
        self.result()
    }

    /// How many packets were printed.
    pub fn shown(&self) -> u64 {
        self.state().shown
    }

    /// How many of the packets that were printed break a rule.
    pub fn faults(&self) -> u64 {
        self.state().faults
    }

    /// What went wrong with writing, if anything did. After an error nothing more is written.
    ///
    /// # Errors
    ///
    /// The first error of the writer; [`io::ErrorKind::BrokenPipe`] where the reader went away.
    pub fn result(&self) -> io::Result<()> {
        std::mem::replace(&mut self.state().result, Ok(()))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State<W>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Write> State<W> {
    fn flush(&mut self) {
        if !self.buffer.is_empty() {
            self.is_paused = self.buffer == "\n" || self.buffer.ends_with("\n\n");
        }
        if self.result.is_ok() {
            self.result = self.out.write_all(self.buffer.as_bytes());
        }
        if self.result.is_ok() && self.is_prompt {
            self.result = self.out.flush();
        }
        self.buffer.clear();
    }
}

impl<W: Write + Send> Tap for Printer<W> {
    fn record(&self, record: Record) {
        self.print(record);
    }
}

impl<W: Write> Printer<W> {
    /// Prints what happened. Unlike the [`Tap`] it asks nothing of the writer: it may be the locked
    /// standard output.
    pub fn print(&self, record: Record) {
        let mut state = self.state();
        let state = &mut *state;
        let State { conversation, form, buffer, faults, shown, .. } = state;
        let entry = conversation.add(record);
        #[cfg(feature = "filter")]
        let entry = entry.filter(|entry| state.filter.passes(entry));
        if let Some(entry) = entry {
            *shown += u64::from(matches!(entry, Entry::Packet(_)));
            *faults += u64::from(matches!(&entry, Entry::Packet(seen) if seen.outcome.is_err()));
            form.entry(&entry, buffer);
        }
        state.flush();
    }
}

impl Form {
    fn is_for_people(&self) -> bool {
        match self {
            #[cfg(feature = "json")]
            Self::Json(_) => false,
            Self::Dump(..) | Self::Ladder(_) | Self::Apart(_) => true,
        }
    }

    fn entry(&mut self, entry: &Entry<'_>, out: &mut String) {
        match (self, entry) {
            #[cfg(feature = "json")]
            (Self::Json(json), _) => json.entry(entry, out),
            (Self::Ladder(ladder), _) => ladder.entry(entry, out),
            (Self::Apart(dump), Entry::Packet(seen)) => dump.packet(seen, out),
            (Self::Apart(dump), Entry::Event(event)) => dump.event(event, out),
            (Self::Dump(dump, recap), _) => {
                match entry {
                    Entry::Packet(seen) => {
                        dump.introduction(seen, out);
                        dump.packet(seen, out);
                    }
                    Entry::Event(event) => dump.event(event, out),
                }
                if let Some(recap) = recap {
                    recap.add(entry);
                }
            }
        }
    }
}
