//! Statistics as tables, for people.

use tap::Direction;

use super::count::Count;
use super::{Counts, DIRECTIONS, Stats};
use crate::measure::{cut, width};
use crate::page::{Hue, Hues, Page};
use crate::printable::printable;
use crate::time::Moment;
use crate::writer::Writer;

/// How many clients and topics are shown: those with the most bytes.
const SHOWN: usize = 20;
/// The columns of a number.
const NUMBER: usize = 12;
/// The columns of a name at the most.
const NAME: usize = 38;

impl Stats {
    /// The statistics as tables of at most 100 columns. The overhead is what of the bytes is no
    /// Application Message.
    pub fn text(&self, page: Page) -> String {
        let counts = &self.counts;
        let mut out = String::new();
        let hues = Hues::of(page);
        let mut tables = Tables(Writer::new(&mut out, hues.as_ref()));
        tables.title(&counts.headline());
        tables.counts("", &counts.totals());
        tables.counts("by type", &counts.types());
        tables.counts("PUBLISH by QoS", &counts.qualities());
        tables.counts("PUBLISH by topic", &counts.topics());
        tables.clients(counts);
        tables.round_trips(counts);
        out
    }
}

impl Counts {
    fn headline(&self) -> String {
        let (streams, packets) = (self.streams, self.total.packets);
        format!(
            "{packets} packet{} on {streams} connection{} in {}",
            plural(packets),
            plural(streams.into()),
            Moment(self.duration())
        )
    }

    fn totals(&self) -> Vec<(String, Count)> {
        let mut rows = vec![("all".to_owned(), self.total)];
        for (direction, name) in DIRECTIONS {
            rows.push((name.to_owned(), self.directions[direction as usize]));
        }
        for (name, count) in [
            ("retained", self.retained),
            ("duplicates (DUP)", self.duplicates),
            ("malformed", self.malformed),
        ] {
            rows.push((name.to_owned(), count));
        }
        rows
    }

    fn types(&self) -> Vec<(String, Count)> {
        let types = self.by_type.iter().flat_map(|(name, counts)| {
            let each = DIRECTIONS.map(|(direction, to)| (to, counts[direction as usize]));
            each.into_iter().map(move |(to, count)| (format!("{name} {to}"), count))
        });
        types.filter(|(_, count)| count.packets > 0).collect()
    }

    fn qualities(&self) -> Vec<(String, Count)> {
        self.by_qos.iter().map(|(qos, count)| (qos.to_string(), *count)).collect()
    }

    fn topics(&self) -> Vec<(String, Count)> {
        let most = self.by_topic.most(|count| count.bytes);
        let mut rows: Vec<_> = most
            .iter()
            .take(SHOWN)
            .map(|(topic, count)| (printable(topic).into_owned(), *count))
            .collect();
        let mut rest = self.by_topic.others().unwrap_or_default();
        most.iter().skip(SHOWN).for_each(|(_, count)| rest += *count);
        if rest.packets > 0 {
            let more = if self.by_topic.others().is_some() { "and more" } else { "" };
            let others = most.len().saturating_sub(SHOWN);
            rows.push((format!("({others} other topics {more})").replace(" )", ")"), rest));
        }
        rows
    }
}

fn plural(number: u64) -> &'static str {
    if number == 1 { "" } else { "s" }
}

struct Tables<'o>(Writer<'o>);

impl Tables<'_> {
    fn title(&mut self, title: &str) {
        self.0.hue(Hue::Strong).text(title).hue(Hue::Plain).end_line();
    }

    /// A line with a name and numbers, each at the end of its column.
    fn row(&mut self, name: &str, cells: &[String]) {
        self.0.spaces(2).text(&cut(name, NAME));
        for (index, cell) in cells.iter().enumerate() {
            let end = 2 + NAME + (index + 1) * NUMBER;
            self.0.to(end.saturating_sub(width(cell))).text(cell);
        }
        self.0.end_line();
    }

    fn head(&mut self, title: &str, cells: &[&str]) {
        self.0.end_line();
        self.0.hue(Hue::Faint);
        self.row(title, &cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
        self.0.hue(Hue::Plain);
    }

    fn counts(&mut self, title: &str, rows: &[(String, Count)]) {
        if rows.is_empty() {
            return;
        }
        self.head(title, &["packets", "bytes", "overhead", "share"]);
        for (name, count) in rows {
            let (overhead, bytes) = (count.overhead(), count.bytes);
            let percent = (overhead * 100).checked_div(bytes);
            let percent = percent.map_or("–".to_owned(), |percent| format!("{percent} %"));
            self.row(
                name,
                &[count.packets.to_string(), bytes.to_string(), overhead.to_string(), percent],
            );
        }
    }

    fn clients(&mut self, counts: &Counts) {
        let clients = counts.by_client.most(|counts| counts[0].bytes + counts[1].bytes);
        if clients.is_empty() {
            return;
        }
        self.head("by client", &["sent", "bytes", "received", "bytes"]);
        for (name, [sent, received]) in clients.iter().take(SHOWN) {
            let numbers = [sent.packets, sent.bytes, received.packets, received.bytes];
            self.row(&printable(name), &numbers.map(|number| number.to_string()));
        }
        if clients.len() > SHOWN {
            let more = if counts.by_client.others().is_some() { " and more" } else { "" };
            self.row(&format!("({} other clients{more})", clients.len() - SHOWN), &[]);
        }
    }

    fn round_trips(&mut self, counts: &Counts) {
        let all = counts.round_trips.all();
        if all.is_empty() {
            return;
        }
        self.head("time to the answer", &["least", "median", "99 %", "most"]);
        for (exchange, to, times) in &all {
            let (question, answer) = (exchange.question.name(), exchange.answer.name());
            let by = if *to == Direction::ToServer { "broker" } else { "clients" };
            let name = format!("{question} → {answer} of {by}");
            let durations = [times.least, times.percentile(50), times.percentile(99), times.most];
            let mut cells = match times.answered {
                0 => vec!["–".to_owned(); 4],
                _ => durations.map(|duration| Moment(duration).to_string()).to_vec(),
            };
            if times.unanswered > 0 {
                cells.push(format!("{:>4} open", times.unanswered));
            }
            self.row(&name, &cells);
        }
    }
}
