//! Where the columns of the rows begin, on a page of some width.
//!
//! Where a page is narrow, columns go: Wireshark's names first, then the sections, then the hex, which
//! the grid above shows anyway.

use crate::page::Page;

/// The columns of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) byte: usize,
    pub(super) hex: Option<usize>,
    pub(super) bits: usize,
    pub(super) field: usize,
    pub(super) value: usize,
    pub(super) section: Option<usize>,
    pub(super) wireshark: Option<usize>,
    /// How many columns a line has.
    pub(super) width: usize,
}

/// The longest name of a field, and a gap.
const FIELD_WIDTH: usize = 25;
/// Hex of seven bytes, or `0001 ····` behind two bytes.
const HEX_WIDTH: usize = 11;
const SECTION_WIDTH: usize = 9;
const WIRESHARK_WIDTH: usize = 26;
/// A gap that sets section and filter apart.
const GAP: usize = 2;
/// The room that a value has before another column goes.
const VALUE_WIDTH: usize = 23;

impl Columns {
    pub(super) fn new(page: Page) -> Self {
        let width = page.width;
        let with_hex = 20 + HEX_WIDTH + 1 + FIELD_WIDTH;
        let wide = with_hex + VALUE_WIDTH;
        let hex = (width >= wide).then_some(9);
        let bits = if hex.is_some() { 9 + HEX_WIDTH } else { 9 };
        let field = bits + HEX_WIDTH + usize::from(hex.is_some());
        let columns = Self {
            byte: 2,
            hex,
            bits,
            field,
            value: field + FIELD_WIDTH,
            section: None,
            wireshark: None,
            width,
        };
        if width > wide + SECTION_WIDTH + GAP + WIRESHARK_WIDTH {
            let wireshark = width - WIRESHARK_WIDTH;
            let section = wireshark - SECTION_WIDTH - GAP;
            Self { section: Some(section), wireshark: Some(wireshark), ..columns }
        } else if width > wide + SECTION_WIDTH {
            Self { section: Some(width - SECTION_WIDTH), ..columns }
        } else {
            columns
        }
    }

    /// How many columns a value has that begins in this one.
    pub(super) fn value_room(&self, from: usize) -> usize {
        let end = self.section.map_or(self.width, |section| section - 1);
        end.saturating_sub(from).max(NARROWEST_VALUE)
    }
}

/// A value has this room even where the numbers of the bytes take all there is.
const NARROWEST_VALUE: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(width: usize) -> Columns {
        Columns::new(Page { width, colour: None })
    }

    #[test]
    fn columns_go_one_by_one() {
        let shown = |width| {
            let columns = columns(width);
            (columns.hex.is_some(), columns.section.is_some(), columns.wireshark.is_some())
        };
        assert_eq!(shown(118), (true, true, true));
        assert_eq!(shown(117), (true, true, false));
        assert_eq!(shown(100), (true, true, false));
        assert_eq!(shown(80), (true, false, false));
        assert_eq!(shown(60), (false, false, false));
    }

    #[test]
    fn every_page_leaves_room_for_values() {
        for width in Page::NARROWEST..200 {
            let columns = columns(width);
            assert!(columns.value_room(columns.value) >= 14, "{columns:?}");
        }
    }
}
