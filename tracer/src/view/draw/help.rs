//! What the keys do.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, Clear, Paragraph};

const KEYS: &str = "\
↑ ↓ PgUp PgDn Home End   move in the pane with the ▸
← →                      in the bytes: one byte
Tab, Shift+Tab, Enter    to the next pane, back, to the fields
/                        filter: words, or mqtt.qos > 0
f                        follow the client of this line, or all
s                        sequence diagram, or list
y, Y                     copy packet, field as hex
Esc                      take back filter, client, pane
q, Ctrl+C                leave

A click chooses a line, a field or a byte.
✗ marks the field that breaks a rule.";

pub(super) fn draw(frame: &mut Frame<'_>, columns: u16, lines: u16) {
    let height = u16::try_from(KEYS.lines().count()).unwrap_or(u16::MAX).saturating_add(2);
    let (width, height) = (columns.min(66), height.min(lines));
    let area = Rect { x: (columns - width) / 2, y: (lines - height) / 2, width, height };
    frame.render_widget(Clear, area);
    let block = Block::bordered().title(" keys; any of them closes this ");
    frame.render_widget(Paragraph::new(KEYS).block(block), area);
}
