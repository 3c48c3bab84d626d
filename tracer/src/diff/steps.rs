//! Two conversations beside each other, as ladders.
//!
//! ```text
//! alice: the 4th step is different
//!      expected                             actual
//!   ok ──CONNECT──▶       client alice      ──CONNECT──▶       client alice
//!   ok ◀──CONNACK──       accepted          ◀──CONNACK──       accepted
//!   ✗  ◀──PINGRESP──                        ◀──PUBACK──        identifier 1
//! ```

use tap::Direction;

use super::conversation::{CLOSE, ClientDifference, Conversations, Slip, Step};
use super::titles::counted;
use crate::measure::{cut, wrap};
use crate::page::{Hue, Hues, Page};
use crate::printable::printable;
use crate::writer::Writer;

/// Column of the left ladder.
const LEFT: usize = 5;
/// Columns of an arrow with the longest name.
const ARROW: usize = 17;
/// Steps that are shown of those that are alike, at the most.
const MOST_ALIKE: usize = 12;

pub(super) fn text(conversations: &Conversations, page: Page) -> String {
    let mut out = String::new();
    let hues = Hues::of(page);
    let page = Page { width: page.width.max(Page::NARROWEST), ..page };
    for (index, client) in conversations.clients().iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let mut writer = Writer::new(&mut out, hues.as_ref());
        head(&mut writer, client);
        if client.is_equal() {
            continue;
        }
        ladders(&mut writer, page.width, client);
        writer.end_line();
        match &client.difference {
            Some(difference) => out.push_str(&difference.text(page)),
            None => explain(&mut writer, page.width, client),
        }
    }
    out
}

fn head(writer: &mut Writer<'_>, client: &ClientDifference) {
    let name = printable(&client.client);
    let line = if client.is_equal() {
        format!("ok {name}: {} alike", counted(client.alike.len(), "step"))
    } else {
        format!("{name}: step {} is different", client.alike.len() + 1)
    };
    let hue = if client.is_equal() { Hue::Payload } else { Hue::Strong };
    writer.hue(hue).text(&line).hue(Hue::Plain).end_line();
}

fn ladders(writer: &mut Writer<'_>, width: usize, client: &ClientDifference) {
    let right = LEFT + (width - LEFT) / 2;
    writer.hue(Hue::Faint).spaces(LEFT).text("expected").to(right).text("actual");
    writer.hue(Hue::Plain).end_line();
    let hidden = client.alike.len().saturating_sub(MOST_ALIKE);
    if hidden > 0 {
        let line = format!("… {} before these", counted(hidden, "step"));
        writer.hue(Hue::Faint).spaces(LEFT).text(&line).hue(Hue::Plain).end_line();
    }
    for step in &client.alike[hidden..] {
        writer.hue(Hue::Payload).spaces(2).text("ok").hue(Hue::Plain).to(LEFT);
        half(writer, Some(step), right - 1);
        writer.to(right);
        half(writer, Some(step), width);
        writer.end_line();
    }
    writer.hue(Hue::Wrong).spaces(2).text("✗").hue(Hue::Plain).to(LEFT);
    half(writer, client.expected.as_ref(), right - 1);
    writer.to(right);
    half(writer, client.actual.as_ref(), width);
    writer.end_line();
}

/// A step, up to this column.
fn half(writer: &mut Writer<'_>, step: Option<&Step>, end: usize) {
    let Some(Step { direction, name, words, .. }) = step else {
        writer.text("nothing");
        return;
    };
    let start = writer.column();
    match direction {
        Direction::ToServer => writer.text("──").text(name).text("──▶"),
        Direction::ToClient => writer.text("◀──").text(name).text("──"),
    };
    if !words.is_empty() && end > start + ARROW + 1 {
        writer.to(start + ARROW).text(&cut(words, end - start - ARROW));
    }
}

fn explain(writer: &mut Writer<'_>, width: usize, client: &ClientDifference) {
    let told = |step: &Step| {
        let who = match step.direction {
            Direction::ToServer => "the client",
            Direction::ToClient => "the broker",
        };
        match step.name {
            CLOSE => format!("{who} closes the Network Connection"),
            name => format!("{who} sends {name}"),
        }
    };
    let is_start = client.alike.is_empty();
    let sentence = match (&client.expected, &client.actual, client.slip) {
        (Some(_), None, _) if is_start => "No client of this name came.".to_owned(),
        (None, Some(_), _) if is_start => "No client of this name was expected.".to_owned(),
        (Some(expected), Some(_), Some(Slip::Missing)) => {
            format!("One step is missing: {}.", told(expected))
        }
        (Some(_), Some(actual), Some(Slip::Extra)) => {
            format!("One step too many: {}.", told(actual))
        }
        (Some(expected), Some(actual), None) => {
            format!("Expected: {}. Instead: {}.", told(expected), told(actual))
        }
        (Some(expected), None, _) => {
            format!("Expected: {}. Nothing more happened.", told(expected))
        }
        (None, Some(actual), _) => format!("Nothing more was expected: {}.", told(actual)),
        (None, None, _) => return,
    };
    for line in wrap(&sentence, width - 2) {
        writer.spaces(2).text(&line).end_line();
    }
}
