//! Traffic of mosquitto and its clients, captured on the loopback by Wireshark's own `dumpcap`.
//!
//! Nothing here waits for time to pass: `dumpcap` streams what it captures, and the capture ends when
//! the last of the connections has closed in it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use mosquitto::Mosquitto;
use tap::What;
use tracer::capture::Reader;

/// A payload that no segment can hold, not even on the loopback.
const LARGE: usize = 300_000;

/// Captures a conversation into this file. Returns the port of mosquitto in it.
pub(crate) fn capture(file: &Path) -> u16 {
    let mosquitto = Mosquitto::start();
    let port = mosquitto.port();
    let filter = format!("tcp port {port}");
    let mut dumpcap = Peer::start("dumpcap", &["-q", "-i", "lo", "-f", &filter, "-w", "-"]);
    dumpcap.wait_for("File: -");

    let connections = talk(&Clients(port));

    let mut tee = Tee { from: dumpcap.stdout(), to: File::create(file).unwrap() };
    let closed = Reader::new(&mut tee)
        .port(port)
        .map(Result::unwrap)
        .filter(|record| matches!(record.what, What::Closed { .. }));
    assert_eq!(closed.take(connections).count(), connections);
    dumpcap.interrupt();
    io::copy(&mut tee, &mut io::sink()).unwrap();
    port
}

/// What the talk does and more, by mosquitto's own clients. Returns how many connections that took.
fn talk(clients: &Clients) -> usize {
    let mut connections = 0;
    for version in ["mqttv31", "mqttv311"] {
        // All that is published goes to a subscriber at each QoS.
        let subscribers = ["0", "1", "2"].map(|qos| {
            clients.subscribe(&["-V", version, "-q", qos, "-t", "lab/#", "-t", "+/b", "-C", "6"])
        });
        for qos in ["0", "1", "2"] {
            clients.publish(&["-V", version, "-q", qos, "-t", "lab/a", "-m", "21.5"]);
            clients.publish(&[
                "-V",
                version,
                "-q",
                qos,
                "-t",
                "a/b",
                "-m",
                "\u{e9}\u{1f321}",
                "-r",
            ]);
        }
        connections += subscribers.into_iter().map(Peer::end).count() + 6;

        // A session that is kept; its retained message comes with RETAIN set; then it is left.
        let kept = ["-V", version, "-i", "kept", "-c", "-q", "1", "-t", "a/b", "-C", "1"];
        clients.start(&kept).end(); // the message may come before the SUBACK, here and below
        clients.publish(&["-V", version, "-q", "1", "-t", "a/b", "-m", "while you were away"]);
        clients.start(&kept).end();
        clients.publish(&["-V", version, "-t", "a/b", "-r", "-n"]);
        connections += 4;

        // A will, credentials, an UNSUBSCRIBE; and somebody who is gone without a word.
        let will = ["--will-topic", "gone", "--will-payload", "bye", "--will-qos", "2"];
        let watcher = clients.subscribe(&["-V", version, "-t", "gone", "-U", "b", "-C", "1"]);
        let named = ["-V", version, "-u", "paolo", "-P", "devday", "-t", "c", "--will-retain"];
        clients.subscribe(&[&named[..], &will].concat()).kill();
        watcher.end();
        connections += 2;
    }
    let large = clients.subscribe(&["-t", "large", "-q", "2", "-C", "1"]);
    clients.publish_from_standard_input(&["-t", "large", "-q", "2", "-s"], &vec![b'x'; LARGE]);
    large.end();
    connections + 2
}

/// Starts clients of the mosquitto on this port.
struct Clients(u16);

impl Clients {
    /// A subscriber, once its subscriptions are acknowledged.
    fn subscribe(&self, arguments: &[&str]) -> Peer {
        let mut peer = self.start(arguments);
        peer.read_stdout_until("Subscribed (mid");
        peer
    }

    fn start(&self, arguments: &[&str]) -> Peer {
        let port = self.0.to_string();
        // `stdbuf`: what it says has to come line by line, not when a buffer is full.
        let all = [&["-oL", "mosquitto_sub", "-d", "-p", &port], arguments].concat();
        Peer::start("stdbuf", &all)
    }

    fn publish(&self, arguments: &[&str]) {
        self.publish_from_standard_input(arguments, b"");
    }

    fn publish_from_standard_input(&self, arguments: &[&str], input: &[u8]) {
        let mut child = Command::new("mosquitto_pub")
            .args(["-p", &self.0.to_string()])
            .args(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .expect("mosquitto's clients are installed");
        child.stdin.take().unwrap().write_all(input).unwrap();
        assert!(child.wait().unwrap().success(), "{arguments:?}");
    }
}

/// Somebody else's program. It does not outlive the test.
struct Peer {
    process: Child,
    stdout: Option<BufReader<ChildStdout>>,
}

impl Peer {
    fn start(program: &str, arguments: &[&str]) -> Self {
        let mut process = Command::new(program)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} is installed: {error}"));
        let stdout = process.stdout.take().map(BufReader::new);
        Self { process, stdout }
    }

    /// Waits for this on standard error.
    fn wait_for(&mut self, words: &str) {
        let mut lines = BufReader::new(self.process.stderr.take().unwrap());
        read_until(&mut lines, words);
        // Somebody has to read the rest, or it waits for that.
        std::thread::spawn(move || io::copy(&mut lines, &mut io::sink()));
    }

    fn read_stdout_until(&mut self, words: &str) {
        read_until(self.stdout.as_mut().unwrap(), words);
    }

    fn stdout(&mut self) -> BufReader<ChildStdout> {
        self.stdout.take().unwrap()
    }

    /// Waits until it ends by itself.
    fn end(mut self) {
        io::copy(&mut self.stdout(), &mut io::sink()).unwrap();
        assert!(self.process.wait().unwrap().success());
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
    }

    fn interrupt(&self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read_until(lines: &mut impl BufRead, words: &str) {
    let mut line = String::new();
    let mut all = String::new();
    while !line.contains(words) {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "it ended before '{words}': {all}");
        all.push_str(&line);
    }
}

/// Reads, and keeps a copy of all that it reads.
struct Tee<R> {
    from: R,
    to: File,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.to.write_all(&buffer[..count])?;
        Ok(count)
    }
}
