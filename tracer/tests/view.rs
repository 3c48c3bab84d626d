//! The terminal view: its screens, and what keys and the mouse do to them.
#![allow(clippy::unwrap_used)] // a test ends where it fails

mod common;

use bytes::Bytes;
use common::{bytes, connect, passes, publish, record};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::style::{Color, Modifier};
use tap::Direction::{ToClient, ToServer};
use tap::{Record, What};
use tracer::view::{Keep, Model, Step};
use wire::{Connack, ConnectReturnCode, Disconnect};

/// Two clients: one publishes, the other breaks a rule.
fn conversation() -> Vec<Record> {
    let connack = || bytes(Connack { session_present: false, return_code: ConnectReturnCode(0) });
    let bob = Bytes::from_static(b"\x10\x0f\0\x04MQTT\x04\x02\0\0\0\x03bob");
    let puback = Bytes::from_static(b"\x40\x02\0\x0a");
    vec![
        passes(0, 1, ToServer, bytes(connect())),
        passes(412, 1, ToClient, connack()),
        passes(900, 2, ToServer, bob),
        passes(1300, 2, ToClient, connack()),
        passes(2000, 1, ToServer, bytes(publish())),
        passes(2500, 1, ToClient, puback),
        passes(3000, 2, ToServer, Bytes::from_static(b"\xc5\0")),
        record(3100, 2, What::Closed { by: tap::Side::Server }),
        passes(4000, 1, ToServer, bytes(Disconnect)),
    ]
}

fn model(size: (u16, u16)) -> Model {
    let mut model = Model::new("traffic.pcapng", false, size);
    for record in conversation() {
        model.add(record);
    }
    model
}

fn press(model: &mut Model, keys: &[KeyCode]) -> Step {
    let mut step = Step::Continue;
    for key in keys {
        step = model.input(&Event::Key(KeyEvent::new(*key, KeyModifiers::NONE)));
    }
    step
}

fn typed(text: &str) -> Vec<KeyCode> {
    text.chars().map(KeyCode::Char).collect()
}

fn click(model: &mut Model, column: u16, row: u16) {
    let kind = MouseEventKind::Down(MouseButton::Left);
    let mouse = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
    model.input(&Event::Mouse(mouse));
}

fn drawn(model: &Model, (width, height): (u16, u16)) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| model.draw(frame)).unwrap();
    terminal
}

