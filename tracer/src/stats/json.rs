//! Statistics as one JSON object, for machines. Times are in seconds.

use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

use tap::Direction;

use super::Stats;
use super::count::Count;

#[derive(Serialize)]
struct Object<'s> {
    connections: u32,
    seconds: f64,
    total: Count,
    to_server: Count,
    to_client: Count,
    retained: Count,
    duplicates: Count,
    malformed: Count,
    types: BTreeMap<&'s str, Ways>,
    qos: BTreeMap<u8, Count>,
    clients: BTreeMap<&'s str, Ways>,
    other_clients: Option<Ways>,
    topics: BTreeMap<&'s str, Count>,
    other_topics: Option<Count>,
    round_trips: Vec<RoundTrip>,
}

#[derive(Serialize)]
struct Ways {
    to_server: Count,
    to_client: Count,
}

#[derive(Serialize)]
struct RoundTrip {
    question: &'static str,
    answer: &'static str,
    /// Who answers.
    by: &'static str,
    answered: u64,
    unanswered: u64,
    least: Option<f64>,
    median: Option<f64>,
    percentile_99: Option<f64>,
    most: Option<f64>,
}

impl Stats {
    /// The statistics as one JSON object, in one line. `payload` counts the bytes of Application
    /// Messages; what else `bytes` has is overhead.
    pub fn json(&self) -> String {
        let counts = &self.counts;
        let [to_server, to_client] = counts.directions;
        let clients = counts.by_client.most(|_| 0).into_iter();
        let object = Object {
            connections: counts.streams,
            seconds: counts.duration().as_secs_f64(),
            total: counts.total,
            to_server,
            to_client,
            retained: counts.retained,
            duplicates: counts.duplicates,
            malformed: counts.malformed,
            types: counts.by_type.iter().map(|(name, counts)| (*name, (*counts).into())).collect(),
            qos: counts.by_qos.iter().map(|(qos, count)| (*qos as u8, *count)).collect(),
            clients: clients.map(|(name, counts)| (name, counts.into())).collect(),
            other_clients: counts.by_client.others().map(Ways::from),
            topics: counts.by_topic.most(|_| 0).into_iter().collect(),
            other_topics: counts.by_topic.others(),
            round_trips: self.round_trips(),
        };
        // It has no map key that is no string or number, nor a value that can fail to serialize.
        let mut line = String::new();
        crate::json::push_printable(&mut line, &serde_json::to_string(&object).unwrap_or_default());
        line + "\n"
    }

    fn round_trips(&self) -> Vec<RoundTrip> {
        let all = self.counts.round_trips.all().into_iter();
        all.map(|(exchange, to, times)| {
            let seconds = |time: Duration| (times.answered > 0).then_some(time.as_secs_f64());
            RoundTrip {
                question: exchange.question.name(),
                answer: exchange.answer.name(),
                by: if to == Direction::ToServer { "server" } else { "client" },
                answered: times.answered,
                unanswered: times.unanswered,
                least: seconds(times.least),
                median: seconds(times.percentile(50)),
                percentile_99: seconds(times.percentile(99)),
                most: seconds(times.most),
            }
        })
        .collect()
    }
}

impl From<[Count; 2]> for Ways {
    fn from([to_server, to_client]: [Count; 2]) -> Self {
        Self { to_server, to_client }
    }
}
