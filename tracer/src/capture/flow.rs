//! One TCP connection, from its segments back to records.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tap::{Connection, Direction, Record, Side, What};

use super::convention::{CLIENT, JOINED, SEALED_PORT, in_direction, reverse};
use super::framer::{Cut, Framer, begins_like_connect, begins_like_tls};
use super::half::Half;
use super::reader::Told;
use super::segment::Segment;

/// A TCP connection of which segments were seen.
pub(super) struct Flow {
    /// The two ends, if it is known which is which.
    connection: Connection,
    kind: Kind,
    directions: [(Half, Framer); 2],
    /// Who sent the first FIN.
    closed_by: Option<Side>,
    /// Where in each direction bytes were missing last.
    missed: [Option<u64>; 2],
    /// When it was opened and how the client is called, until that is told.
    opened: Option<(Duration, Option<Arc<str>>)>,
}

/// What a connection carries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Not known yet: it is not on a port of MQTT, and its client has said nothing.
    Unknown,
    Mqtt,
    /// TLS, on a port of MQTT: what is in it cannot be read.
    Sealed,
    /// Something else.
    Foreign,
    /// It is over; a SYN would begin another one.
    Closed,
}

impl Flow {
    /// A connection whose first segment is this one. `is_mqtt` says whether a port is one of MQTT.
    /// `None` for segments that tell nothing: they belong to a connection that is over, or whose
    /// client cannot be told from its server.
    pub(super) fn begin(
        segment: &Segment<'_>,
        is_mqtt: impl Fn(SocketAddr) -> bool,
    ) -> Option<Self> {
        let guess = || match (segment.syn, segment.acknowledgement) {
            (true, None) => Some(Direction::ToServer),
            (true, Some(_)) => Some(Direction::ToClient),
            _ if is_mqtt(segment.destination) => Some(Direction::ToServer),
            _ if is_mqtt(segment.source) => Some(Direction::ToClient),
            _ => begins_like_connect(segment.payload).then_some(Direction::ToServer),
        };
        let direction = segment.direction.or_else(guess)?;
        if !segment.syn && segment.payload.is_empty() {
            return None;
        }
        let (client, server) = in_direction(direction, segment.source, segment.destination);
        let known = segment.direction.is_some() || is_mqtt(server);
        Some(Self {
            connection: Connection { client, server },
            kind: if known { Kind::Mqtt } else { Kind::Unknown },
            directions: Default::default(),
            closed_by: None,
            missed: [None; 2],
            opened: None,
        })
    }

