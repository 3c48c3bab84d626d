//! The mistakes that can be made with one item, and what each costs.

use wire::Part;

use super::align::{Actual, Place, Step, is_rest};
use super::item::{Item, Shape};

/// A way on from a place.
pub(super) struct Transition {
    pub(super) step: Step,
    pub(super) place: Place,
    pub(super) cost: u32,
}

/// Extra bytes are followed by the next item: at most so many places are tried.
const MOST_RESUMES: usize = 64;
/// … among so many bytes.
const MOST_EXTRA: usize = 1024;

/// The ways on from a place.
pub(super) fn from(
    place: Place,
    expected: &[u8],
    items: &[Item<'_>],
    actual: Actual<'_>,
) -> Vec<Transition> {
    let left = &actual.bytes[place.at..];
    let Some(item) = items.get(place.item) else {
        return vec![extra(place, left.len())];
    };
    let wanted = &expected[item.range.clone()];
    let tried = Tried { place, item, wanted, left, actual };
    let next = items.get(place.item + 1).map(|next| (next, &expected[next.range.clone()]));
    let mut ways = tried.changed();
    ways.extend(tried.equal());
    ways.extend(tried.cut_off(items.len()));
    ways.push(tried.on(Step::Missing, 0, if place.is_gap { 2 } else { 3 }));
    ways.extend(next.and_then(|(next, wanted)| tried.exchanged(next, wanted)));
    ways.extend(tried.resumes());
    ways
}

/// An item that is looked for in the bytes that are left.
struct Tried<'t> {
    place: Place,
    item: &'t Item<'t>,
    wanted: &'t [u8],
    left: &'t [u8],
    actual: Actual<'t>,
}

