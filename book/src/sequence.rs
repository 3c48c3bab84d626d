//! Who says what to whom: the packets of a scenario as a sequence diagram in rows, which reads as a
//! table where there are no styles.

use std::fmt::Write;

use tap::Direction;
use tracer::{Entry, summary};

use crate::html::escape;
use crate::trace::each_entry;

/// The packets from number `from` to number `to`, and the events between them.
pub(crate) fn html(scenario: &str, from: u64, to: u64) -> Result<String, String> {
    let mut out = format!(
        "<table class=\"sequence\"><caption class=\"hidden\">Scenario {scenario}</caption>\n\
         <thead><tr><th scope=\"col\">Packet</th><th scope=\"col\">Client</th><th \
         scope=\"col\"></th><th scope=\"col\">Broker</th><th scope=\"col\">What it says</th></tr>\
         </thead>\n<tbody>\n"
    );
    let mut last = 0;
    each_entry(scenario, |entry| match entry {
        Entry::Packet(seen) => {
            last = seen.number;
            if (from..=to).contains(&last)
                && let Ok(packet) = &seen.outcome
            {
                let (class, left, right) = match seen.direction {
                    Direction::ToServer => ("to-server", "", "▶"),
                    Direction::ToClient => ("to-client", "◀", ""),
                };
                let _ = writeln!(
                    out,
                    "<tr class=\"{class}\"><td>{last}</td><td>{}</td><th scope=\"row\">{left} {} \
                     {right}</th><td>broker</td><td>{}</td></tr>",
                    escape(&seen.client),
                    packet.packet_type(),
                    escape(&summary(packet).to_string()),
                );
            }
        }
        Entry::Event(event) => {
            if (from..=to).contains(&last) {
                let text = escape(&event.text);
                let _ = writeln!(
                    out,
                    "<tr class=\"event\"><td></td><td colspan=\"4\">{text}</td></tr>"
                );
            }
        }
    })?;
    out.push_str("</tbody></table>\n");
    if last < from {
        return Err(format!("scenario {scenario} has no packet {from}"));
    }
    Ok(out)
}
