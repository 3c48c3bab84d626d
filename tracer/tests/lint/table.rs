//! The table of all rules: for each of them traffic that breaks it, which the lint says, and traffic that
//! nearly does, of which it says nothing; or the reason why it cannot be seen.

mod elsewhere;

use std::collections::BTreeSet;
use std::fmt::Write;

use tap::Record;
use tracer::capture::{Reader, Writer};
use tracer::lint::{self, Matter, Remark};
use wire::Rule;

use crate::common::page;
use crate::talk::Talk;
use crate::{admission, bytes, delivery, exchanges, link, remarks, resumed, retained};
use elsewhere::{SAME_AS, UNSEEN};

/// Traffic that breaks a rule, and traffic that nearly does.
pub(crate) struct Case {
    rule: &'static str,
    breaks: Talk,
    nearly: Talk,
    /// What both break as well: some rules say what has to follow from a broken one.
    beside: &'static [&'static str],
}

pub(crate) fn case(rule: &'static str, breaks: Talk, nearly: Talk) -> Case {
    Case { rule, breaks, nearly, beside: &[] }
}

impl Case {
    pub(crate) fn beside(self, beside: &'static [&'static str]) -> Self {
        Self { beside, ..self }
    }

    /// The remark on the rule, which is the only one that is not expected beside it.
    fn named(&self, remarks: Vec<Remark>) -> Result<Remark, String> {
        let breaches = remarks.into_iter().filter(Remark::is_breach);
        let (mut named, beside): (Vec<_>, Vec<_>) =
            breaches.partition(|remark| remark.id() == self.rule);
        if named.len() == 1 && beside.iter().map(Remark::id).eq(self.beside.iter().copied()) {
            return Ok(named.remove(0));
        }
        let all = [named, beside].concat();
        Err(format!("what breaks {}: {}\n", self.rule, told(&all)))
    }

    /// What is said although nothing is to be said.
    fn alarm(&self, remarks: Vec<Remark>) -> Option<String> {
        let breaches: Vec<_> = remarks.into_iter().filter(Remark::is_breach).collect();
        let is_expected = breaches.iter().map(Remark::id).eq(self.beside.iter().copied());
        let rule = self.rule;
        (!is_expected).then(|| format!("what nearly breaks {rule}: {}\n", told(&breaches)))
    }
}

fn told(remarks: &[Remark]) -> String {
    remarks.iter().map(|remark| lint::text(remark, page(100))).collect()
}

fn cases() -> Vec<Case> {
    let all = [
        bytes::cases(),
        link::cases(),
        admission::cases(),
        exchanges::cases(),
        resumed::cases(),
        delivery::cases(),
        retained::cases(),
    ];
    all.into_iter().flatten().collect()
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    wire::rules::MQTT_3_1_1.iter().chain(wire::requirements::ALL).copied()
}

/// Each remark has its rule, its packet and its bits: the snapshot shows them all.
#[test]
fn what_breaks_a_rule_is_named() {
    let mut told = String::new();
    let mut failures = String::new();
    for case in cases() {
        let remark = match case.named(remarks(case.breaks.clone().records())) {
            Ok(remark) => remark,
            Err(failure) => {
                failures += &failure;
                continue;
            }
        };
        let Matter::Breach(rule) = remark.matter else { unreachable!("{remark:?}") };
        assert!(rules().any(|known| known == rule), "{rule:?}");
        let packet = &remark.packet;
        write!(told, "{} #{} {}", rule.id, packet.number, packet.packet_type).unwrap();
        if let Some((field, span)) = remark.field {
            write!(told, " | {span}, {}", field.name).unwrap();
        }
        writeln!(told, " | {}", remark.detail).unwrap();
    }
    assert_eq!(failures, "");
    insta::assert_snapshot!("table", told);
}

#[test]
fn what_nearly_breaks_a_rule_is_not() {
    let alarm = |case: &Case| case.alarm(remarks(case.nearly.clone().records()));
    assert_eq!(cases().iter().filter_map(alarm).collect::<String>(), "");
}

/// The same from a capture file, as the command reads it.
#[test]
fn a_capture_tells_the_same() {
    let mut failures = String::new();
    for case in cases() {
        let of_file = case.named(remarks(through_a_file(case.breaks.clone().records())));
        let direct = case.named(remarks(case.breaks.clone().records()));
        match (of_file, direct) {
            (Ok(of_file), Ok(direct)) => {
                assert_eq!(of_file.packet.number, direct.packet.number, "{}", case.rule);
                assert_eq!(of_file.field, direct.field, "{}", case.rule);
            }
            (of_file, _) => failures.extend(of_file.err()),
        }
        let nearly = remarks(through_a_file(case.nearly.clone().records()));
        failures.extend(case.alarm(nearly));
    }
    assert_eq!(failures, "");
}

fn through_a_file(records: Vec<Record>) -> Vec<Record> {
    let mut writer = Writer::new(Vec::new()).unwrap();
    for record in records {
        writer.record(&record).unwrap();
    }
    Reader::new(&writer.finish().unwrap()[..]).map(Result::unwrap).collect()
}

#[test]
fn each_rule_is_in_the_table_or_has_a_reason() {
    let in_table: BTreeSet<_> = cases().iter().map(|case| case.rule).collect();
    let others = SAME_AS.iter().map(|(id, _)| *id).chain(UNSEEN.iter().map(|(id, _)| *id));
    let elsewhere: BTreeSet<_> = others.clone().collect();
    assert_eq!(others.count(), elsewhere.len(), "one reason is enough");
    let both: Vec<_> = in_table.intersection(&elsewhere).collect();
    assert!(both.is_empty(), "the table shows what is said to be unseen: {both:#?}");
    let known: BTreeSet<_> = rules().map(|rule| rule.id).collect();
    let listed: BTreeSet<_> = in_table.union(&elsewhere).copied().collect();
    assert_eq!(
        known.difference(&listed).collect::<Vec<_>>(),
        [&""; 0],
        "neither shown nor explained"
    );
    assert_eq!(listed.difference(&known).collect::<Vec<_>>(), [&""; 0], "no such rules");
    let unnamed: Vec<_> =
        SAME_AS.iter().filter(|(_, as_this)| !in_table.contains(as_this)).collect();
    assert!(unnamed.is_empty(), "to be named as rules that are not in the table: {unnamed:#?}");
}
