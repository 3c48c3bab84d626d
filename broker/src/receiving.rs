//! What comes in: bytes become packets, and each is the broker's next input.

use broker_core::{Admission, ConnectionId, Input};
use bytes::{Bytes, BytesMut};
use tap::{Direction, What};
use wire::{Connect, Packet, Version, take_frame};

use crate::authentication::Refusal;
use crate::hub::{Hub, State};
use crate::pause::Pause;
use crate::settings::Settings;

/// How much one client can make the broker do before others have their turn, in packets that go out, of
/// which a large one counts for each KiB: a few milliseconds. All that one receiver gets in a turn goes
/// out in one write, so shorter turns cost more where there are many receivers: each of a thousand gets
/// sixteen messages with a write, not one.
const TURN: usize = 16_000;

impl Hub {
    /// Takes the whole packets off the front of what was read. It stops early where something has to
    /// be waited for: the sender is to [`pause`](Self::pause) before it goes on here.
    pub(crate) fn received(
        &self,
        id: ConnectionId,
        buffer: &mut BytesMut,
        version: &mut Version,
    ) -> Option<Pause> {
        let mut state = self.state();
        if let Some(link) = state.links.get_mut(&id) {
            link.is_stuck = false;
        }
        state.turn = 0;
        let pause = self.take_packets(&mut state, id, buffer, version);
        self.keep_untaken(&mut state, id, buffer.len());
        pause
    }

    fn take_packets(
        &self,
        state: &mut State,
        id: ConnectionId,
        buffer: &mut BytesMut,
        version: &mut Version,
    ) -> Option<Pause> {
        while let Some(connection) = state.connection(id) {
            if state.turn > TURN {
                return Some(Pause::Turn);
            }
            let input = match take_frame(buffer, self.max_packet_size(state, id)) {
                Ok(None) => return None,
                Ok(Some(frame)) => {
                    self.record_packet(connection, Direction::ToServer, &frame);
                    match decode(frame, version) {
                        Input::Received(Packet::Connect(connect)) if self.examiner.is_some() => {
                            return Some(Pause::Examine(id, *connect));
                        }
                        input => input,
                    }
                }
                Err(error) => {
                    // No later packet can be found behind these bytes: all of them go on record.
                    self.record_packet(connection, Direction::ToServer, &buffer.split());
                    Input::Malformed(error)
                }
            };
            self.step(state, id, input);
            let crowd = state.crowd(id);
            if crowd.is_some() {
                return crowd;
            }
            if state.unwritten.is_full() {
                return Some(Pause::Unwritten);
            }
        }
        buffer.clear(); // whatever comes behind the last packet is nobody's
        None
    }

    /// The size of the largest packet that is taken from this client now.
    fn max_packet_size(&self, state: &State, id: ConnectionId) -> usize {
        let Settings { max_packet_size, max_connect_size, .. } = self.settings;
        if state.broker.is_connected(id) {
            max_packet_size
        } else {
            max_packet_size.min(max_connect_size)
        }
    }

    /// What was sent to this client is written: it gets more.
    pub(crate) fn ready(&self, id: ConnectionId) {
        let mut state = self.state();
        self.step(&mut state, id, Input::Ready);
    }

    /// A CONNECT that was waited for comes to the broker, with what was found out about it.
    pub(crate) fn examined(&self, id: ConnectionId, connect: Connect, answer: Result<(), Refusal>) {
        let mut state = self.state();
        if let (Some(connection), Err(refusal)) = (state.connection(id), answer) {
            let client = match &*connect.client_identifier {
                "" => "a client without a Client Identifier",
                client => client,
            };
            let text = format!("{client} refused: {refusal}");
            self.record(Some(connection), || What::Event(text));
        }
        let admission = answer.map_or_else(Refusal::admission, |()| Admission::Allowed);
        self.step(&mut state, id, Input::Examined(connect, admission));
    }
}

impl State {
    /// Whom the sender over there should wait for, after a step. Nobody waits for itself.
    fn crowd(&mut self, sender: ConnectionId) -> Option<Pause> {
        let crowded = self.broker.take_crowded().filter(|id| *id != sender);
        let is_awaited = |id: &ConnectionId| self.links.get(id).is_some_and(|it| !it.is_stuck);
        let crowd = crowded.filter(is_awaited).map(Pause::Unacknowledged);
        self.crowd.take().or(crowd)
    }
}

/// A CONNECT tells the version of everything behind it.
fn decode(frame: Bytes, version: &mut Version) -> Input {
    match Packet::decode(frame, *version) {
        Ok(packet) => {
            if let Packet::Connect(connect) = &packet {
                *version = connect.version;
            }
            Input::Received(packet)
        }
        Err(error) => Input::Malformed(error),
    }
}
