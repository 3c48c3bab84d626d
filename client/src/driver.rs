//! Drives the client's core over a Network Connection, one turn at a time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use client_core::{Client, Configuration, Event, Input, Output, Request, Why};
use tap::{Connection, Direction, Record, Side, Tap, What};
use tokio::time::Instant;

use crate::link::{Foreign, Link, Turn};
use crate::transport::Transport;

/// A client that does something only while somebody waits in its [`turn`](Self::turn).
///
/// It outlives its Network Connections: each one is opened by the caller and handed over with
/// [`open`](Self::open).
pub struct Driver {
    core: Client,
    origin: Instant,
    link: Option<Link>,
    reads: bool,
    max_packet_size: usize,
    tap: Option<Arc<dyn Tap>>,
    events: VecDeque<Event>,
}

impl Driver {
    /// A client without a Network Connection. `max_packet_size` is the size of the largest packet that
    /// it takes, in bytes.
    pub fn new(
        configuration: Configuration,
        max_packet_size: usize,
        tap: Option<Arc<dyn Tap>>,
    ) -> Self {
        Self {
            core: Client::new(configuration),
            origin: Instant::now(),
            link: None,
            reads: true,
            max_packet_size,
            tap,
            events: VecDeque::new(),
        }
    }

    /// Goes on over this Network Connection, and sends CONNECT. If there was one, it is cut.
    pub fn open(&mut self, transport: Transport) {
        let (ends, told) = (transport.ends(), transport.told.clone());
        self.link = Some(Link::new(transport, self.core.configuration().version));
        self.reads = true;
        record(self.tap.as_ref(), ends, || What::Opened { client_name: None });
        if let Some(told) = told {
            record(self.tap.as_ref(), ends, || What::Event(told));
        }
        self.step(Input::Opened);
    }

    /// Asks the client for something.
    pub fn request(&mut self, request: Request) {
        self.step(Input::Request(request));
    }

    /// Cuts the Network Connection, without a DISCONNECT and without sending what was not sent yet.
    pub fn cut(&mut self) {
        if let Some(link) = self.link.take_if(|link| !link.is_closing()) {
            record(self.tap.as_ref(), link.ends, || What::Closed { by: Side::Client });
            self.step(Input::Closed);
        }
    }

    /// Whether to read what the server sends, until the next [`open`](Self::open). A client that does
    /// not read holds its server up; it goes on sending.
    pub fn reads(&mut self, reads: bool) {
        if self.reads != reads {
            self.reads = reads;
            self.core.listens(self.origin.elapsed(), reads);
        }
    }

    /// Sends what is to be sent, and waits until the server has sent something that this client does
    /// not read (see [`reads`](Self::reads)), or until the Network Connection has ended. Without one it
    /// waits for ever.
    pub async fn unread(&mut self) {
        match &mut self.link {
            Some(link) => link.unread().await,
            None => std::future::pending().await,
        }
    }

    /// Whether there is a Network Connection, be it one that is about to close.
    pub fn is_open(&self) -> bool {
        self.link.is_some()
    }

    /// The state machine.
    pub fn core(&self) -> &Client {
        &self.core
    }

    /// Waits until something happens, and tells what the core has to say about it, if it has. Without a
    /// Network Connection nothing happens. Nothing is lost if the wait is given up.
    pub async fn turn(&mut self) -> Option<Event> {
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        let deadline = self.core.deadline().map(|deadline| self.origin + deadline);
        let Some(link) = &mut self.link else { return std::future::pending().await };
        let turn = tokio::select! {
            turn = link.turn(self.reads) => turn,
            () = until(deadline) => {
                let mut outputs = Vec::new();
                self.core.tick(self.origin.elapsed(), &mut outputs);
                self.carry_out(outputs);
                return self.events.pop_front();
            }
        };
        match turn {
            Turn::Moved => {}
            Turn::Read => self.read(),
            Turn::Ended => self.ended(),
        }
        self.events.pop_front()
    }

    fn read(&mut self) {
        while let Some(link) = self.link.as_mut().filter(|link| !link.is_closing()) {
            let tap = self.tap.as_ref();
            let taken = link.take(self.max_packet_size, |ends, direction, bytes| {
                record_packet(tap, ends, direction, bytes);
            });
            match taken {
                Some(Ok(packet)) => self.step(Input::Received(packet)),
                Some(Err(Foreign::Tls)) => self.step(Input::AnsweredInTls),
                Some(Err(Foreign::Malformed(error))) => self.step(Input::Malformed(error)),
                None => return,
            }
        }
    }

    /// The stream has come to its end, by whichever side.
    fn ended(&mut self) {
        let Some(mut link) = self.link.take() else { return };
        if link.is_closing() {
            return;
        }
        let (tap, rest) = (self.tap.as_ref(), link.rest());
        if !rest.is_empty() {
            record_packet(tap, link.ends, Direction::ToClient, &rest);
        }
        record(tap, link.ends, || What::Closed { by: Side::Server });
        self.step(Input::Closed);
    }

    fn step(&mut self, input: Input) {
        let mut outputs = Vec::new();
        self.core.step(self.origin.elapsed(), input, &mut outputs);
        self.carry_out(outputs);
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match (output, self.link.as_mut()) {
                (Output::Event(event), link) => {
                    if let (Some(link), Event::Disconnected(why)) = (link, &event) {
                        record_why(self.tap.as_ref(), link.ends, why);
                    }
                    self.events.push_back(event);
                }
                (Output::Send(packet), Some(link)) => {
                    let tap = self.tap.as_ref();
                    link.put(&packet, |ends, direction, bytes| {
                        record_packet(tap, ends, direction, bytes);
                    });
                }
                (Output::Close, Some(link)) => {
                    link.close();
                    record(self.tap.as_ref(), link.ends, || What::Closed { by: Side::Client });
                }
                (Output::Send(_) | Output::Close, None) => {}
            }
        }
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Tells the tap why the client hangs up, where no packet shows it.
fn record_why(tap: Option<&Arc<dyn Tap>>, ends: Connection, why: &Why) {
    if !matches!(why, Why::Requested | Why::Closed) {
        record(tap, ends, || What::Event(why.to_string()));
    }
}

fn record_packet(tap: Option<&Arc<dyn Tap>>, ends: Connection, direction: Direction, bytes: &[u8]) {
    record(tap, ends, || What::Packet { direction, bytes: Bytes::copy_from_slice(bytes) });
}

fn record(tap: Option<&Arc<dyn Tap>>, ends: Connection, what: impl FnOnce() -> What) {
    if let Some(tap) = tap {
        let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        tap.record(Record { time, connection: Some(ends), what: what() });
    }
}
