//! The client's core, on any script of what server, network and user do.
#![no_main]

libfuzzer_sys::fuzz_target!(|script: &[u8]| hostile::client::check(script));
