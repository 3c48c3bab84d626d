//! Packets that are made from their JSON lines.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod common;

use bytes::Bytes;
use common::{Out, passes};
use proptest::prelude::*;
use tap::Direction::ToServer;
use tracer::craft::{Change, change, from_json};
use tracer::{Detail, Format, Page, Printer};
use wire::{Version, strategies};

fn line(bytes: &Bytes) -> String {
    let out = Out::default();
    let printer = Printer::apart(out.clone(), Format::Json, Page::PLAIN, Detail::Fields);
    printer.print(passes(0, 0, ToServer, bytes.clone()));
    out.text()
}

proptest! {
    #[test]
    fn a_line_that_nobody_edited_is_its_packet(packet in strategies::packet()) {
        let bytes = packet.to_bytes()?;
        prop_assert_eq!(from_json(&line(&bytes)).unwrap(), bytes);
    }

    #[test]
    fn so_it_is_with_broken_ones(bytes in strategies::damaged()) {
        prop_assert_eq!(from_json(&line(&bytes)).unwrap(), bytes);
    }

    /// Whatever somebody types, they are told what is wrong with it.
    #[test]
    fn any_text_is_a_change_or_an_error(packet in strategies::packet(), text in "\\PC{0,20}") {
        let bytes = packet.to_bytes()?;
        let value = text.clone();
        for text in [text, format!("mqtt.msgtype={value}"), format!("topic_name={value}")] {
            if let Ok(parsed) = text.parse::<Change>() {
                let _ = change(&bytes, Version::V3_1_1, &[parsed]);
            }
        }
    }
}
