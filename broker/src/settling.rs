//! What goes out: each input is decided, and what the broker wants is done.

use std::sync::Arc;

use broker_core::{ConnectionId, Input, Output};
use tap::{Direction, Side, What};

use crate::hub::{Hub, Link, State};
use crate::outbox::End;
use crate::pause::Pause;

/// What a packet that comes in counts in a turn. To decode it and to decide costs more than to encode one.
const INCOMING: usize = 16;

impl Hub {
    pub(crate) fn step(&self, state: &mut State, id: ConnectionId, input: Input) {
        let mut outputs = std::mem::take(&mut state.outputs);
        state.broker.step(self.origin.elapsed(), id, input, &mut outputs);
        state.turn += INCOMING + outputs.len();
        self.settle(state, outputs);
    }

    /// Does what the broker wants, and what follows from that.
    pub(crate) fn settle(&self, state: &mut State, mut outputs: Vec<Output>) {
        loop {
            let mut lost = Vec::new();
            for output in outputs.drain(..) {
                self.put_out(state, output, &mut lost);
            }
            if lost.is_empty() {
                break;
            }
            for id in lost {
                state.broker.step(self.origin.elapsed(), id, Input::Closed, &mut outputs);
            }
        }
        state.outputs = outputs; // the next step uses its memory
        if self.store.is_some() && !state.unwritten.release() {
            self.changed.notify_one();
        }
        if state.broker.deadline() != state.deadline {
            state.deadline = state.broker.deadline();
            self.rescheduled.notify_one();
        }
    }

    fn put_out(&self, state: &mut State, output: Output, lost: &mut Vec<ConnectionId>) {
        match output {
            Output::Send(id, packet) => {
                let Some(link) = state.links.get_mut(&id).filter(|link| !link.is_closing) else {
                    return;
                };
                let connection = link.connection;
                let (limit, held) = (self.settings.max_unread_bytes, self.store.is_some());
                let taken = link.outbox.put(&packet, limit, held, |bytes| {
                    self.record_packet(connection, Direction::ToClient, bytes);
                });
                let Some(count) = taken else {
                    self.give_up_deaf(link);
                    lost.push(id);
                    return;
                };
                state.turn += count >> 10;
                if held {
                    state.unwritten.hold(id, &link.outbox, count);
                }
                if link.outbox.is_crowded() {
                    state.crowd = Some(Pause::Unread(Arc::clone(&link.outbox)));
                }
                lost.extend(self.give_up_largest(state));
            }
            Output::More(id) => {
                if let Some(link) = state.links.get(&id) {
                    link.outbox.expect_more();
                }
            }
            Output::Close(id) => {
                if let Some(link) = state.links.get_mut(&id) {
                    self.close(link, End::Flushed);
                }
            }
            Output::Event(id, event) => {
                let is_told = if self.settings.tap_packets {
                    !event.is_seen_in_packets()
                } else {
                    !event.concerns_message()
                };
                if is_told {
                    let link = id.and_then(|id| state.links.get(&id));
                    let connection = link.map(|link| link.connection);
                    self.record(connection, || What::Event(event.to_string()));
                }
            }
            Output::Store(change) => state.unwritten.change(change),
        }
    }

    pub(crate) fn close(&self, link: &mut Link, end: End) {
        if !link.is_closing {
            link.is_closing = true;
            link.outbox.end(end);
            self.record(Some(link.connection), || What::Closed { by: Side::Server });
        }
    }
}
