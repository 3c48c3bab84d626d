//! The links: what is on its way, and what happens where it arrives.

use broker_core::ConnectionId;
use tap::{Direction, Record, Side, What};
use wire::Packet;

use super::{Arrival, Cargo, ClientEnd, LATENCY, VirtualNetwork};

impl VirtualNetwork {
    pub(super) fn send(&mut self, connection: usize, to: Direction, cargo: Cargo) {
        self.sent += 1;
        self.on_the_way.insert((self.now + LATENCY, self.sent), Arrival { connection, to, cargo });
    }

    pub(super) fn arrive(&mut self, Arrival { connection, to, cargo }: Arrival) {
        match to {
            Direction::ToServer if self.connections[connection].server_is_open => {
                self.arrive_at_server(connection, cargo);
            }
            Direction::ToClient if self.connections[connection].client_end == ClientEnd::Open => {
                self.arrive_at_client(connection, cargo);
            }
            Direction::ToServer | Direction::ToClient => {} // nobody reads it any more
        }
    }

    fn arrive_at_server(&mut self, connection: usize, cargo: Cargo) {
        let input = match cargo {
            Cargo::Opening => {
                self.record(connection, What::Opened { client_name: None });
                broker_core::Input::Opened
            }
            Cargo::Packet(bytes) => {
                let version = self.clients[self.connections[connection].client.0].version;
                let decoded = Packet::decode(&bytes, version);
                self.record(connection, What::Packet { direction: Direction::ToServer, bytes });
                match decoded {
                    Ok(packet) => broker_core::Input::Received(packet),
                    Err(error) => broker_core::Input::Malformed(error),
                }
            }
            Cargo::Closing => {
                self.connections[connection].server_is_open = false;
                self.record(connection, What::Closed { by: Side::Client });
                broker_core::Input::Closed
            }
        };
        let mut outputs = Vec::new();
        self.broker.step(self.now, ConnectionId(connection as u64), input, &mut outputs);
        self.carry_out(outputs);
    }

    fn arrive_at_client(&mut self, connection: usize, cargo: Cargo) {
        let actor = self.connections[connection].client;
        let input = match cargo {
            Cargo::Opening => return,
            Cargo::Packet(bytes) => match Packet::decode(&bytes, self.clients[actor.0].version) {
                Ok(packet) => client_core::Input::Received(packet),
                Err(error) => client_core::Input::Malformed(error),
            },
            Cargo::Closing => {
                self.connections[connection].client_end = ClientEnd::Closed;
                client_core::Input::Closed
            }
        };
        self.client_step(actor, input);
    }

    pub(super) fn close_client_end(&mut self, connection: usize) {
        self.connections[connection].client_end = ClientEnd::Closed;
        self.send(connection, Direction::ToServer, Cargo::Closing);
    }

    pub(super) fn record(&self, connection: usize, what: What) {
        let connection = Some(self.connections[connection].ends);
        self.tap.record(Record { time: self.now, connection, what });
    }
}
