//! Clients that mean harm, or know no better, over real TCP: whatever they do, honest clients are served,
//! and memory stays bounded.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod attacks;
mod connections;
mod floods;
mod honest;
mod memory;
#[cfg(target_os = "linux")]
mod process;
#[path = "../support/mod.rs"]
mod support;
