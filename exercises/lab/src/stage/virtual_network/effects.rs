//! What the cores want done, and how it is done here.

use broker_core::ConnectionId;
use tap::{Direction, Record, Side, What};

use super::{Actor, Cargo, VirtualNetwork};

impl VirtualNetwork {
    pub(super) fn carry_out(&mut self, outputs: Vec<broker_core::Output>) {
        for output in outputs {
            match output {
                broker_core::Output::Send(ConnectionId(id), packet) => {
                    let (Ok(connection), Ok(bytes)) = (usize::try_from(id), packet.to_bytes())
                    else {
                        continue;
                    };
                    let direction = Direction::ToClient;
                    self.record(connection, What::Packet { direction, bytes: bytes.clone() });
                    self.send(connection, direction, Cargo::Packet(bytes));
                }
                broker_core::Output::More(id) => {
                    let mut outputs = Vec::new(); // what was sent is on its way already
                    self.broker.step(self.now, id, broker_core::Input::Ready, &mut outputs);
                    self.carry_out(outputs);
                }
                broker_core::Output::Close(ConnectionId(id)) => {
                    let Ok(connection) = usize::try_from(id) else { continue };
                    self.connections[connection].server_is_open = false;
                    self.record(connection, What::Closed { by: Side::Server });
                    self.send(connection, Direction::ToClient, Cargo::Closing);
                }
                broker_core::Output::Event(_, event) if event.is_seen_in_packets() => {}
                broker_core::Output::Event(connection, event) => {
                    let connection = connection
                        .and_then(|ConnectionId(id)| usize::try_from(id).ok())
                        .map(|connection| self.connections[connection].ends);
                    let what = What::Event(event.to_string());
                    self.tap.record(Record { time: self.now, connection, what });
                }
                broker_core::Output::Store(_) => {} // nothing here outlives its scenario
            }
        }
    }

    pub(super) fn client_step(&mut self, actor: Actor, input: client_core::Input) {
        let mut outputs = Vec::new();
        self.clients[actor.0].core.step(self.now, input, &mut outputs);
        self.carry_out_for(actor, outputs);
    }

    pub(super) fn carry_out_for(&mut self, actor: Actor, outputs: Vec<client_core::Output>) {
        for output in outputs {
            match (output, self.clients[actor.0].connection) {
                (client_core::Output::Event(event), _) => self.told.push_back((actor, event)),
                (client_core::Output::Send(packet), Some(connection)) => {
                    if let Ok(bytes) = packet.to_bytes() {
                        self.send(connection, Direction::ToServer, Cargo::Packet(bytes));
                    }
                }
                (client_core::Output::Close, Some(connection)) => self.close_client_end(connection),
                (_, None) => {}
            }
        }
    }
}
