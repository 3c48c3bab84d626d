//! How a run differs from the usual one, packet by packet and field by field.
//!
//! Both are played on the virtual network, where each run is like the last one. Their packets are laid
//! beside each other with as few differences as possible; `tracer::diff` then says what differs within a
//! pair. A run over TCP has the same packets on each connection, and is told by place which of them changed.

use std::collections::BTreeMap;

use lab::{Choices, Scenario};
use tap::Direction;
use tracer::diff::{self, Finding, Kind};
use tracer::value_text;
use wire::{Span, Spanned, Version};

use crate::play::{Passed, Played};

/// How a packet differs from what it usually is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is as ever.
    #[default]
    None,
    /// Something stands in these fields that does not usually.
    Fields(Vec<Changed>),
    /// Usually there is no such packet.
    New,
}

/// A field with another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) key: &'static str,
    /// Its number among the fields of this key in its packet, from 0.
    pub(crate) nth: usize,
    /// What it usually says; `None` if it is not there.
    pub(crate) usual: Option<String>,
}

/// What is otherwise in a run, and what is not there.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    changes: BTreeMap<Place, Change>,
    /// How many packets of each connection and direction were asked for.
    asked: BTreeMap<(u32, Direction), usize>,
    /// The packets that usually pass, in words.
    missing: Vec<String>,
}

/// The connection, the direction, and the number in it.
type Place = (u32, Direction, usize);

/// A value is quoted up to so many columns.
const VALUE_ROOM: usize = 30;
/// What it costs to leave a packet without a counterpart, where each field that differs costs 1.
const ALONE: usize = 2;
/// Two packets of one type and direction belong together unless a better pair can be had.
const DEAREST_PAIR: usize = 2 * ALONE - 1;

impl Comparison {
    /// Compares a scenario with these choices to what it usually is.
    pub(crate) fn of(scenario: &'static Scenario, choices: &Choices) -> Result<Self, String> {
        if choices.are_usual() {
            return Ok(Self::default());
        }
        let usual = Played::of(scenario.name)?;
        let chosen = Played::with(scenario, choices)?;
        let (usual, chosen): (Vec<_>, Vec<_>) =
            (usual.packets().collect(), chosen.packets().collect());
        let mut comparison = Self::default();
        let mut counts = BTreeMap::new();
        for pair in pairs(&usual, &chosen) {
            match pair {
                (usual, Some(chosen)) => {
                    let count: &mut usize =
                        counts.entry((chosen.stream, chosen.direction)).or_default();
                    let place = (chosen.stream, chosen.direction, *count);
                    *count += 1;
                    let change = usual.map_or(Change::New, |usual| change(usual, chosen));
                    comparison.changes.insert(place, change);
                }
                (Some(usual), None) => comparison.missing.push(format!(
                    "{} {} → {}",
                    usual.type_name(),
                    usual.from(),
                    usual.to()
                )),
                (None, None) => {}
            }
        }
        Ok(comparison)
    }

    /// How this packet differs. To be asked for each packet of a run, in its order.
    pub(crate) fn next(&mut self, passed: &Passed) -> Change {
        let asked = self.asked.entry((passed.stream, passed.direction)).or_default();
        let place = (passed.stream, passed.direction, *asked);
        *asked += 1;
        self.changes.get(&place).cloned().unwrap_or_default()
    }

    /// How many packets differ, or are new.
    pub(crate) fn changed(&self) -> usize {
        self.changes.values().filter(|change| **change != Change::None).count()
    }

    /// What there is to say at the end: which packets were not there this time.
    pub(crate) fn missing(&self) -> Option<String> {
        let (last, others) = self.missing.split_last()?;
        let packets =
            if others.is_empty() { last.clone() } else { format!("{}; {last}", others.join("; ")) };
        Some(format!("Missing this time: {packets}."))
    }
}

fn change(usual: &Passed, chosen: &Passed) -> Change {
    let difference = diff::packets(&usual.bytes, &chosen.bytes, Version::default());
    if difference.is_equal() {
        return Change::None;
    }
    let changed = difference.findings().iter().flat_map(|finding| fields(finding, usual, chosen));
    Change::Fields(changed.collect())
}

/// The fields of the chosen packet that a finding is about.
fn fields(finding: &Finding, usual: &Passed, chosen: &Passed) -> Vec<Changed> {
    let keys: Vec<_> = match &finding.kind {
        Kind::Bits(bits) => bits.iter().map(|bits| bits.field.key).collect(),
        Kind::Extra(fields) => fields.iter().map(|field| field.key).collect(),
        _ => finding.field.iter().map(|field| field.key).collect(),
    };
    let found = |key| {
        let nth = place_of(chosen, key, finding.actual)?.0;
        let usual = place_of(usual, key, finding.expected)
            .map(|(_, spanned)| value_text(spanned, &usual.bytes, VALUE_ROOM));
        Some(Changed { key, nth, usual })
    };
    keys.into_iter().filter_map(found).collect()
}

/// The field of this key that begins in this place, and its number among those of its key.
fn place_of<'p>(passed: &'p Passed, key: &str, place: Span) -> Option<(usize, &'p Spanned)> {
    let of_key =
        passed.spans.iter().filter(|spanned| spanned.field.key == key && !spanned.is_group);
    of_key.enumerate().find(|(_, spanned)| {
        place.offset <= spanned.span.offset && spanned.span.end() <= place.end()
    })
}

