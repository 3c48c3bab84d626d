//! The console blocks of the chapters, run as a reader would type them.
//!
//! - In a block marked `console` each `$` begins a command, which has to end well, or with the exit code
//!   that a line `? 1` before it tells.
//! - In a block marked `console terminals` each command is typed in a terminal of its own, whose name
//!   stands before the `$`. A broker, a subscriber and a tracer go on; `setup` and `pub` end well;
//!   `refused` has to fail, and `check` to find something: exit code 1.
//! - What Wireshark is to be asked is asked, of the capture that the chapter offers.
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

mod common;

use std::fs;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use common::{WORKSPACE, chapters};

/// Our programs, for one test at a time: each has them built with the features that its readers get.
fn programs() -> MutexGuard<'static, ()> {
    static PROGRAMS: Mutex<()> = Mutex::new(());
    PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner) // another test failed, not this one
}

/// The blocks with this info string, and the chapter of each.
fn blocks(info: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks = Vec::new();
    for (name, text) in chapters() {
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line == format!("```{info}") {
                let block = lines.by_ref().take_while(|line| *line != "```").map(str::to_owned);
                blocks.push((name.clone(), block.collect()));
            }
        }
    }
    assert!(!blocks.is_empty(), "there are blocks of {info}");
    blocks
}

#[test]
fn our_own_commands_do_what_the_chapters_say() {
    let _programs = programs();
    for (chapter, lines) in blocks("console") {
        let mut expected = 0;
        for line in lines {
            if let Some(code) = line.strip_prefix("? ") {
                expected = code.parse().unwrap();
                continue;
            }
            let command = line.strip_prefix("$ ").expect("a line is a command, or an exit code");
            let (program, arguments) = command.split_once(' ').unwrap();
            assert_eq!(
                program, "cargo",
                "{chapter}: other programs are tried by the ignored tests"
            );
            let output = Command::new(env!("CARGO"))
                .args(["run", "--quiet"])
                .args(arguments.strip_prefix("run").unwrap().split_whitespace())
                .current_dir(WORKSPACE)
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(expected), "{chapter}: {command}\n{told}");
            assert!(!output.stdout.is_empty(), "{chapter}: {command} says nothing");
        }
    }
}

/// Each program that a block in terminals names is one of ours, or one of mosquitto's.
#[test]
fn terminals_run_known_programs() {
    for (chapter, lines) in blocks("console terminals") {
        for line in lines {
            let (_, command) = line.split_once("$ ").unwrap();
            let known = ["cargo run -", "mosquitto_pub ", "mosquitto_sub ", "echo "];
            assert!(known.iter().any(|known| command.starts_with(known)), "{chapter}: {command}");
        }
    }
}

/// The display filters of a chapter: what stands in backquotes and begins with a field of MQTT or TLS.
fn filters(text: &str) -> impl Iterator<Item = String> {
    let is_filter = |code: &&str| {
        let is_field = ["mqtt.", "tls.", "tcp."].iter().any(|layer| code.starts_with(layer));
        (is_field || *code == "mqtt") && !code.contains('*')
    };
    let spans = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    spans.filter(is_filter).map(|code| code.replace("\\|", "|"))
}

#[test]
#[ignore = "needs tshark"]
fn wireshark_knows_every_display_filter() {
    let _programs = programs();
    let (mut asked, folder) = (0, tempfile::tempdir().unwrap());
    for (chapter, text) in chapters() {
        let offered =
            text.split("```capture scenario=").nth(1).and_then(|rest| rest.lines().next());
        let capture = folder.path().join(format!("{chapter}.pcapng"));
        let played = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--", "scenario", offered.unwrap_or("first-packets")])
            .args(["--virtual", "--detail", "line", "--pcap"])
            .arg(&capture)
            .current_dir(WORKSPACE)
            .output();
        assert!(played.unwrap().status.success(), "{chapter}: {offered:?} cannot be played");
        for filter in filters(&text) {
            let output = Command::new("tshark")
                .args(["-Y", &filter, "-r"])
                .arg(&capture)
                .output()
                .expect("tshark is installed");
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{chapter}: {filter}\n{told}");
            // What an offered capture is asked of MQTT is in it; there is no TLS in any.
            let is_found = !output.stdout.is_empty() || !filter.starts_with("mqtt");
            assert!(offered.is_none() || is_found, "{chapter}: {filter} shows nothing");
            asked += 1;
        }
    }
    assert!(asked > 20, "{asked} filters were tried");
}

#[cfg(unix)]
mod terminals {
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;
    use std::path::Path;
    use std::process::{Child, Stdio};
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use super::*;

