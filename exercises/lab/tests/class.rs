//! A class: two learners, a board, and the lab's own broker between them.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

#[path = "support/tiny.rs"]
mod tiny;

use std::future::pending;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use broker::{Server, Settings};
use tap::{Record, Tap, What};
use tiny::{FILE, Tiny, has};
use wire::{Packet, Version};

/// The broker of a class, in a thread that ends with the test. It remembers what it was told.
struct Room {
    place: String,
    payloads: Arc<Payloads>,
}

/// The payload of each PUBLISH that the broker saw.
#[derive(Default)]
struct Payloads(Mutex<Vec<String>>);

impl Tap for Payloads {
    fn record(&self, record: Record) {
        let What::Packet { bytes, .. } = record.what else { return };
        if let Ok(Packet::Publish(publish)) = Packet::decode(&bytes, Version::V3_1_1) {
            self.0.lock().unwrap().push(String::from_utf8_lossy(&publish.payload).into_owned());
        }
    }
}

impl Room {
    fn new() -> Self {
        let payloads = Arc::new(Payloads::default());
        let tap: Arc<dyn Tap> = Arc::clone(&payloads) as _;
        let (sender, place) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listen = ([127, 0, 0, 1], 0).into();
                let settings = Settings { listen, tap: Some(tap), ..Settings::default() };
                let server = Server::bind(settings).await.unwrap();
                sender.send(server.local_address().to_string()).unwrap();
                server.run(pending()).await.unwrap();
            });
        });
        Self { place: place.recv().unwrap(), payloads }
    }

    fn join(&self, name: &str) -> Tiny {
        let tiny = Tiny::new();
        has(&tiny.lab(&["class", "join", name, "--at", &self.place]), &[name, "never a line of"]);
        tiny
    }

    fn board(&self) -> String {
        Tiny::new().lab(&["class", "board", "--at", &self.place, "--once"])
    }
}

/// A board that is no terminal: a line for each change.
struct Log(Child, std::io::Lines<BufReader<std::process::ChildStdout>>);

impl Log {
    fn new(room: &Room, course: &Tiny) -> Self {
        let mut child = lab(course, &["class", "board", "--at", &room.place]);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self(child, lines)
    }

    /// Waits for this line.
    fn until(&mut self, line: &str) {
        assert!(self.1.by_ref().map_while(Result::ok).any(|told| told == line), "{line}");
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a lab that goes on until it is told otherwise.
fn lab(course: &Tiny, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(arguments)
        .current_dir(course.root())
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn the_board_shows_what_is_done_and_where_somebody_is_stuck() {
    let room = Room::new();
    has(&room.board(), &["nobody yet"]);
    let (ada, grace) = (room.join("ada"), room.join("grace"));
    ada.solve();
    ada.lab(&["check", "30"]);
    let stub = grace.read(FILE);
    grace.write(FILE, &stub.replace("todo!(\"double it\")", "number + 1"));
    has(&grace.fails(1, &["check", "30"]), &["step1_of_nothing"]);
    insta::assert_snapshot!("two_learners", room.board());

    has(&ada.lab(&["reset", "30", "--yes"]), &["begun anew"]);
    has(&room.board(), &["○ grace            ✗"]);
    has(&room.board(), &["○ ada              ·     0"]);
    ada.lab(&["class", "leave"]);
    assert!(!room.board().contains("ada"), "she has left");
    has(&grace.lab(&["class", "leave"]), &["in no class any more"]);
    has(&room.board(), &["nobody yet"]);
    grace.fails(1, &["check", "30"]);
    has(&room.board(), &["nobody yet"]);
    has(&grace.lab(&["class", "leave"]), &["You are in no class."]);

    // Empty words take back, or are a board's own.
    let words = ["green", "step1_of_nothing", "0", ""];
    let told = room.payloads.0.lock().unwrap();
    assert!(!told.is_empty() && told.iter().all(|payload| words.contains(&&**payload)), "{told:?}");
}

#[test]
fn who_watches_is_there_and_the_will_says_who_died() {
    let room = Room::new();
    let (ada, teacher) = (room.join("ada"), Tiny::new());
    let mut log = Log::new(&room, &teacher);
    let mut watch = lab(&ada, &["watch", "30"]);
    log.until("ada is here");
    log.until("ada 30 step1_of_nothing"); // the tiny course has no reports
    watch.kill().unwrap();
    log.until("ada is away");
    watch.wait().unwrap();
}

#[test]
fn a_class_that_is_over_harms_nobody() {
    let ada = Tiny::new();
    let nowhere = "127.0.0.1:1"; // nobody listens there
    has(&ada.fails(1, &["class", "join", "ada", "--at", nowhere]), &[nowhere, "was not told"]);
    has(&ada.fails(1, &["class", "board", "--at", nowhere]), &["no class meets at"]);
    ada.write(".lab/class", &format!("broker {nowhere}\nclass lab\nname ada\n"));
    ada.solve();
    let check = ada.command(&["check", "30"]).assert().success();
    has(&String::from_utf8_lossy(&check.get_output().stdout), &["✓ 30-double"]);
    has(&String::from_utf8_lossy(&check.get_output().stderr), &["was not told"]);
}

#[test]
fn nothing_leaves_the_local_network() {
    let ada = Tiny::new();
    for task in ["join ada --at", "board --at", "host --listen"] {
        let arguments: Vec<&str> = ["class"].into_iter().chain(task.split(' ')).collect();
        for place in ["192.0.2.1", "0.0.0.0:0"] {
            let told = ada.fails(2, &[&arguments[..], &[place]].concat());
            has(&told, &["is not in the local network"]);
        }
    }
    has(&ada.fails(2, &["class", "join", "a/b"]), &["a name here is 1 to 16 letters"]);
}

#[test]
fn a_host_says_how_to_come() {
    let teacher = Tiny::new();
    let mut host =
        lab(&teacher, &["class", "host", "--listen", "127.0.0.1:0", "--class", "monday"]);
    let mut lines = BufReader::new(host.stdout.take().unwrap()).lines().map_while(Result::ok);
    has(&lines.next().unwrap(), &["The class `monday` meets at 127.0.0.1:"]);
    let join = lines.next().unwrap();
    let ada = Tiny::new();
    let arguments: Vec<&str> = join.trim().split(' ').skip(2).collect();
    has(&ada.lab(&arguments), &["NAME, you are in the class `monday`"]);
    host.kill().unwrap();
    host.wait().unwrap();
}