/// The packets of both runs in their order, those that belong together in one pair: the likeliest pairs,
/// which differ the least in all.
fn pairs<'p>(
    usual: &[&'p Passed],
    chosen: &[&'p Passed],
) -> Vec<(Option<&'p Passed>, Option<&'p Passed>)> {
    let (rows, columns) = (usual.len(), chosen.len());
    // costs[row][column]: what the packets from there on cost.
    let mut costs = vec![vec![0; columns + 1]; rows + 1];
    for row in (0..=rows).rev() {
        for column in (0..=columns).rev() {
            costs[row][column] = match (row < rows, column < columns) {
                (false, false) => 0,
                (true, false) => costs[row + 1][column] + ALONE,
                (false, true) => costs[row][column + 1] + ALONE,
                (true, true) => {
                    let alone = costs[row + 1][column].min(costs[row][column + 1]) + ALONE;
                    match cost(usual[row], chosen[column]) {
                        Some(cost) => alone.min(costs[row + 1][column + 1] + cost),
                        None => alone,
                    }
                }
            };
        }
    }
    let (mut row, mut column, mut pairs) = (0, 0, Vec::new());
    while row < rows || column < columns {
        let (one, other) = (usual.get(row).copied(), chosen.get(column).copied());
        let pair = one.zip(other).and_then(|(one, other)| cost(one, other));
        let is_pair =
            pair.is_some_and(|cost| costs[row][column] == costs[row + 1][column + 1] + cost);
        if is_pair {
            pairs.push((one, other));
            (row, column) = (row + 1, column + 1);
        } else if one.is_some() && costs[row][column] == costs[row + 1][column] + ALONE {
            pairs.push((one, None));
            row += 1;
        } else {
            pairs.push((None, other));
            column += 1;
        }
    }
    pairs
}

/// How much two packets differ; `None` if they are no pair at all.
fn cost(usual: &Passed, chosen: &Passed) -> Option<usize> {
    let is_pair =
        usual.packet_type() == chosen.packet_type() && usual.direction == chosen.direction;
    let of_others = usize::from(usual.client != chosen.client);
    is_pair.then(|| (differing(usual, chosen) + of_others).min(DEAREST_PAIR))
}

/// In how many fields two packets of one type differ.
fn differing(usual: &Passed, chosen: &Passed) -> usize {
    let sizes = usual.spans.len().abs_diff(chosen.spans.len());
    let bytes = |passed: &Passed, spanned: &Spanned| {
        let bytes = passed.bytes.get(spanned.span.offset..spanned.span.end());
        bytes.map(<[u8]>::to_vec)
    };
    let fields = usual.spans.iter().zip(&chosen.spans);
    sizes + fields.filter(|(one, other)| bytes(usual, one) != bytes(chosen, other)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What differs, a line a packet.
    fn compared(scenario: &str, chosen: &[(&str, &str)]) -> (Vec<String>, Option<String>) {
        let scenario = Scenario::named(scenario).unwrap();
        let mut choices = Choices::usual(scenario);
        for (name, value) in chosen {
            choices.set(name, value).unwrap();
        }
        let mut comparison = Comparison::of(scenario, &choices).unwrap();
        let played = Played::with(scenario, &choices).unwrap();
        let mut lines = Vec::new();
        for passed in played.packets() {
            let name = passed.type_name();
            match comparison.next(passed) {
                Change::None => {}
                Change::New => lines.push(format!("{name} is new")),
                Change::Fields(fields) => {
                    let fields = fields.iter().map(|Changed { key, nth, usual }| {
                        let usual = usual.as_deref().unwrap_or("nothing");
                        format!("{key} {nth} was {usual}")
                    });
                    lines.push(format!("{name}: {}", fields.collect::<Vec<_>>().join(", ")));
                }
            }
        }
        (lines, comparison.missing())
    }

    #[test]
    fn nothing_chosen_is_nothing_changed() {
        assert_eq!(compared("publish", &[]), (vec![], None));
    }

    #[test]
    fn a_changed_bit_is_told_with_what_it_was() {
        let (lines, missing) = compared("publish", &[("retain", "1")]);
        assert_eq!(lines, ["PUBLISH: retain 0 was 0", "PUBLISH: retain 0 was 0"]);
        assert_eq!(missing, None);
    }

    #[test]
    fn packets_more_and_packets_less_are_told() {
        let (lines, missing) = compared("publish", &[("qos", "2")]);
        assert_eq!(lines[0], "PUBLISH: qos 0 was 1 at least once");
        assert!(lines.contains(&"PUBREC is new".to_owned()), "{lines:?}");
        assert!(missing.unwrap().contains("PUBACK broker → alice"));
    }

    #[test]
    fn the_second_filter_of_two_is_told_from_the_first() {
        let (lines, _) = compared("subscribe", &[("filter", "home/kitchen/temperature")]);
        assert!(lines[0].contains("topic_filter 0 was \"home/+/temperature\""), "{lines:?}");
        assert!(!lines[0].contains("topic_filter 1"), "{lines:?}");
    }

    #[test]
    fn one_pair_of_nine_differs_in_nothing_but_identifiers() {
        let (lines, missing) = compared("qos", &[("published", "2"), ("subscribed", "1")]);
        assert!(lines.iter().all(|line| line.contains("packet_identifier")), "{lines:?}");
        assert!(missing.unwrap().contains("CONNECT sub0 → broker"));
    }
}
