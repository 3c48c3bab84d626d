//! The broker's core, on any script of what happens on a network.
#![no_main]

libfuzzer_sys::fuzz_target!(|script: &[u8]| hostile::broker::check(script));
