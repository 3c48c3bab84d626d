//! The diagram as SVG. Colours and dashes are in `theme/sequence.css`; here are places alone.

use std::fmt::Write;

use super::geometry::{Geometry, MONO, SANS};
use super::{Arrow, Diagram, Row, silence};
use crate::html::escape;
use crate::play::BROKER;

/// The height of the boxes with the names, and of what is above and below the rows.
const HEAD: f64 = 40.0;
const FOOT: f64 = 12.0;

/// From one line of what a packet says to the next, as a part of its size.
const LEADING: f64 = 1.3;

pub(super) fn draw(diagram: &Diagram<'_>, geometry: &Geometry) -> String {
    let mut pen = Pen { diagram, geometry, out: String::new(), y: HEAD + 12.0 };
    for row in &diagram.rows {
        pen.row(row);
    }
    let height = pen.y + FOOT;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} {height:.0}\" role=\"group\" aria-label=\"Sequence diagram of {}\">\n",
        geometry.width,
        escape(diagram.played.scenario.name),
    );
    lanes(&mut svg, diagram, geometry, height);
    svg.push_str(&pen.out);
    svg.push_str("</svg>\n");
    svg
}

fn lanes(out: &mut String, diagram: &Diagram<'_>, geometry: &Geometry, height: f64) {
    let count = diagram.lanes.len();
    for (index, name) in diagram.lanes.iter().enumerate() {
        let x = geometry.lane(index, count);
        let room = geometry.lane(1, count) - geometry.lane(0, count) - 6.0;
        // A name that is a little too long is written a little smaller, before it is cut.
        let widest = Geometry::measure(name, 1.0, SANS);
        let size = geometry.text.min((room - 6.0) / widest).max(geometry.words - 1.0);
        let text = Geometry::cut(name, size, SANS, room - 6.0);
        let width = (Geometry::measure(&text, size, SANS) + 24.0).min(room).max(30.0);
        let class = if name == BROKER { "lane broker" } else { "lane" };
        let _ = writeln!(
            out,
            "<g class=\"{class}\"><line x1=\"{x:.1}\" y1=\"{HEAD}\" x2=\"{x:.1}\" y2=\"{height:.0}\"/>\
             <rect x=\"{:.1}\" y=\"6\" width=\"{width:.1}\" height=\"{:.1}\" rx=\"6\"/><text \
             x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{size:.1}\">{}</text></g>",
            x - width / 2.0,
            HEAD - 8.0,
            HEAD / 2.0 + size * 0.35 + 2.0,
            escape(&text),
        );
    }
}

struct Pen<'d, 'p> {
    diagram: &'d Diagram<'p>,
    geometry: &'d Geometry,
    out: String,
    /// Where the next row begins.
    y: f64,
}

impl Pen<'_, '_> {
    fn row(&mut self, row: &Row) {
        match row {
            Row::Caption(words) => self.caption(words),
            Row::Packet(arrow) => self.packet(arrow),
            Row::Note { client, text } => self.note(client.as_deref(), text),
            Row::Silence(duration) => self.silence(&silence(*duration)),
        }
    }

    fn x(&self, name: &str) -> f64 {
        self.geometry.lane(self.diagram.lane(name), self.diagram.lanes.len())
    }

    fn caption(&mut self, words: &str) {
        let Geometry { width, text, .. } = *self.geometry;
        let lines = Geometry::wrap(words, text, SANS, width - 16.0);
        let leading = text * 1.35;
        self.y += 8.0;
        let _ = writeln!(
            self.out,
            "<g class=\"caption\"><line x1=\"0\" y1=\"{y:.1}\" x2=\"{width}\" y2=\"{y:.1}\"/>",
            y = self.y,
        );
        self.lines(&lines, 6.0, self.y + leading, leading, text);
        #[allow(clippy::cast_precision_loss)] // a few lines
        {
            self.y += leading * lines.len() as f64 + 10.0;
        }
    }

    /// Lines of text from here down, and the end of their group.
    fn lines(&mut self, lines: &[String], x: f64, y: f64, leading: f64, size: f64) {
        let _ = write!(self.out, "<text y=\"{y:.1}\" font-size=\"{size}\">");
        for (index, line) in lines.iter().enumerate() {
            let dy = if index == 0 { 0.0 } else { leading };
            // The blank at the end keeps the words apart for who hears or copies the text.
            let _ =
                write!(self.out, "<tspan x=\"{x:.1}\" dy=\"{dy:.1}\">{} </tspan>", escape(line));
        }
        self.out.push_str("</text></g>\n");
    }

