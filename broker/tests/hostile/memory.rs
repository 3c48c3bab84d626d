//! Thousands of hostile clients: the bound on memory, named and measured.
#![cfg(target_os = "linux")] // the system tells how much memory a process has

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::attacks::{ATTACKS, by_many};
use crate::honest::Pair;
use crate::process::Process;

const MIB: u64 = 1 << 20;

/// How many clients attack at a time.
const CLIENTS: usize = 2_000;

/// The limits of this broker, in bytes where they do not say what they count.
const CONNECTIONS: u64 = 2_100;
const KEPT_SESSIONS: u64 = 500;
const CONNECT: u64 = 4 << 10;
const PACKET: u64 = 128 << 10;
const BUFFERED: u64 = 32 * MIB;
const SESSIONS: u64 = 32 * MIB;
const RETAINED: u64 = 8 * MIB;
const RETAINED_MESSAGES: u64 = 10_000;

/// What the broker may take up at most, as the documentation of [`broker::Settings`] adds it up.
const BOUND: u64 = 16 * MIB
    + 2 * (BUFFERED + PACKET)
    + SESSIONS
    + (KEPT_SESSIONS + CONNECTIONS) * broker_core::SESSION_SHARE as u64
    + RETAINED
    + RETAINED_MESSAGES * 256
    + CONNECTIONS * (CONNECT + (8 << 10));

#[tokio::test]
#[ignore = "thousands of connections, for half a minute; needs 2100 open files"]
async fn thousands_of_hostile_clients_fill_no_more_memory_than_the_bound() {
    raise_limit();
    let options = [
        ("--max-connections", CONNECTIONS),
        ("--max-unidentified", 500),
        ("--max-kept-sessions", KEPT_SESSIONS),
        ("--max-connect-size", CONNECT),
        ("--max-packet-size", PACKET),
        ("--max-total-buffered-bytes", BUFFERED),
        ("--max-total-session-bytes", SESSIONS),
        ("--max-retained-bytes", RETAINED),
        ("--max-retained-messages", RETAINED_MESSAGES),
        ("--max-unreleased", 100),
    ];
    let arguments: Vec<_> =
        options.iter().flat_map(|(name, value)| [(*name).to_owned(), value.to_string()]).collect();
    let broker = Process::start(&arguments);
    let mut honest = Pair::meet(broker.address).await;
    println!("{:>40}  {:>4} MiB of {}", "at first", broker.memory() / MIB, BOUND / MIB);
    for (name, attack) in ATTACKS {
        honest.outlive(tokio::spawn(by_many(broker.address, *attack, CLIENTS))).await;
        let (now, peak) = (broker.memory() / MIB, broker.peak_memory() / MIB);
        println!("{name:>40}  {now:>4} MiB now, {peak:>4} MiB at most so far");
        assert!(broker.peak_memory() <= BOUND, "{name}: {peak} MiB\n{}", broker.log());
    }
    honest.round_trip().await;
}

/// Asks for as many open files as the system grants, and says if those are too few.
fn raise_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
    let needed = CLIENTS as u64 + 100;
    let granted = maximum.is_none_or(|maximum| maximum >= needed);
    assert!(granted, "it takes {needed} open files, and {maximum:?} are granted: see `ulimit -Hn`");
}
