//! The driver over streams that are no sockets.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

use std::time::Duration;

use client::{Driver, Transport};
use client_core::Configuration;
use tap::Connection;
use tokio::io::{AsyncReadExt, BufWriter};
use wire::Text;

/// How long anything may take before a test fails. Nothing waits that long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// TLS does so where the socket takes no more at once: the packet must not lie there until the next one.
#[tokio::test]
async fn a_stream_that_holds_back_what_is_written_is_flushed() {
    let (ours, mut theirs) = tokio::io::duplex(1 << 10);
    let end = ([127, 0, 0, 1], 1883).into();
    let ends = Connection { client: end, server: end };
    let alice = Configuration::new(Text::try_from("alice").unwrap());
    let mut driver = Driver::new(alice, 1 << 10, None);
    driver.open(Transport::new(BufWriter::new(ours), ends));
    let mut connect = [0; 14 + 5];
    let reading = tokio::time::timeout(PATIENCE, theirs.read_exact(&mut connect));
    let turning = async {
        loop {
            driver.turn().await;
        }
    };
    tokio::select! {
        read = reading => assert_eq!(read.expect("CONNECT comes").unwrap(), connect.len()),
        () = turning => {}
    }
    assert!(connect.ends_with(b"alice"), "{connect:02x?}");
}
