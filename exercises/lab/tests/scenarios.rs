//! Every scenario, played on both stages.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use lab::{Audience, Lab, Reader, SCENARIOS, Scenario, Transcript};
use support::{is_slow, packets};
use tracer::{Detail, Format, Page, Printer};

/// Text that is written while somebody else holds it as well.
#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The transcript as somebody reads it.
fn read(transcript: &Transcript, detail: Detail) -> String {
    let (text, page) = (Text::default(), Page { width: 100, ..Page::default() });
    let printer = Printer::new(text.clone(), Format::Text, page, detail);
    transcript.show(&Reader::new(printer, page));
    let bytes = text.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn on_virtual_links_every_scenario_is_the_same_each_time() {
    for scenario in SCENARIOS {
        let transcript = read(&Transcript::of(scenario).unwrap(), Detail::Line);
        assert_eq!(transcript, read(&Transcript::of(scenario).unwrap(), Detail::Line));
        insta::assert_snapshot!(scenario.name, transcript);
    }
}

#[test]
fn a_dump_of_a_whole_scenario() {
    let scenario = Scenario::named("publish").unwrap();
    insta::assert_snapshot!(read(&Transcript::of(scenario).unwrap(), Detail::Fields));
}

#[test]
fn no_line_is_wider_than_its_page() {
    for scenario in SCENARIOS {
        for detail in [Detail::Line, Detail::Fields, Detail::Explain] {
            let text = read(&Transcript::of(scenario).unwrap(), detail);
            for line in text.lines() {
                assert!(line.chars().count() <= 100, "{}: {line}", scenario.name);
            }
        }
    }
}

#[test]
fn over_tcp_the_same_packets_pass() {
    for scenario in SCENARIOS.iter().filter(|scenario| !is_slow(scenario)) {
        same_packets_over_tcp(scenario);
    }
}

#[test]
#[ignore = "waits some seconds of real time for keep alives to run out"]
fn over_tcp_the_same_packets_pass_in_the_slow_scenarios_too() {
    for scenario in SCENARIOS.iter().filter(|scenario| is_slow(scenario)) {
        same_packets_over_tcp(scenario);
    }
}

fn same_packets_over_tcp(scenario: &Scenario) {
    let virtually = Transcript::of(scenario).unwrap();
    let transcript = Arc::new(Transcript::default());
    let audience: Arc<dyn Audience> = transcript.clone();
    Lab::on_tcp(audience).unwrap().play(scenario).unwrap();
    let (expected, actual) = (packets(&virtually.records()), packets(&transcript.records()));
    assert_eq!(actual, expected, "{}", scenario.name);
}
