//! A capture into records.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

use tap::{Connection, Record, What};

use super::blocks::{Blocks, Frame};
use super::convention::{EVENT, WRITTEN_PORT};
use super::error::CaptureError;
use super::flow::Flow;
use super::segment::{Contents, Segment, contents};

/// Reads the MQTT in a capture, pcap or pcapng, while it is written if need be.
///
/// MQTT is what is on port 1883 (or on a [`port`](Self::port) that was told), what the lab wrote, and
/// what begins with a CONNECT. The rest of the capture is left out. Links are Ethernet, Linux cooked
/// (both versions), BSD loopback and raw IP; IPv4 and IPv6, but no fragments.
///
/// Segments may be out of order, resent and cut anywhere. What they have of a connection is told as
/// well as can be:
///
/// - Of a connection that began before the capture, packets are told from the first segment on that
///   begins with one. There is no [`What::Opened`].
/// - Where the capture lacks bytes that one end acknowledged, an event tells it, and reading goes on
///   in the same way.
/// - A packet has the time of the segment that made it whole.
///
/// After an error the iterator ends.
pub struct Reader<R: Read> {
    stage: Stage<R>,
    ports: BTreeSet<u16>,
    flows: BTreeMap<(SocketAddr, SocketAddr), Flow>,
    told: VecDeque<Told>,
    time: Duration,
    seen: Seen,
}

enum Stage<R: Read> {
    Fresh(R),
    Open(Blocks<R>),
    Failed(CaptureError),
    Done,
}

/// A record, and how many bytes of its connection and direction came before it.
pub(super) struct Told {
    pub(super) position: u64,
    pub(super) record: Record,
}

/// What was in a capture, whether MQTT or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many frames were read.
    pub frames: u64,
    /// How many of them were TCP segments.
    pub segments: u64,
    /// The link type of the last frame whose link is not known here (see
    /// <https://www.tcpdump.org/linktypes.html>).
    pub unknown_link: Option<i32>,
    /// How many connections on ports of MQTT are encrypted (TLS).
    pub sealed: u64,
    /// Whether the capture has session keys of TLS.
    pub has_keys: bool,
}

/// How many connections are kept in mind at once.
const FLOWS: usize = 1 << 16;

impl<R: Read> Reader<R> {
    /// Reads this capture. Nothing is read before the first record is asked for.
    pub fn new(source: R) -> Self {
        Self {
            stage: Stage::Fresh(source),
            ports: BTreeSet::from([WRITTEN_PORT]),
            flows: BTreeMap::new(),
            told: VecDeque::new(),
            time: Duration::ZERO,
            seen: Seen::default(),
        }
    }

    /// The same, with one more port on which the server speaks MQTT.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.ports.insert(port);
        self
    }

    /// What was read up to now.
    pub fn seen(&self) -> Seen {
        self.seen
    }

    /// The next record with its position.
    pub(super) fn next_told(&mut self) -> Option<Result<Told, CaptureError>> {
        loop {
            if let Some(told) = self.told.pop_front() {
                return Some(Ok(told));
            }
            match std::mem::replace(&mut self.stage, Stage::Done) {
                Stage::Fresh(source) => self.stage = open(source),
                Stage::Open(mut blocks) => match blocks.next() {
                    Ok(Some(frame)) => {
                        self.seen.has_keys = blocks.has_keys();
                        self.stage = Stage::Open(blocks);
                        self.frame(&frame);
                    }
                    Ok(None) => self.end(),
                    Err(error) => {
                        self.end();
                        self.stage = Stage::Failed(error);
                    }
                },
                Stage::Failed(error) => return Some(Err(error)),
                Stage::Done => return None,
            }
        }
    }

    fn frame(&mut self, frame: &Frame) {
        self.seen.frames += 1;
        self.time = frame.time;
        match contents(frame.link, &frame.bytes) {
            Contents::Segment(segment) => {
                self.seen.segments += 1;
                self.segment(frame, &segment);
                if let Some(connection) = segment.connection() {
                    self.events(frame, Some(connection));
                }
            }
            Contents::Nobody => self.events(frame, None),
            Contents::UnknownLink => self.seen.unknown_link = Some(frame.link.0),
            Contents::Other => {}
        }
    }

    fn segment(&mut self, frame: &Frame, segment: &Segment<'_>) {
        let (source, destination) = (segment.source, segment.destination);
        let ends = (source.min(destination), source.max(destination));
        if let Some(flow) = self.flows.get_mut(&ends) {
            if !flow.is_followed_by(segment) {
                let was_sealed = flow.is_sealed();
                flow.receive(frame.time, segment, &frame.comments, &mut self.told);
                self.seen.sealed += u64::from(flow.is_sealed() && !was_sealed);
                return;
            }
            self.flows.remove(&ends);
        }
        self.make_room();
        let is_mqtt = |end: SocketAddr| self.ports.contains(&end.port());
        if let Some(mut flow) = Flow::begin(segment, is_mqtt) {
            flow.receive(frame.time, segment, &frame.comments, &mut self.told);
            self.seen.sealed += u64::from(flow.is_sealed());
            self.flows.insert(ends, flow);
        }
    }

    fn events(&mut self, frame: &Frame, connection: Option<Connection>) {
        let texts = frame.comments.iter().filter_map(|comment| comment.strip_prefix(EVENT));
        self.told.extend(texts.map(|text| Told {
            position: 0,
            record: Record { time: frame.time, connection, what: What::Event(text.to_owned()) },
        }));
    }

    /// Forgets connections that are over, or one that is not, if there are too many.
    fn make_room(&mut self) {
        if self.flows.len() >= FLOWS {
            self.flows.retain(|_, flow| !flow.is_over());
        }
        if self.flows.len() >= FLOWS
            && let Some((_, mut flow)) = self.flows.pop_first()
        {
            flow.end(self.time, &mut self.told);
        }
    }

    fn end(&mut self) {
        for flow in self.flows.values_mut() {
            flow.end(self.time, &mut self.told);
        }
    }
}

fn open<R: Read>(source: R) -> Stage<R> {
    match Blocks::open(source) {
        Ok(blocks) => Stage::Open(blocks),
        Err(error) => Stage::Failed(error),
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Record, CaptureError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_told().map(|told| told.map(|told| told.record))
    }
}
