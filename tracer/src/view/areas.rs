//! Where the panes stand, in a window of some size.

use ratatui::layout::Rect;

/// The smallest window that has room for all.
pub(super) const SMALLEST: (u16, u16) = (50, 16);

/// Lines of the explanation.
const EXPLANATION: u16 = 3;

/// The places of the panes. The list has all of the body where it is a sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Areas {
    pub(super) title: Rect,
    pub(super) packets: Rect,
    pub(super) tree_title: Rect,
    pub(super) tree: Rect,
    pub(super) explanation: Rect,
    pub(super) grid_title: Rect,
    pub(super) grid: Rect,
    pub(super) status: Rect,
}

impl Areas {
    pub(super) fn new((width, height): (u16, u16), is_sequence: bool) -> Self {
        let mut top = 0;
        let mut take = |lines: u16| {
            let area = Rect { x: 0, y: top, width, height: lines };
            top += lines;
            area
        };
        if is_sequence {
            let title = take(1);
            let packets = take(height.saturating_sub(2));
            return Self { title, packets, status: take(1), ..Self::default() };
        }
        let panes = height.saturating_sub(4 + EXPLANATION); // the four: title, two rules, status
        let grid = (panes / 4).max(2);
        let packets = panes.saturating_sub(grid) * 2 / 5;
        let tree = panes.saturating_sub(grid + packets);
        Self {
            title: take(1),
            packets: take(packets),
            tree_title: take(1),
            tree: take(tree),
            explanation: take(EXPLANATION),
            grid_title: take(1),
            grid: take(grid),
            status: take(1),
        }
    }

    /// How many bytes a line of the grid has.
    pub(super) fn grid_line(&self) -> usize {
        if self.grid.width >= 76 { 16 } else { 8 }
    }
}
