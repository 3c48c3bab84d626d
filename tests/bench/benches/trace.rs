//! What the tracer needs for a packet, from the bytes to the last line that is shown of it. A microsecond
//! in the table is a nanosecond a packet.
#![allow(clippy::unwrap_used)] // a benchmark ends where it fails

use bench::Traffic;
use divan::{Bencher, black_box};
use tap::Record;
use tracer::{Conversation, Detail, Dump, Entry, Json, Ladder, Page, Palette};

fn main() {
    divan::main();
}

/// Shows each entry of a conversation with `show`, in one buffer that is used again and again.
fn bench(bencher: Bencher<'_, '_>, mut show: impl FnMut(&Entry<'_>, &mut String)) {
    let traffic = Traffic::new().unwrap();
    let mut out = String::new();
    bencher.with_inputs(|| traffic.records()).bench_local_values(|records: Vec<Record>| {
        let mut conversation = Conversation::default();
        for record in records {
            let entry = conversation.add(black_box(record)).unwrap();
            show(&entry, &mut out);
            black_box(&out);
            out.clear();
        }
    });
}

/// Everything but the showing.
#[divan::bench]
fn conversation(bencher: Bencher<'_, '_>) {
    bench(bencher, |entry, _| {
        black_box(entry);
    });
}

#[divan::bench(args = Detail::ALL.map(|(_, name)| name))]
fn dump(bencher: Bencher<'_, '_>, detail: &str) {
    let dump = Dump::new(Page::PLAIN, detail.parse().unwrap());
    bench(bencher, |entry, out| {
        if let Entry::Packet(seen) = entry {
            dump.packet(seen, out);
        }
    });
}

#[divan::bench]
fn dump_in_colour(bencher: Bencher<'_, '_>) {
    let dump = Dump::new(Page { colour: Some(Palette::Usual), ..Page::PLAIN }, Detail::Fields);
    bench(bencher, |entry, out| {
        if let Entry::Packet(seen) = entry {
            dump.packet(seen, out);
        }
    });
}

#[divan::bench]
fn ladder(bencher: Bencher<'_, '_>) {
    let mut ladder = Ladder::new(Page::PLAIN);
    bench(bencher, |entry, out| ladder.entry(entry, out));
}

#[divan::bench(args = [false, true])]
fn json(bencher: Bencher<'_, '_>, explain: bool) {
    bench(bencher, |entry, out| Json { explain }.entry(entry, out));
}