/// The screen as text; what is set off stands between ⟦ and ⟧.
fn screen(model: &Model, size: (u16, u16)) -> String {
    let terminal = drawn(model, size);
    let buffer = terminal.backend().buffer();
    let mut text = String::new();
    for y in 0..size.1 {
        let mut line = String::new();
        let mut was_set_off = false;
        for x in 0..size.0 {
            let cell = &buffer[(x, y)];
            let is_set_off = cell.modifier.contains(Modifier::REVERSED);
            if is_set_off != was_set_off {
                line.push(if is_set_off { '⟦' } else { '⟧' });
            }
            was_set_off = is_set_off;
            line.push_str(cell.symbol());
        }
        if was_set_off {
            line.push('⟧');
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

const SMALL: (u16, u16) = (80, 24);

use KeyCode::{BackTab, Down, End, Enter, Esc, Home, PageDown, Right, Tab, Up};

#[test]
fn packets_fields_and_bytes() {
    let mut model = model(SMALL);
    insta::assert_snapshot!("first", screen(&model, SMALL));
    press(&mut model, &[Down, Down, Down, Down, Tab, Down, Down]);
    insta::assert_snapshot!("qos_of_a_publish", screen(&model, SMALL));
    press(&mut model, &[Tab, Down, Right]);
    insta::assert_snapshot!("a_byte_of_its_topic", screen(&model, SMALL));
}

/// A model that keeps some of the lines of the conversation.
fn keeping(keep: Keep) -> Model {
    let mut model = Model::new("traffic.pcapng", false, SMALL).keep(keep);
    for record in conversation() {
        model.add(record);
    }
    model
}

#[test]
fn of_a_file_the_first_lines_are_kept() {
    let model = keeping(Keep::First(4));
    assert!(model.is_full(), "there would be more");
    let screen = screen(&model, SMALL);
    assert!(screen.lines().next().unwrap().ends_with(" the first 4 lines ─"), "{screen}");
    assert!(!keeping(Keep::First(9)).is_full(), "there is no more");
}

#[test]
fn of_what_happens_now_the_last_lines_are_kept() {
    let mut model = keeping(Keep::Last(4));
    let screen = |model: &Model| screen(model, SMALL);
    let title = " 4 lines, 5 older dropped ─";
    assert!(screen(&model).lines().next().unwrap().ends_with(title), "{}", screen(&model));
    assert!(screen(&model).contains("    6   2.500 ms"), "{}", screen(&model));
    assert!(!screen(&model).contains("    5   2.000 ms"), "{}", screen(&model));
    // What is chosen stays so while older lines go, and while it is there itself.
    press(&mut model, &[Down]);
    let chosen = |model: &Model| {
        screen(model).lines().find(|line| line.starts_with("⟦▸")).unwrap_or_default().to_owned()
    };
    let before = chosen(&model);
    model.add(passes(5000, 3, ToServer, bytes(connect())));
    assert_eq!(chosen(&model), before);
    model.add(passes(5100, 3, ToServer, bytes(Disconnect)));
    assert_ne!(chosen(&model), before);
    press(&mut model, &typed("/alice"));
    model.add(passes(5200, 3, ToServer, bytes(connect())));
    press(&mut model, &[Esc]);
    assert!(screen(&model).contains(" 4 lines, 8 older dropped ─"), "{}", screen(&model));
}

#[test]
fn lines_that_nobody_asked_for_take_up_no_room() {
    let mut model = Model::new("", false, SMALL).keep(Keep::First(4));
    model = model.only("mqtt.msgtype == CONNECT".parse().unwrap());
    for record in conversation() {
        model.add(record);
    }
    assert!(!model.is_full());
    assert!(screen(&model, SMALL).contains(" 2 lines ─"), "{}", screen(&model, SMALL));
}

#[test]
fn a_wide_window_shows_sections_as_well() {
    let size = (120, 40);
    let mut model = model(size);
    press(&mut model, &[Enter, End]);
    insta::assert_snapshot!("wide", screen(&model, size));
}

#[test]
fn a_broken_packet_opens_at_the_broken_field() {
    let mut model = model(SMALL);
    press(&mut model, &typed("/mqtt-2.2.2-2"));
    press(&mut model, &[Enter]);
    insta::assert_snapshot!("broken", screen(&model, SMALL));
}

#[test]
fn an_event_has_no_bytes() {
    let mut model = model(SMALL);
    press(&mut model, &typed("/closed"));
    insta::assert_snapshot!("event", screen(&model, SMALL));
}

#[test]
fn what_is_typed_sifts_at_once_and_escape_takes_it_back() {
    let mut model = model(SMALL);
    press(&mut model, &typed("/PUB"));
    assert!(screen(&model, SMALL).contains("2 of 9 lines"));
    press(&mut model, &typed("lish"));
    assert!(screen(&model, SMALL).contains("1 of 9 lines"));
    press(&mut model, &typed(" nobody"));
    assert!(screen(&model, SMALL).contains("no line has this"));
    press(&mut model, &[Esc]);
    assert!(screen(&model, SMALL).contains(" 9 lines"));
}

#[test]
fn fields_are_asked_for_by_their_names() {
    let mut model = model(SMALL);
    press(&mut model, &typed("/mqtt.msgtype == PUBLISH"));
    let shown = screen(&model, SMALL);
    assert!(
        shown.contains("1 of 9 lines") && shown.contains("a filter; Enter keeps it"),
        "{shown}"
    );
    press(&mut model, &typed(" || client == \"bob\""));
    assert!(screen(&model, SMALL).contains("5 of 9 lines"), "{}", screen(&model, SMALL));
    model.add(passes(9000, 2, ToServer, Bytes::from_static(b"\xc0\0")));
    assert!(screen(&model, SMALL).contains("10 lines"), "{}", screen(&model, SMALL));
    press(&mut model, &typed(" &&"));
    assert!(screen(&model, SMALL).contains("words; Enter"), "no filter any more");
}

#[test]
fn one_client_is_followed_and_the_choice_stays() {
    let mut model = model(SMALL);
    press(&mut model, &[Down, Down, Down, KeyCode::Char('f')]);
    let followed = screen(&model, SMALL);
    assert!(followed.contains("4 of 9 lines, only bob"), "{followed}");
    assert!(followed.contains("⟦▸    4"), "{followed}");
    press(&mut model, &[Esc]);
    let all = screen(&model, SMALL);
    assert!(all.contains(" 9 lines") && all.contains("⟦▸    4"), "{all}");
}

#[test]
fn the_sequence_shows_who_talks_to_whom() {
    let mut model = model(SMALL);
    press(&mut model, &[KeyCode::Char('s'), End, Up]);
    insta::assert_snapshot!("sequence", screen(&model, SMALL));
    press(&mut model, &[Enter]);
    assert!(screen(&model, SMALL).contains("closed the Network Connection"));
}

/// More clients than there is room for: the chosen one is among those that are seen.
#[test]
fn a_sequence_of_many_clients_shows_those_around_the_chosen_one() {
    let mut model = Model::new("many", false, SMALL);
    for client in 1..=6 {
        let connect = Bytes::from(format!("\x10\x0e\0\x04MQTT\x04\x02\0\0\0\x02c{client}"));
        model.add(passes(0, client, ToServer, connect));
    }
    press(&mut model, &typed("s"));
    let first = screen(&model, SMALL);
    assert!(first.contains("c1               c2               c3 +3"), "{first}");
    press(&mut model, &[End]);
    let last = screen(&model, SMALL);
    assert!(last.contains("c4               c5               c6 +3"), "{last}");
    insta::assert_snapshot!("many_clients", last);
}

#[test]
fn the_mouse_chooses_lines_fields_and_bytes() {
    let mut model = model(SMALL);
    click(&mut model, 30, 5); // the fifth packet
    assert!(screen(&model, SMALL).contains("#5 PUBLISH"));
    let shown = screen(&model, SMALL);
    let row = |wanted: &str| {
        u16::try_from(shown.lines().position(|line| line.contains(wanted)).unwrap()).unwrap()
    };
    click(&mut model, 30, row("RETAIN"));
    assert!(screen(&model, SMALL).contains("mqtt.retain"));
    click(&mut model, 7, row("0010   "));
    assert!(screen(&model, SMALL).contains("byte 16"), "{}", screen(&model, SMALL));
    let kind = MouseEventKind::ScrollDown;
    let wheel = MouseEvent { kind, column: 3, row: 3, modifiers: KeyModifiers::NONE };
    model.input(&Event::Mouse(wheel));
    assert!(screen(&model, SMALL).contains("an event: no packet"), "three lines further down");
}

#[test]
fn packets_and_fields_are_copied_as_hex() {
    let mut model = model(SMALL);
    press(&mut model, &[Down]);
    assert_eq!(press(&mut model, &typed("y")), Step::Copy("20 02 00 00".to_owned()));
    press(&mut model, &[Tab, End]);
    assert_eq!(press(&mut model, &typed("Y")), Step::Copy("00".to_owned()));
    assert!(screen(&model, SMALL).contains("1 byte copied as hex"));
    assert_eq!(model.copied(), ["20 02 00 00", "00"]);
}

#[test]
fn help_is_over_the_panes_and_any_key_ends_it() {
    let mut model = model(SMALL);
    press(&mut model, &typed("?"));
    insta::assert_snapshot!("help", screen(&model, SMALL));
    assert_eq!(press(&mut model, &typed("q")), Step::Continue);
    assert_eq!(press(&mut model, &typed("q")), Step::Quit);
    let control_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    press(&mut model, &typed("/"));
    assert_eq!(model.input(&Event::Key(control_c)), Step::Quit);
}

#[test]
fn whoever_is_at_the_end_stays_there() {
    let mut model = model(SMALL);
    press(&mut model, &[End]);
    model.add(passes(9000, 1, ToServer, Bytes::from_static(b"\xc0\0")));
    assert!(screen(&model, SMALL).contains("#9 PINGREQ"));
    press(&mut model, &[Home]);
    model.add(passes(9100, 1, ToServer, Bytes::from_static(b"\xc0\0")));
    assert!(screen(&model, SMALL).contains("#1 CONNECT"));
}

#[test]
fn colour_is_added_and_carries_nothing_alone() {
    let mut plain = model(SMALL);
    let mut coloured = Model::new("traffic.pcapng", true, SMALL);
    for record in conversation() {
        coloured.add(record);
    }
    press(&mut plain, &[End, Up, Up]);
    press(&mut coloured, &[End, Up, Up]);
    assert_eq!(screen(&plain, SMALL), screen(&coloured, SMALL));
    let has_colour = |model: &Model| {
        let terminal = drawn(model, SMALL);
        let cells = terminal.backend().buffer().content().iter();
        cells.clone().any(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset)
    };
    assert!(has_colour(&coloured) && !has_colour(&plain));
}

/// Whatever is pressed, in a window of whatever size, something is drawn.
#[test]
fn no_key_and_no_size_is_too_much() {
    let keys = [Down, Tab, End, PageDown, BackTab, Up, Home, Enter, Right, Esc];
    for size in [(1, 1), (50, 16), (79, 20), (200, 60)] {
        let mut model = model(size);
        for key in keys.iter().cycle().take(100).chain(&typed("sffs/x")) {
            press(&mut model, &[*key]);
            drawn(&model, size);
        }
        model.input(&Event::Resize(60, 17));
        drawn(&model, (60, 17));
    }
    let mut empty = Model::new("nothing", false, SMALL);
    press(&mut empty, &keys);
    assert!(screen(&empty, SMALL).contains("nothing has come yet"));
}
