//! Who is subscribed.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::Sender;

use delivery::Incoming;
use wire::{Packet, Pubrel, Qos};

use crate::alice::number_in;
use crate::support::session::Connection;

/// Who is subscribed.
pub(crate) struct Bob {
    incoming: Incoming,
    /// Each message that came and is not a repetition of its exchange, with its QoS.
    pub(crate) got: Vec<(u32, Qos)>,
    heard: Sender<u32>,
}

impl Bob {
    pub(crate) fn new(heard: Sender<u32>) -> Self {
        Self { incoming: Incoming::default(), got: vec![], heard }
    }

    /// Subscribes, and leaves again.
    pub(crate) fn subscribe(address: SocketAddr) -> io::Result<()> {
        let (mut connection, _) = Connection::open(address, "bob", false)?;
        connection.subscribe("t/#", Qos::ExactlyOnce)
    }

    /// Receives until the broker is gone.
    pub(crate) fn receive(&mut self, address: SocketAddr) -> io::Result<()> {
        let (mut connection, present) = Connection::open(address, "bob", false)?;
        assert!(present, "bob's session is lost");
        loop {
            match connection.next()? {
                Packet::Publish(publish) => {
                    let receipt = self.incoming.publish(publish.delivery);
                    let number = number_in(&publish.payload);
                    assert!(!publish.retain, "{number} is no retained message for bob");
                    if receipt.is_new {
                        self.got.push((number, publish.delivery.qos()));
                        self.heard.send(number).unwrap();
                    }
                    connection.send(receipt.answer.unwrap())?;
                }
                Packet::Pubrel(Pubrel { packet_identifier }) => {
                    connection.send(self.incoming.pubrel(packet_identifier).0)?;
                }
                other => panic!("bob got {other:?}"),
            }
        }
    }
}
