//! Whatever comes over the network: what the fuzz targets ask, asked of what proptest thinks up and of
//! the corpus.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod happenings;

use std::collections::BTreeMap;
use std::path::Path;

use hostile::seeds::{self, Seed};
use proptest::collection::vec;
use proptest::prelude::*;

/// Writes the files of the corpus where it is set.
const WRITE: &str = "WRITE_SEEDS";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))] // long ones

    #[test]
    fn the_decoder_bears_any_stream(
        packets in vec(happenings::packet(), 1..6),
        rest in vec(any::<u8>(), 0..20),
    ) {
        hostile::decode::check(&[packets.concat(), rest].concat());
    }

    #[test]
    fn the_broker_bears_any_packets_in_any_order(script in happenings::to_broker()) {
        hostile::broker::check(&script);
    }

    #[test]
    fn the_client_bears_any_packets_in_any_order(script in happenings::to_client()) {
        hostile::client::check(&script);
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

/// `WRITE_SEEDS=1 cargo test -p tests --test hostile` writes them.
#[test]
fn the_corpus_is_what_it_says() {
    let targets =
        [("decode", seeds::decode()), ("broker", seeds::broker()), ("client", seeds::client())];
    for (target, seeds) in targets {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
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
