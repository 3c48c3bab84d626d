//! What is shown: the medians of the runs, side by side.

use std::fmt::{self, Write};

use serde::Serialize;

use crate::subject::Subject;
use crate::work::{Figures, Work};

/// What stands above the table.
pub(crate) const HEADINGS: &str = "\
work                broker          µs each   ×best  ±%      a second   p50 µs    p99 µs    bytes    lost";

/// All that was measured.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    works: Vec<Rows>,
}

/// What one kind of work came to at each broker. Its `Display` is some lines of the table.
#[derive(Debug, Serialize)]
pub(crate) struct Rows {
    work: String,
    brokers: Vec<Row>,
}

/// What one kind of work came to at one broker: medians of its runs.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Row {
    broker: String,
    /// Processor time of the broker for each thing that was done, in microseconds.
    processor_microseconds: Option<f64>,
    /// The same in relation to the broker that took the least.
    times_the_best: Option<f64>,
    /// How far the run that differs the most is from the median, in percent.
    spread_percent: Option<f64>,
    /// How many things were done a second.
    a_second: f64,
    /// How long half of the messages were on their way at most, in microseconds.
    p50_microseconds: Option<f64>,
    /// How long 99 in 100 of them were on their way at most, in microseconds.
    p99_microseconds: Option<f64>,
    /// Resident memory that each connection or subscription has added, in bytes.
    memory_bytes: Option<f64>,
    /// How many messages were lost, in all runs.
    lost: u64,
    /// How many records are missing in its trace, in all runs.
    untraced: u64,
    /// Why the broker could not do this work, if it could not. Nothing else is known then.
    failure: Option<String>,
    /// Each run by itself.
    runs: Vec<Figures>,
}

impl Report {
    /// Takes what one kind of work came to, and shows it.
    pub(crate) fn add(&mut self, work: Work, mut brokers: Vec<Row>) -> &Rows {
        let costs = brokers.iter().filter_map(|row| row.processor_microseconds);
        let best = costs.reduce(f64::min);
        for row in &mut brokers {
            row.times_the_best =
                row.processor_microseconds.zip(best).map(|(cost, best)| cost / best);
        }
        let index = self.works.len();
        self.works.push(Rows { work: work.to_string(), brokers });
        &self.works[index]
    }

    /// Whether each broker could do all of its work.
    pub(crate) fn is_whole(&self) -> bool {
        self.works.iter().flat_map(|rows| &rows.brokers).all(|row| row.failure.is_none())
    }
}

impl Row {
    /// What these runs came to, or why there was one that did not end well.
    pub(crate) fn new(subject: &Subject, runs: Result<Vec<Figures>, String>) -> Self {
        match runs {
            Ok(runs) => Self::of(subject, runs),
            Err(failure) => {
                let (broker, failure) = (subject.to_string(), Some(failure));
                Self { broker, failure, ..Self::default() }
            }
        }
    }

    #[allow(clippy::cast_precision_loss)] // of counts far below 2^52
    fn of(subject: &Subject, mut runs: Vec<Figures>) -> Self {
        for run in &mut runs {
            run.latencies.sort_unstable_by(f64::total_cmp);
        }
        let of = |figure: &dyn Fn(&Figures) -> Option<f64>| median(runs.iter().filter_map(figure));
        let cost =
            |run: &Figures| run.processor_seconds.map(|it| it * 1e6 / run.done.max(1) as f64);
        let latency = |share| of(&|run| quantile(&run.latencies, share).map(|it| it * 1e6));
        let processor_microseconds = of(&cost);
        let spread_percent = processor_microseconds.and_then(|median| {
            let far = runs.iter().filter_map(cost).map(|it| (it / median - 1.0).abs() * 100.0);
            far.reduce(f64::max)
        });
        Self {
            broker: subject.to_string(),
            processor_microseconds,
            times_the_best: None,
            spread_percent,
            a_second: of(&|run| Some(run.done as f64 / run.seconds)).unwrap_or_default(),
            p50_microseconds: latency(0.5),
            p99_microseconds: latency(0.99),
            memory_bytes: of(&|run| run.memory),
            lost: runs.iter().map(|run| run.lost).sum(),
            untraced: runs.iter().map(|run| run.untraced).sum(),
            failure: None,
            runs,
        }
    }
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.brokers {
            let Row { broker, a_second, lost, .. } = row;
            write!(f, "{:<19} {broker:<14}", self.work)?;
            if let Some(failure) = &row.failure {
                writeln!(f, "  did not do it: {failure}")?;
                continue;
            }
            cell(f, 9, 2, row.processor_microseconds)?;
            cell(f, 8, 2, row.times_the_best)?;
            cell(f, 4, 0, row.spread_percent)?;
            write!(f, "{a_second:14.0}")?;
            cell(f, 9, 0, row.p50_microseconds)?;
            cell(f, 10, 0, row.p99_microseconds)?;
            cell(f, 9, 0, row.memory_bytes)?;
            writeln!(f, "{lost:8}")?;
            if row.untraced > 0 {
                writeln!(f, "{:34}  {} records of its trace were dropped", "", row.untraced)?;
            }
        }
        Ok(())
    }
}

fn cell(f: &mut impl Write, width: usize, places: usize, figure: Option<f64>) -> fmt::Result {
    match figure {
        Some(figure) => write!(f, "{figure:width$.places$}"),
        None => write!(f, "{:>width$}", "–"),
    }
}

fn median(figures: impl Iterator<Item = f64>) -> Option<f64> {
    let mut figures: Vec<_> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    quantile(&figures, 0.5)
}

/// What this share of the figures, in their order, does not exceed.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let index = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(index.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_figures() {
        let figures: Vec<_> = (1..=100).map(f64::from).collect();
        assert_eq!(quantile(&figures, 0.5), Some(50.0));
        assert_eq!(quantile(&figures, 0.99), Some(99.0));
        assert_eq!(quantile(&figures[..1], 0.5), Some(1.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
    }

    #[test]
    fn a_row_has_medians_and_what_was_lost_in_all() {
        let run = |processor_seconds, lost| Figures {
            done: 1000,
            lost,
            seconds: 0.5,
            processor_seconds: Some(processor_seconds),
            ..Figures::default()
        };
        let subject = Subject::command("/usr/bin/a-broker --port {port}");
        let row = Row::new(&subject, Ok(vec![run(0.003, 1), run(0.002, 0), run(0.001, 2)]));
        assert_eq!((row.processor_microseconds, row.spread_percent), (Some(2.0), Some(50.0)));
        assert_eq!((row.a_second, row.lost), (2000.0, 3));
        let failed = Row::new(&subject, Err("it is gone".to_owned()));
        let mut report = Report::default();
        let rows = report.add("qos0".parse().unwrap(), vec![row, failed]).to_string();
        assert_eq!(
            rows,
            "qos0-100            a-broker           2.00    1.00  50          2000        –         –        –       3\n\
             qos0-100            a-broker        did not do it: it is gone\n"
        );
        assert!(!report.is_whole());
    }
}
