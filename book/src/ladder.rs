//! The ladder of a scenario: what `lab scenario NAME --detail line` prints, as it prints it.

use tracer::{Conversation, Ladder, Page};

use crate::html::escape;
use crate::play::Played;

/// Columns of the ladder: as many as a page of the book has.
const WIDTH: usize = 96;

pub(crate) fn html(played: &Played) -> String {
    let mut conversation = Conversation::default();
    let mut ladder = Ladder::new(Page { width: WIDTH, colour: None });
    let mut text = String::new();
    for record in &played.records {
        if let Some(entry) = conversation.add(record.clone()) {
            ladder.entry(&entry, &mut text);
        }
    }
    let name = played.scenario.name;
    // An empty line would end the HTML block, and there is none: each rung has its time.
    let lines: Vec<_> = text.lines().map(escape).collect();
    format!(
        "<pre class=\"ladder\" tabindex=\"0\" role=\"region\" aria-label=\"{name}, one line a \
         packet\"><code>{}</code></pre>\n",
        lines.join("\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_packet_is_a_rung() {
        let played = Played::of("session").unwrap();
        let html = html(&played);
        assert_eq!(html.matches(['▶', '◀']).count(), played.packets().count());
        assert!(!html.contains("\n\n"), "an empty line would end the HTML block");
    }
}