    fn packet(&mut self, arrow: &Arrow) {
        let Geometry { packet, text, words, .. } = *self.geometry;
        let (from, to) = (self.x(&arrow.from), self.x(&arrow.to));
        let y = self.y + packet * 0.52;
        let answer = if arrow.is_answer { " answer" } else { "" };
        let _ = write!(self.out, "<g class=\"arrow {}{answer}\">", arrow.kind.class());
        if let Some(link) = &arrow.link {
            let _ = write!(self.out, "<a href=\"#{link}\">");
        }
        let down = if arrow.link.is_some() { " ↓" } else { "" };
        let name = format!("{}{down}", arrow.name);
        let at =
            self.geometry.within(f64::midpoint(from, to), Geometry::measure(&name, text, 0.68));
        let _ = write!(
            self.out,
            "<text class=\"name\" x=\"{at:.1}\" y=\"{:.1}\" font-size=\"{text}\">{name}</text>",
            y - 6.0,
        );
        let more = self.said(&arrow.words, f64::midpoint(from, to), y + words + 3.0);
        // The arrow comes last: the clear space around the words would cover its tip.
        let tip = if from < to { -9.0 } else { 9.0 };
        let _ = write!(
            self.out,
            "<circle cx=\"{from:.1}\" cy=\"{y:.1}\" r=\"3\"/><line x1=\"{from:.1}\" y1=\"{y:.1}\" \
             x2=\"{:.1}\" y2=\"{y:.1}\"/><path d=\"M{to:.1} {y:.1}l{tip} -4.5v9z\"/>",
            to + tip,
        );
        if arrow.link.is_some() {
            self.out.push_str("</a>");
        }
        self.numbers(arrow, y);
        self.y += packet + more;
    }

    /// What a packet says, below its arrow; in as many lines as it needs, and how high those are that are
    /// more than one.
    fn said(&mut self, said: &str, middle: f64, mut y: f64) -> f64 {
        let (size, room) = (self.geometry.words, self.geometry.room());
        let mut more = -size * LEADING;
        for line in Geometry::balanced(said, size, MONO, room) {
            let line = Geometry::cut(&line, size, MONO, room); // a word may be wider
            let at = self.geometry.within(middle, Geometry::measure(&line, size, MONO));
            let _ = write!(
                self.out,
                "<text class=\"words\" x=\"{at:.1}\" y=\"{y:.1}\" font-size=\"{size}\">{} </text>",
                escape(&line),
            );
            y += size * LEADING;
            more += size * LEADING;
        }
        more.max(0.0)
    }

    /// The number of the packet and its size, in the gutters, and the end of its group.
    fn numbers(&mut self, arrow: &Arrow, y: f64) {
        let Geometry { width, words, shows_sizes, .. } = *self.geometry;
        let y = y + words * 0.35;
        let _ = write!(
            self.out,
            "<text class=\"number\" x=\"2\" y=\"{y:.1}\" font-size=\"{words}\">{}</text>",
            arrow.number,
        );
        if shows_sizes {
            let _ = write!(
                self.out,
                "<text class=\"size\" x=\"{:.1}\" y=\"{y:.1}\" font-size=\"{words}\">{} B</text>",
                width - 2.0,
                arrow.size,
            );
        }
        self.out.push_str("</g>\n");
    }

    fn note(&mut self, client: Option<&str>, note: &str) {
        let Geometry { words, .. } = *self.geometry;
        let lines = Geometry::balanced(note, words, SANS, self.geometry.room() - 16.0);
        let longest = lines.iter().map(|line| Geometry::measure(line, words, SANS));
        let box_width = longest.fold(0.0, f64::max) + 16.0;
        let leading = words * 1.3;
        #[allow(clippy::cast_precision_loss)] // one line or two
        let height = leading * lines.len() as f64 + 8.0;
        let broker = self.x(BROKER);
        let wanted = client.map_or(broker, |client| f64::midpoint(broker, self.x(client)));
        let middle = self.geometry.within(wanted, box_width);
        self.y += 4.0;
        let _ = write!(
            self.out,
            "<g class=\"note\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{box_width:.1}\" \
             height=\"{height:.1}\" rx=\"4\"/>",
            middle - box_width / 2.0,
            self.y,
        );
        self.lines(&lines, middle, self.y + leading, leading, words);
        self.y += height + 4.0;
    }

    fn silence(&mut self, text: &str) {
        let Geometry { width, words, .. } = *self.geometry;
        let y = self.y + 14.0;
        let _ = writeln!(
            self.out,
            "<g class=\"silence\"><line x1=\"0\" y1=\"{y:.1}\" x2=\"{width}\" y2=\"{y:.1}\"/><text \
             x=\"{:.1}\" y=\"{:.1}\" font-size=\"{words}\">{text}</text></g>",
            width / 2.0,
            y + words * 0.35,
        );
        self.y += 28.0;
    }
}
