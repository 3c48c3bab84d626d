//! What somebody must have done who wanted to write the expected packet and wrote this one.
//!
//! The items of the expected packet are laid along the actual bytes, one behind the other. Each can be
//! there as it is, for nothing, or with one of the mistakes that people make, at a cost: the more
//! usual the mistake, the cheaper. The cheapest way to the end is the explanation. It is found by going
//! on from the cheapest place reached so far (Dijkstra's algorithm), so packets that differ little are
//! explained at once, whatever their size.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::Range;

use super::item::{Item, Shape};
use super::transitions;

/// What happened to one item, or between two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The item is there as it should be.
    Equal,
    /// The item says something else, in these many bytes.
    Changed,
    /// A number with its low byte first.
    Swapped,
    /// A number of two bytes in one.
    Narrow,
    /// The Remaining Length as a plain byte.
    Plain,
    /// The item and the one behind it, the other way round.
    Exchanged,
    /// A string without its length.
    LengthMissing,
    /// A string as it should be, behind a wrong length.
    LengthWrong,
    /// … behind a length with its low byte first.
    LengthSwapped,
    /// … behind a length of one byte.
    LengthNarrow,
    /// A string in UTF-16.
    Utf16,
    /// The item is not there.
    Missing,
    /// Bytes in front of the item that belong to nothing.
    Extra,
    /// The bytes end here, perhaps in the middle of the item.
    CutOff,
}

/// A step, the item that it concerns, and the actual bytes that it takes up.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) step: Step,
    /// The number of the item; that of the items for bytes behind the last of them.
    pub(super) item: usize,
    pub(super) range: Range<usize>,
}

/// An explanation, and what it costs.
pub(super) struct Alignment {
    pub(super) steps: Vec<Placed>,
    pub(super) cost: u32,
}

/// The actual packet, as far as anybody can tell.
#[derive(Clone, Copy)]
pub(super) struct Actual<'a> {
    pub(super) bytes: &'a [u8],
    /// What its own decoder saw in it.
    pub(super) items: &'a [Item<'a>],
    /// How many bytes its Remaining Length announces in all.
    pub(super) announced: Option<usize>,
}

/// A place that was reached: so many items are told, so many bytes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) item: usize,
    pub(super) at: usize,
    /// Whether the item before is missing, so that one more missing is the same mistake.
    pub(super) is_gap: bool,
}

/// Explains the actual bytes by the expected items.
pub(super) fn align(expected: &[u8], items: &[Item<'_>], actual: Actual<'_>) -> Alignment {
    let start = Place { item: 0, at: 0, is_gap: false };
    let mut reached: BTreeMap<Place, Reached> = BTreeMap::new();
    let mut open = BinaryHeap::from([Reverse((0, 0, start))]);
    let mut order = 0;
    reached.insert(start, Reached { cost: 0, by: None });
    while let Some(Reverse((cost, _, place))) = open.pop() {
        if order > MOST_PLACES {
            break;
        }
        if reached.get(&place).is_some_and(|known| known.cost < cost) {
            continue;
        }
        if place.item == items.len() && place.at == actual.bytes.len() {
            return Alignment { steps: way(&reached, place), cost };
        }
        for next in transitions::from(place, expected, items, actual) {
            let known = reached.get(&next.place).map_or(u32::MAX, |known| known.cost);
            let total = cost + next.cost;
            if total < known {
                order += 1;
                reached.insert(next.place, Reached { cost: total, by: Some((place, next.step)) });
                open.push(Reverse((total, order, next.place)));
            }
        }
    }
    // Every item can be missing and all bytes can be extra: only for want of time is no end reached.
    drifted(&reached, items.len(), actual.bytes.len())
}

/// Packets that have next to nothing in common are given up behind so many places.
const MOST_PLACES: u32 = 10_000;

/// What can be said without an explanation: up to where the packets agree, and that they do not behind.
fn drifted(reached: &BTreeMap<Place, Reached>, items: usize, size: usize) -> Alignment {
    let agree = reached.iter().filter(|(_, reached)| reached.cost == 0);
    let place = agree.map(|(place, _)| *place).next_back();
    let place = place.unwrap_or(Place { item: 0, at: 0, is_gap: false });
    let mut steps = way(reached, place);
    steps.push(Placed { step: Step::Extra, item: place.item, range: place.at..size });
    if place.item < items {
        steps.push(Placed { step: Step::CutOff, item: place.item, range: size..size });
    }
    Alignment { steps, cost: u32::MAX }
}

struct Reached {
    cost: u32,
    by: Option<(Place, Step)>,
}

/// The steps that led to a place.
fn way(reached: &BTreeMap<Place, Reached>, end: Place) -> Vec<Placed> {
    let mut steps = Vec::new();
    let mut place = end;
    while let Some((before, step)) = reached.get(&place).and_then(|reached| reached.by.clone()) {
        steps.push(Placed { step, item: before.item, range: before.at..place.at });
        place = before;
    }
    steps.reverse();
    steps
}

/// Whether the bytes that are left are all that this item can take.
pub(super) fn is_rest(item: &Item<'_>) -> bool {
    matches!(item.shape, Shape::Rest(_))
}

/// What bytes behind the end of the packet cost.
pub(super) const BEHIND: u32 = 2;

impl Alignment {
    /// The same, with bytes behind it that belong to nothing.
    pub(super) fn followed_by(mut self, items: usize, range: Range<usize>) -> Self {
        self.steps.push(Placed { step: Step::Extra, item: items, range });
        self.cost += BEHIND;
        self
    }
}
