//! A client on a blocking socket, whose session outlives its Network Connections and the broker.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::BytesMut;
use wire::{
    Connect, Packet, PacketIdentifier, Publish, Qos, Subscribe, Subscription, Text, TopicFilter,
    Version, take_frame,
};

/// How long an answer may take before a test fails. Nothing waits that long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// A Network Connection, packet by packet.
pub(crate) struct Connection {
    socket: TcpStream,
    buffer: BytesMut,
}

impl Connection {
    /// Connects as this client, and tells whether its session was there. An error if the broker is
    /// gone.
    pub(crate) fn open(
        address: SocketAddr,
        name: &str,
        clean_session: bool,
    ) -> io::Result<(Self, bool)> {
        let connect = Connect {
            version: Version::V3_1_1,
            clean_session,
            keep_alive: 0,
            client_identifier: Text::try_from(name).unwrap(),
            will: None,
            credentials: None,
        };
        Self::open_with(address, connect)
    }

    pub(crate) fn open_with(address: SocketAddr, connect: Connect) -> io::Result<(Self, bool)> {
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let mut connection = Self { socket, buffer: BytesMut::new() };
        connection.send(connect)?;
        match connection.next()? {
            Packet::Connack(connack) => Ok((connection, connack.session_present)),
            other => panic!("{other:?} where CONNACK was awaited"),
        }
    }

    pub(crate) fn send(&mut self, packet: impl Into<Packet>) -> io::Result<()> {
        self.socket.write_all(&packet.into().to_bytes().unwrap())
    }

    /// The next packet. An error if the broker is gone.
    pub(crate) fn next(&mut self) -> io::Result<Packet> {
        loop {
            if let Some(frame) = take_frame(&mut self.buffer, wire::MAX_PACKET).unwrap() {
                return Ok(Packet::decode(&frame, Version::V3_1_1).unwrap());
            }
            let mut read = [0; 4096];
            let count = self.socket.read(&mut read).inspect_err(|error| {
                let is_late = error.kind() == io::ErrorKind::WouldBlock;
                assert!(!is_late, "nothing more came from a broker that is there");
            })?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.buffer.extend_from_slice(&read[..count]);
        }
    }

    /// The next packet, which is a PUBLISH.
    pub(crate) fn message(&mut self) -> Publish {
        match self.next().unwrap() {
            Packet::Publish(publish) => publish,
            other => panic!("{other:?} where PUBLISH was awaited"),
        }
    }

    /// Subscribes, and reads the SUBACK.
    pub(crate) fn subscribe(&mut self, filter: &str, qos: Qos) -> io::Result<()> {
        let topic_filter = TopicFilter::try_from(filter).unwrap();
        self.send(Subscribe {
            packet_identifier: PacketIdentifier::FIRST,
            subscriptions: vec![Subscription { topic_filter, requested_qos: qos }],
        })?;
        let suback = self.next()?;
        assert!(matches!(suback, Packet::Suback(_)), "{suback:?}");
        Ok(())
    }
}
