//! Whatever comes over the network: what the fuzz targets ask, asked of what proptest thinks up and of
//! the corpus.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use hostile::script::{SLOTS, Script, Step};
use hostile::seeds::{self, Seed};
use proptest::collection::vec;
use proptest::prelude::*;
use wire::strategies;

/// Writes the files of the corpus where it is set.
const WRITE: &str = "WRITE_SEEDS";

proptest! {
    #[test]
    fn the_decoder_bears_any_stream(packets in vec(packet(), 1..6), rest in vec(any::<u8>(), 0..20)) {
        hostile::decode::check(&[packets.concat(), rest].concat());
    }

    #[test]
    fn the_broker_bears_any_packets_in_any_order(steps in vec(step(), 1..60)) {
        hostile::broker::check(&script(&steps));
    }

    #[test]
    fn the_client_bears_any_packets_in_any_order(steps in vec(step(), 1..60)) {
        hostile::client::check(&script(&steps));
    }
}

#[test]
fn every_file_of_the_corpus_passes() {
    for (_, bytes) in seeds::decode() {
        hostile::decode::check(&bytes);
    }
    for (_, bytes) in seeds::broker() {
        hostile::broker::check(&bytes);
    }
    for (_, bytes) in seeds::client() {
        hostile::client::check(&bytes);
    }
}

/// `WRITE_SEEDS=1 cargo test -p hostile` writes them.
#[test]
fn the_corpus_is_what_it_says() {
    let targets =
        [("decode", seeds::decode()), ("broker", seeds::broker()), ("client", seeds::client())];
    for (target, seeds) in targets {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
        if std::env::var_os(WRITE).is_some() {
            write(&folder, &seeds);
        }
        let named: BTreeMap<_, _> =
            seeds.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
        assert!(read(&folder) == named, "{target}: {WRITE}=1 writes the files anew");
    }
}

fn write(folder: &Path, seeds: &[Seed]) {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).unwrap();
    for (name, bytes) in seeds {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| {
            let file = file.unwrap();
            (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())
        })
        .collect()
}

/// The bytes of a packet; some are damaged.
fn packet() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => any_of_the_seeds(),
        3 => strategies::packet().prop_map(|packet| packet.to_bytes().unwrap().into()),
        2 => strategies::damaged().prop_map(Vec::from),
    ]
}

/// Of a few packets, so that they have to do with each other.
fn any_of_the_seeds() -> impl Strategy<Value = Vec<u8>> {
    let packets: Vec<_> = seeds::decode().into_iter().map(|(_, bytes)| bytes).collect();
    proptest::sample::select(packets)
}

fn step() -> impl Strategy<Value = (u8, usize, Vec<u8>)> {
    (0..20_u8, 0..SLOTS, packet())
}

fn script(steps: &[(u8, usize, Vec<u8>)]) -> Vec<u8> {
    let steps = steps.iter().map(|(kind, slot, packet)| match kind {
        0 => Step::Open(*slot),
        1 => Step::Cut(*slot),
        2 => Step::Wait(Duration::from_secs(packet.len() as u64)),
        _ => Step::Bytes(*slot, packet),
    });
    steps.fold(Script::default(), Script::then).into_bytes()
}
