//! The kinds of work that a broker is put under.

mod idle;
mod paced;
mod saturated;
mod stored;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;
use wire::Qos;

use crate::Failure;
use crate::process;
use crate::running::Running;

/// A kind of work, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Work {
    kind: Kind,
    number: u32,
}

/// What one run of one broker came to.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Figures {
    /// How often something was done: a message that came to a subscriber, a client that came and went.
    pub(crate) done: u64,
    /// How many messages did not come that should have.
    pub(crate) lost: u64,
    /// How long it took.
    pub(crate) seconds: f64,
    /// Processor time of the broker meanwhile, in seconds; `None` if its process is not known.
    pub(crate) processor_seconds: Option<f64>,
    /// How long messages were on their way, in seconds, from the shortest to the longest.
    #[serde(skip)]
    pub(crate) latencies: Vec<f64>,
    /// Resident memory that each connection or subscription has added, in bytes.
    pub(crate) memory: Option<f64>,
    /// How many records are missing in the broker's trace.
    pub(crate) untraced: u64,
}

/// The processor time of a broker, from a moment on.
pub(crate) struct Stopwatch {
    pid: Option<u32>,
    start: Instant,
    busy: Option<Duration>,
}

macro_rules! kinds {
    ($($kind:ident $name:literal $number:literal)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Kind { $($kind),* }

        impl Kind {
            /// Each kind with its name, and how much of it there is if nothing is said.
            const ALL: &[(Self, &str, u32)] = &[$((Self::$kind, $name, $number)),*];
        }
    };
}

kinds! {
    Qos0 "qos0" 100
    Qos1 "qos1" 100
    Qos2 "qos2" 100
    FanOut "fan-out" 100
    FanIn "fan-in" 50
    Paced "paced" 10_000
    OneInFlight "one-in-flight" 100
    Connects "connects" 5000
    Idle "idle" 10_000
    Wildcards "wildcards" 100_000
    Retained "retained" 100_000
    Queued "queued" 100_000
    Clients "clients" 10_000
    Topics "topics" 100_000
    Packets "packets" 1_000_000
}

impl Work {
    /// Everything that a goal is set for.
    pub(crate) fn all() -> Vec<Self> {
        let is_growth = |kind| matches!(kind, Kind::Clients | Kind::Topics | Kind::Packets);
        let goals = Kind::ALL.iter().filter(|(kind, ..)| !is_growth(*kind));
        let mut works: Vec<_> = goals.map(|&(kind, _, number)| Self { kind, number }).collect();
        for (kind, number) in [
            (Kind::Qos0, 16 << 10),
            (Kind::FanOut, 1000),
            (Kind::Wildcards, 10_000),
            (Kind::Wildcards, 1000),
        ] {
            let place = works.iter().rposition(|work| work.kind == kind);
            works.insert(place.map_or(works.len(), |place| place + 1), Self { kind, number });
        }
        works
    }

    /// What tells how the cost grows with the number of each.
    pub(crate) fn growth() -> Vec<Self> {
        const NUMBERS: [u32; 6] = [10, 100, 1000, 10_000, 100_000, 1_000_000];
        let of = |kind, numbers: std::ops::Range<usize>| {
            NUMBERS[numbers].iter().map(move |&number| Self { kind, number })
        };
        // What is done once for so many has to be so many that it can be measured.
        let all = [
            of(Kind::Clients, 0..4),
            of(Kind::Topics, 0..5),
            of(Kind::Wildcards, 0..5),
            of(Kind::Retained, 2..5),
            of(Kind::Packets, 2..6),
        ];
        all.into_iter().flatten().collect()
    }