    /// A program that goes on until this is dropped, and what it prints.
    struct Lasting {
        child: Child,
        lines: Receiver<String>,
    }

    impl Lasting {
        fn start(command: &str, folder: &Path) -> Self {
            let mut child = Command::new("sh")
                .args(["-c", &format!("exec {command} 2>&1")])
                .current_dir(folder)
                .stdout(Stdio::piped())
                .stdin(Stdio::null())
                .spawn()
                .unwrap();
            let out = BufReader::new(child.stdout.take().unwrap());
            let (tell, lines) = channel();
            std::thread::spawn(move || {
                for line in out.lines().map_while(Result::ok) {
                    if tell.send(line).is_err() {
                        break;
                    }
                }
            });
            Self { child, lines }
        }

        /// Waits for a line with this text in it.
        fn await_line(&self, text: &str) {
            let mut instead = Vec::new();
            while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(20)) {
                if line.contains(text) {
                    return;
                }
                instead.push(line);
            }
            panic!("no line with '{text}' came, but:\n{}", instead.join("\n"));
        }
    }

    impl Drop for Lasting {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    fn free_port() -> u16 {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    }

    /// Ports that are free, in place of the usual ones.
    struct Ports {
        mqtt: u16,
        tls: u16,
        tracer: u16,
    }

    impl Ports {
        fn free() -> Self {
            Self { mqtt: free_port(), tls: free_port(), tracer: free_port() }
        }
    }

    /// The command with our program in place of cargo, and on ports that are free.
    fn command(name: &str, typed: &str, ports: &Ports) -> String {
        let programs = fs::canonicalize(common::BOOK).unwrap();
        let programs = programs.parent().unwrap().display();
        let line = typed.replace("19000", &ports.tracer.to_string());
        let line = line.replace("127.0.0.1:1883", &format!("127.0.0.1:{}", ports.mqtt));
        let line = line.replace("8883", &ports.tls.to_string());
        let line = line.replace("cargo run -- ", "cargo run -p lab -- ");
        let line = match line.split_once("cargo run -p ") {
            None => line,
            Some((before, ours)) => {
                let (package, arguments) = ours.split_once(" -- ").unwrap();
                let program = package.split(' ').next().unwrap(); // features may stand behind it
                format!("{before}{programs}/{program} {arguments}")
            }
        };
        let is_client = ["mosquitto_", "/client "].iter().any(|it| line.contains(it));
        match name {
            "broker" => format!("{line} --listen 127.0.0.1:{}", ports.mqtt),
            _ if is_client && !line.contains(" -p ") => format!("{line} -p {}", ports.mqtt),
            _ => line,
        }
    }

    #[test]
    #[ignore = "needs mosquitto"]
    fn what_is_typed_in_terminals_works() {
        let _programs = programs();
        let programs =
            [("broker", "full"), ("client", "full"), ("tracer", "command,tls"), ("lab", "tls")];
        for (program, features) in programs {
            let built = Command::new(env!("CARGO"))
                .args(["build", "--quiet", "-p", program, "--features", features])
                .current_dir(WORKSPACE)
                .status();
            assert!(built.unwrap().success(), "{program}");
        }
        for (chapter, lines) in blocks("console terminals") {
            let (ports, folder) = (Ports::free(), tempfile::tempdir().unwrap());
            let mut lasting: Vec<(String, Lasting)> = Vec::new();
            for line in lines {
                let (name, typed) = line.split_once("$ ").unwrap();
                let command = command(name, typed, &ports);
                let traced = |lasting: &[(String, Lasting)], text: &str| {
                    let sees = |(name, _): &&(String, Lasting)| name == "broker";
                    lasting.iter().find(sees).unwrap().1.await_line(text);
                };
                match name {
                    "broker" | "tracer" => {
                        let program = Lasting::start(&command, folder.path());
                        program.await_line("127.0.0.1");
                        lasting.push((name.to_owned(), program));
                    }
                    "sub" => {
                        let program = Lasting::start(&command, folder.path());
                        traced(&lasting, "SUBACK");
                        lasting.push((name.to_owned(), program));
                    }
                    "setup" | "pub" | "refused" | "check" => {
                        let status = Command::new("sh")
                            .args(["-c", &command])
                            .current_dir(folder.path())
                            .stdout(Stdio::null())
                            .status()
                            .unwrap();
                        let is_expected = match name {
                            "refused" => !status.success(),
                            "check" => status.code() == Some(1),
                            _ => status.success(),
                        };
                        assert!(is_expected, "{chapter}: {typed}: {status}");
                    }
                    other => panic!("{chapter}: what is a terminal '{other}'?"),
                }
            }
        }
    }
}
