//! What the lint has to say, printed as it comes: of a capture, or of traffic that goes on.

use std::io::{self, Write};

use clap::Args;
use tap::Record;
use tracer::lint::{self, Lint, Remark};
use tracer::output::{Failure, OutputOptions};
use tracer::{Conversation, Filter, Format, Page};

/// Whether traffic that goes on is held to the rules.
#[derive(Args)]
pub(super) struct Judging {
    /// Instead of the packets show which rules they break, each breach as it happens
    #[arg(long)]
    lint: bool,
    /// With --lint: leave the advice out
    #[arg(long, requires = "lint")]
    no_advice: bool,
}

impl Judging {
    /// What prints the remarks, if they are asked for. `filter` says on which packets.
    pub(super) fn remarks(&self, filter: Filter, output: &OutputOptions) -> Option<Remarks> {
        self.lint.then(|| Remarks::new(filter, !self.no_advice, output))
    }

    /// Whether they are.
    pub(super) fn is_asked_for(&self) -> bool {
        self.lint
    }
}

/// Prints remarks on selected packets. All packets are judged, since one may break a rule by what was
/// said before it.
pub(super) struct Remarks {
    lint: Lint,
    selected: Selected,
    with_advice: bool,
    /// Whether what is judged is over TLS, whatever its port.
    is_secured: bool,
    page: Page,
    format: Format,
    /// How many breaches were printed.
    breaches: u64,
}

/// What was found, all in all.
#[derive(Default)]
pub(super) struct Judged {
    breaches: u64,
}

impl Judged {
    /// A breach that was printed is a failure.
    pub(super) fn result(self) -> Result<(), Failure> {
        if self.breaches == 0 { Ok(()) } else { Err(Failure::Wrong(None)) }
    }
}

impl Remarks {
    pub(super) fn new(filter: Filter, with_advice: bool, output: &OutputOptions) -> Self {
        Self {
            lint: Lint::default(),
            selected: Selected::by(filter),
            with_advice,
            is_secured: false,
            page: output.page(),
            format: output.format,
            breaches: 0,
        }
    }

    /// Judges what happened, and prints what is to be said on it.
    pub(super) fn add(&mut self, record: Record) -> io::Result<()> {
        self.selected.add(&record);
        for remark in self.lint.add(record) {
            if self.is_wanted(&remark) && self.selected.has(remark.packet.number) {
                self.breaches += u64::from(remark.is_breach());
                self.print(&remark)?;
            }
        }
        Ok(())
    }

    /// What is judged is over TLS: nobody reads a Password.
    pub(super) fn secured(&mut self) {
        self.is_secured = true;
    }

    fn is_wanted(&self, remark: &Remark) -> bool {
        let is_met = self.is_secured && remark.id() == "password-without-tls";
        remark.is_breach() || (self.with_advice && !is_met)
    }

    fn print(&self, remark: &Remark) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match self.format {
            Format::Text => writeln!(stdout, "{}", lint::text(remark, self.page)),
            Format::Json => writeln!(stdout, "{}", lint::json(remark)),
        }
    }

    /// How many packets were judged up to now.
    pub(super) fn packets(&self) -> u64 {
        self.lint.summary().packets
    }

    /// Sums up.
    pub(super) fn finish(self) -> io::Result<Judged> {
        let summary = self.lint.summary();
        if self.format == Format::Text {
            let mut stdout = io::stdout().lock();
            writeln!(stdout, "{summary}")?;
            let left_out = summary.breaches - self.breaches;
            if left_out > 0 {
                let rules = if left_out == 1 { "broken rule is" } else { "broken rules are" };
                writeln!(stdout, "{left_out} {rules} not shown: the selection leaves them out")?;
            }
        }
        Ok(Judged { breaches: self.breaches })
    }
}

/// Which packets pass a filter: a bit for each, since a remark may come late.
struct Selected {
    filter: Filter,
    conversation: Conversation,
    bits: Vec<u64>,
}

impl Selected {
    fn by(filter: Filter) -> Self {
        Self { filter, conversation: Conversation::default(), bits: Vec::new() }
    }

    fn add(&mut self, record: &Record) {
        if self.filter.is_open() {
            return;
        }
        let Some(entry) = self.conversation.add(record.clone()) else { return };
        let tracer::Entry::Packet(seen) = &entry else { return };
        let (word, bit) = place(seen.number);
        if self.filter.passes(&entry) {
            self.bits.resize(word + 1, 0);
            self.bits[word] |= bit;
        }
    }

    fn has(&self, number: u64) -> bool {
        let (word, bit) = place(number);
        self.filter.is_open() || self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

/// Where the bit of the packet with this number is.
fn place(number: u64) -> (usize, u64) {
    let word = usize::try_from(number / 64).unwrap_or(usize::MAX - 1);
    (word, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_packet_has_a_bit_of_its_own() {
        assert_eq!(place(1), (0, 2));
        assert_eq!(place(63), (0, 1 << 63));
        assert_eq!(place(64), (1, 1));
    }
}