    /// Puts the broker under it. What lasts until it is stopped, lasts so long.
    pub(crate) async fn run(self, broker: &Running, last: Duration) -> Result<Figures, Failure> {
        let (number, size) = (self.number, self.number as usize);
        match self.kind {
            Kind::Qos0 => saturated::one_to_one(broker, Qos::AtMostOnce, size, last).await,
            Kind::Qos1 => saturated::one_to_one(broker, Qos::AtLeastOnce, size, last).await,
            Kind::Qos2 => saturated::one_to_one(broker, Qos::ExactlyOnce, size, last).await,
            Kind::FanOut => saturated::fan_out(broker, number, last).await,
            Kind::FanIn => saturated::fan_in(broker, number, last).await,
            Kind::Wildcards => saturated::wildcards(broker, number, last).await,
            Kind::Clients => saturated::among_clients(broker, number, last).await,
            Kind::Topics => saturated::topics(broker, number, last).await,
            Kind::Packets => saturated::packets(broker, number).await,
            Kind::Paced => paced::paced(broker, number, last).await,
            Kind::OneInFlight => paced::one_in_flight(broker, size, last).await,
            Kind::Connects => idle::connects(broker, number).await,
            Kind::Idle => idle::idle(broker, number).await,
            Kind::Retained => stored::retained(broker, number).await,
            Kind::Queued => stored::queued(broker, number).await,
        }
    }
}

impl Stopwatch {
    /// Starts now.
    pub(crate) fn start(broker: &Running) -> Self {
        let busy = broker.pid.and_then(process::processor_time);
        Self { pid: broker.pid, start: Instant::now(), busy }
    }

    /// What has passed since.
    pub(crate) fn figures(&self, done: u64) -> Figures {
        let seconds = self.start.elapsed().as_secs_f64();
        let busy = self.pid.and_then(process::processor_time).zip(self.busy);
        let processor_seconds =
            busy.map(|(after, before)| after.saturating_sub(before).as_secs_f64());
        Figures { done, seconds, processor_seconds, ..Figures::default() }
    }
}

/// The resident memory of the broker, in bytes, if its process is known.
fn memory(broker: &Running) -> Option<u64> {
    broker.pid.and_then(process::resident_memory)
}

/// How many bytes each of so many has added.
#[allow(clippy::cast_precision_loss)] // nobody has so much memory
fn each(before: Option<u64>, after: Option<u64>, count: u32) -> Option<f64> {
    let added = after?.saturating_sub(before?);
    Some(added as f64 / f64::from(count))
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Kind::ALL.iter().find(|(kind, ..)| *kind == self.kind).map_or("", |it| it.1);
        write!(f, "{name}-{}", self.number)
    }
}

impl FromStr for Work {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        for &(kind, name, number) in Kind::ALL {
            match text.strip_prefix(name).map(|rest| rest.strip_prefix('-').ok_or(rest)) {
                Some(Err("")) => return Ok(Self { kind, number }),
                Some(Ok(digits)) => {
                    let number =
                        digits.parse().ok().filter(|number| (1..=1_000_000).contains(number));
                    return number.map(|number| Self { kind, number }).ok_or_else(|| {
                        format!(
                            "{name} has a number from 1 to 1000000 behind its dash, not {digits}"
                        )
                    });
                }
                _ => {}
            }
        }
        let names: Vec<_> = Kind::ALL.iter().map(|it| it.1).collect();
        Err(format!("there is {}", names.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_work_is_named_as_it_is_shown() {
        for work in Work::all().into_iter().chain(Work::growth()) {
            assert_eq!(work.to_string().parse(), Ok(work));
        }
        assert_eq!("fan-out".parse::<Work>().unwrap().to_string(), "fan-out-100");
    }

    #[test]
    fn what_is_no_work_is_refused_with_what_there_is() {
        assert!("qos3".parse::<Work>().unwrap_err().starts_with("there is qos0, qos1"));
        let error = "idle-0".parse::<Work>().unwrap_err();
        assert_eq!(error, "idle has a number from 1 to 1000000 behind its dash, not 0");
        assert!("fan-out-many".parse::<Work>().is_err());
    }
}