    /// Whether nothing more is kept of it than that it was there.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.kind, Kind::Closed | Kind::Foreign | Kind::Sealed)
    }

    /// Whether it is encrypted.
    pub(super) fn is_sealed(&self) -> bool {
        self.kind == Kind::Sealed
    }

    /// Whether this segment opens another connection between the same two ends.
    pub(super) fn is_followed_by(&self, segment: &Segment<'_>) -> bool {
        segment.syn && segment.acknowledgement.is_none() && self.is_over()
    }

    fn direction(&self, segment: &Segment<'_>) -> Direction {
        if segment.source == self.connection.client {
            Direction::ToServer
        } else {
            Direction::ToClient
        }
    }

    /// Takes a segment, and tells what it makes known.
    pub(super) fn receive(
        &mut self,
        time: Duration,
        segment: &Segment<'_>,
        comments: &[String],
        out: &mut impl Extend<Told>,
    ) {
        if self.is_over() {
            return;
        }
        let direction = self.direction(segment);
        if segment.syn {
            self.start(time, direction, segment, comments);
        }
        self.decide(direction, segment);
        if self.kind == Kind::Sealed {
            let text = "it is encrypted (TLS): what is said on it cannot be read here".to_owned();
            out.extend([self.told(time, 0, What::Event(text))]);
        }
        if self.kind != Kind::Mqtt {
            return;
        }
        if let Some((time, client_name)) = self.opened.take() {
            out.extend([self.told(time, 0, What::Opened { client_name })]);
        }
        if let Some(acknowledgement) = segment.acknowledgement {
            self.acknowledge(time, reverse(direction), acknowledgement, out);
        }
        self.take(direction, segment);
        self.read(time, direction, out);
        if segment.direction.is_some() {
            self.skip_all(time, direction, out); // the lab writes in order: what is missing was dropped
        }
        self.look_for_the_end(time, direction, segment, out);
    }

    /// No more segments come: tells what is still there.
    pub(super) fn end(&mut self, time: Duration, out: &mut impl Extend<Told>) {
        if self.kind == Kind::Mqtt {
            self.tell_rest(time, out);
            if let Some(by) = self.closed_by {
                out.extend([self.told(time, 0, What::Closed { by })]);
            }
        }
        self.kind = Kind::Closed;
    }

    fn start(
        &mut self,
        time: Duration,
        direction: Direction,
        segment: &Segment<'_>,
        comments: &[String],
    ) {
        let half = &mut self.directions[direction as usize].0;
        if half.is_started() {
            return; // sent again
        }
        half.start(segment.sequence);
        let is_lab = segment.direction.is_some();
        let is_made_up = is_lab && comments.iter().any(|comment| comment == JOINED);
        if segment.acknowledgement.is_none() && !is_made_up {
            let name = comments.iter().find_map(|comment| comment.strip_prefix(CLIENT));
            let name = name.filter(|_| is_lab).map(Arc::from);
            self.opened = Some((time, name));
        }
    }

    /// Finds out whether this is MQTT: by the first bytes that are said.
    fn decide(&mut self, direction: Direction, segment: &Segment<'_>) {
        let has_begun = self.directions.iter().any(|(half, _)| half.position() > 0);
        if segment.payload.is_empty() || has_begun {
            return;
        }
        let is_unknown = self.kind == Kind::Unknown;
        let is_whole = self.directions[direction as usize].0.is_started();
        let may_be_tls = self.connection.server.port() == SEALED_PORT || (!is_unknown && is_whole);
        if may_be_tls && begins_like_tls(segment.payload) {
            self.kind = Kind::Sealed;
        } else if is_unknown {
            let is_mqtt = direction == Direction::ToServer && begins_like_connect(segment.payload);
            self.kind = if is_mqtt { Kind::Mqtt } else { Kind::Foreign };
        }
    }

    /// What was sent in this direction up to here has arrived: what is not here of it will not come again.
    fn acknowledge(
        &mut self,
        time: Duration,
        direction: Direction,
        acknowledgement: u32,
        out: &mut impl Extend<Told>,
    ) {
        while self.directions[direction as usize].0.lacks(acknowledgement) {
            self.skip(time, direction, out);
        }
        if self.directions[direction as usize].0.is_behind(acknowledgement) {
            self.miss(time, direction, out);
        }
    }

    /// Tells, once for each place, that something is missing there.
    fn miss(&mut self, time: Duration, direction: Direction, out: &mut impl Extend<Told>) {
        let position = self.directions[direction as usize].0.position();
        if self.missed[direction as usize].replace(position) != Some(position) {
            out.extend([self.told(time, 0, What::Missing)]);
        }
    }

    fn take(&mut self, direction: Direction, segment: &Segment<'_>) {
        let (half, framer) = &mut self.directions[direction as usize];
        if !half.is_started() {
            if segment.payload.is_empty() {
                return;
            }
            *framer = Framer::lost();
        }
        let sequence = segment.sequence.wrapping_add(segment.syn.into());
        half.receive(sequence, segment.payload, segment.fin);
    }

    fn read(&mut self, time: Duration, direction: Direction, out: &mut impl Extend<Told>) {
        let mut cuts = Vec::new();
        let mut is_missing = false;
        let (half, framer) = &mut self.directions[direction as usize];
        loop {
            while let Some(bytes) = half.ready() {
                framer.push(half.position() - bytes.len() as u64, &bytes, &mut cuts);
            }
            if !half.is_full() {
                break;
            }
            if let Some(missing) = half.skip() {
                framer.gap(missing, &mut cuts);
                is_missing = true;
            }
        }
        self.tell(time, direction, cuts, out);
        if is_missing {
            self.miss(time, direction, out);
        }
    }

    /// Gives up the bytes that are missing next.
    fn skip(&mut self, time: Duration, direction: Direction, out: &mut impl Extend<Told>) {
        let mut cuts = Vec::new();
        let (half, framer) = &mut self.directions[direction as usize];
        if let Some(missing) = half.skip() {
            framer.gap(missing, &mut cuts);
        }
        self.tell(time, direction, cuts, out);
        self.miss(time, direction, out);
        self.read(time, direction, out);
    }

    fn skip_all(&mut self, time: Duration, direction: Direction, out: &mut impl Extend<Told>) {
        while self.directions[direction as usize].0.is_waiting() {
            self.skip(time, direction, out);
        }
    }

    /// A connection is over when both ends sent their FIN, or one of them an RST.
    fn look_for_the_end(
        &mut self,
        time: Duration,
        direction: Direction,
        segment: &Segment<'_>,
        out: &mut impl Extend<Told>,
    ) {
        let side = match direction {
            Direction::ToServer => Side::Client,
            Direction::ToClient => Side::Server,
        };
        if segment.fin || segment.reset {
            self.closed_by.get_or_insert(side);
        }
        let both = self.directions.iter().all(|(half, _)| half.is_ended());
        if segment.reset || both {
            self.end(time, out);
            self.directions = Default::default(); // nothing but the mark is kept
        }
    }

    /// Tells what waits, though bytes before it are missing, and what is there of packets that will
    /// not become whole.
    fn tell_rest(&mut self, time: Duration, out: &mut impl Extend<Told>) {
        for direction in [Direction::ToServer, Direction::ToClient] {
            self.read(time, direction, out);
            self.skip_all(time, direction, out);
            let mut cuts = Vec::new();
            self.directions[direction as usize].1.end(&mut cuts);
            self.tell(time, direction, cuts, out);
        }
    }

    fn tell(
        &self,
        time: Duration,
        direction: Direction,
        cuts: Vec<Cut>,
        out: &mut impl Extend<Told>,
    ) {
        out.extend(cuts.into_iter().map(|cut| match cut {
            Cut::Packet(position, bytes) => {
                self.told(time, position, What::Packet { direction, bytes })
            }
            Cut::LeftOut(count) => {
                let whose = match direction {
                    Direction::ToServer => "the client",
                    Direction::ToClient => "the server",
                };
                let bytes = if count == 1 { "byte" } else { "bytes" };
                let text = format!(
                    "{count} {bytes} from {whose} left out: the capture lacks some of them, and \
                     only a whole packet can be read"
                );
                self.told(time, 0, What::Event(text))
            }
        }));
    }

    fn told(&self, time: Duration, position: u64, what: What) -> Told {
        Told { position, record: Record { time, connection: Some(self.connection), what } }
    }
}
