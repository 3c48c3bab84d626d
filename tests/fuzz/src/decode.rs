//! The wire decoder, on any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hostile::decode::check(bytes));