impl Tried<'_> {
    fn on(&self, step: Step, len: usize, cost: u32) -> Transition {
        let Place { item, at, .. } = self.place;
        let is_gap = step == Step::Missing;
        Transition { step, place: Place { item: item + 1, at: at + len, is_gap }, cost }
    }

    fn equal(&self) -> Option<Transition> {
        let is_there = self.left.starts_with(self.wanted);
        let fits = !is_rest(self.item) || self.left.len() == self.wanted.len();
        (is_there && fits).then(|| self.on(Step::Equal, self.wanted.len(), 0))
    }

    /// The item is there, and different.
    fn changed(&self) -> Vec<Transition> {
        match &self.item.shape {
            Shape::Byte { .. } => self.byte().into_iter().collect(),
            Shape::Number(_) => self.number(),
            Shape::RemainingLength(_) => self.remaining_length(),
            Shape::Counted { .. } => self.counted(),
            Shape::Rest(_) => self.rest().into_iter().collect(),
        }
    }

    /// The item stands behind the next one. Both are of one or two bytes: what is longer can be found
    /// wherever it is.
    fn exchanged(&self, next: &Item<'_>, behind: &[u8]) -> Option<Transition> {
        let is_short = |item: &Item<'_>| {
            let is_header = item.field().part == Part::FixedHeader;
            matches!(item.shape, Shape::Byte { .. } | Shape::Number(_)) && !is_header
        };
        let rest = self.left.strip_prefix(behind)?;
        let is_there = rest.starts_with(self.wanted) && self.wanted != behind;
        let Place { item, at, .. } = self.place;
        let at = at + self.wanted.len() + behind.len();
        (is_there && is_short(self.item) && is_short(next)).then_some(Transition {
            step: Step::Exchanged,
            place: Place { item: item + 2, at, is_gap: false },
            cost: 2,
        })
    }

    fn byte(&self) -> Option<Transition> {
        (!self.left.is_empty()).then(|| self.on(Step::Changed, 1, 2))
    }

    fn number(&self) -> Vec<Transition> {
        let &[high, low] = self.wanted else { return Vec::new() };
        let mut ways = Vec::new();
        if let &[first, second, ..] = self.left {
            let is_swapped = (first, second) == (low, high);
            let (step, cost) = if is_swapped { (Step::Swapped, 1) } else { (Step::Changed, 2) };
            ways.push(self.on(step, 2, cost));
        }
        if high == 0 && self.left.first() == Some(&low) {
            ways.push(self.on(Step::Narrow, 1, 2));
        }
        ways
    }

    fn remaining_length(&self) -> Vec<Transition> {
        let own = self.actual.items.iter().find(|item| {
            matches!(item.shape, Shape::RemainingLength(_)) && item.range.start == self.place.at
        });
        let mut ways = Vec::new();
        if let Some(own) = own {
            let counted = self.actual.bytes.len() - own.range.end;
            let counts = own.spanned().value(&[]).number() == counted as u64;
            ways.push(self.on(Step::Changed, own.range.len(), if counts { 1 } else { 2 }));
        } else if !self.left.is_empty() {
            ways.push(self.on(Step::Changed, 1, 2));
        }
        if let (Shape::RemainingLength(spanned), Some(&first)) =
            (&self.item.shape, self.left.first())
            && self.wanted.len() > 1
            && u64::from(first) == spanned.value(&[]).number() & 0xff
        {
            ways.push(self.on(Step::Plain, 1, 1));
        }
        ways
    }

    fn counted(&self) -> Vec<Transition> {
        let Some((length, content)) = self.wanted.split_at_checked(2) else { return Vec::new() };
        let (high, low) = (length[0], length[1]);
        let mut ways = Vec::new();
        let is_empty = content.is_empty();
        if !is_empty && self.left.starts_with(content) {
            ways.push(self.on(Step::LengthMissing, content.len(), 2));
        }
        if !is_empty && self.left.first() == Some(&low) && self.left[1..].starts_with(content) {
            ways.push(self.on(Step::LengthNarrow, 1 + content.len(), 2));
        }
        let Some((&[first, second], behind)) = self.left.split_first_chunk::<2>() else {
            return ways;
        };
        if behind.starts_with(content) && !is_empty {
            let is_swapped = (first, second) == (low, high);
            let (step, cost) =
                if is_swapped { (Step::LengthSwapped, 1) } else { (Step::LengthWrong, 2) };
            ways.push(self.on(step, 2 + content.len(), cost));
        }
        if let Some(encoded) =
            utf16(content).into_iter().find(|encoded| behind.starts_with(encoded))
        {
            ways.push(self.on(Step::Utf16, 2 + encoded.len(), 2));
        }
        let count = usize::from(u16::from_be_bytes([first, second]));
        if count <= behind.len() {
            ways.push(self.on(Step::Changed, 2 + count, 4));
        }
        ways
    }

    fn rest(&self) -> Option<Transition> {
        let is_short = self.actual.announced.is_some_and(|size| size > self.actual.bytes.len());
        let is_cut = is_short && self.wanted.starts_with(self.left);
        (!is_cut && !self.left.is_empty()).then(|| self.on(Step::Changed, self.left.len(), 4))
    }

    /// The bytes end here, and all items behind are missing for that one reason.
    fn cut_off(&self, last: usize) -> Option<Transition> {
        let missing = u32::try_from(last - self.place.item).unwrap_or(u32::MAX / 4);
        let is_cut = self.wanted.starts_with(self.left) && self.left.len() < self.wanted.len();
        let is_cut = is_cut && (!is_rest(self.item) || self.rest().is_none());
        is_cut.then(|| Transition {
            step: Step::CutOff,
            place: Place { item: last, at: self.place.at + self.left.len(), is_gap: false },
            cost: missing.saturating_mul(2),
        })
    }

    /// Bytes that belong to nothing, up to where the item stands after all: as it should be, or where
    /// the packet's own decoder saw it.
    fn resumes(&self) -> Vec<Transition> {
        let Self { place, item, wanted, left, actual } = self;
        let mut resumes: Vec<usize> = (1..left.len().min(MOST_EXTRA))
            .filter(|&skipped| {
                let behind = &left[skipped..];
                let is_there = !wanted.is_empty() && behind.starts_with(wanted);
                is_there && (!is_rest(item) || behind.len() == wanted.len())
            })
            .take(MOST_RESUMES)
            .collect();
        let own = actual.items.iter().filter(|own| own.field() == item.field());
        let own = own.filter_map(|own| own.range.start.checked_sub(place.at));
        resumes.extend(own.filter(|&skipped| skipped > 0).take(MOST_RESUMES));
        if !left.is_empty() {
            resumes.push(left.len());
        }
        resumes
            .into_iter()
            .filter(|&skipped| skipped > 0)
            .map(|skipped| extra(*place, skipped))
            .collect()
    }
}

fn extra(place: Place, len: usize) -> Transition {
    let cost = if len > 16 { 4 } else { 3 };
    Transition {
        step: Step::Extra,
        place: Place { at: place.at + len, is_gap: false, ..place },
        cost,
    }
}

/// A text in UTF-16, high byte first and low byte first, without and with the mark of its order.
fn utf16(content: &[u8]) -> Vec<Vec<u8>> {
    let Ok(text) = std::str::from_utf8(content) else { return Vec::new() };
    if text.is_empty() {
        return Vec::new();
    }
    let encode = |bytes: fn(u16) -> [u8; 2], mark: bool| {
        let mark = mark.then_some('\u{feff}').into_iter();
        let units = mark.chain(text.chars()).collect::<String>();
        units.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    vec![
        encode(u16::to_be_bytes, false),
        encode(u16::to_le_bytes, false),
        encode(u16::to_be_bytes, true),
        encode(u16::to_le_bytes, true),
    ]
}
