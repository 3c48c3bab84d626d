//! What must hold of the lab whatever comes over the network.
//!
//! Each module takes bytes of any kind and panics where the lab breaks its word. The fuzz targets in
//! `tests/fuzz` feed them what libFuzzer thinks up; ordinary tests feed them what proptest thinks up, and
//! the corpus that the fuzzing begins with.

pub mod broker;
pub mod client;
pub mod decode;
pub mod script;
pub mod seeds;
