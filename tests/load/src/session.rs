//! One client: a socket, and packets through it, many in one read and write.

use std::net::SocketAddr;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wire::{
    Connack, Connect, ConnectReturnCode, Delivery, MAX_PACKET, Packet, PacketIdentifier, Puback,
    Pubcomp, Publish, Pubrec, Pubrel, Qos, SubackReturnCode, Subscribe, Subscription, Text,
    TopicFilter, TopicName, Version, take_frame,
};

use crate::Failure;

/// How much one read takes at most, in bytes.
const READ: usize = 64 << 10;

/// A client that was let in.
#[derive(Debug)]
pub(crate) struct Session {
    socket: TcpStream,
    input: BytesMut,
    output: BytesMut,
    last: PacketIdentifier,
}

impl Session {
    /// Comes to the broker, with Keep Alive off.
    pub(crate) async fn connect(
        address: SocketAddr,
        client_identifier: &str,
        clean_session: bool,
    ) -> Result<Self, Failure> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let (input, output) = (BytesMut::new(), BytesMut::new());
        let mut session = Self { socket, input, output, last: PacketIdentifier::FIRST };
        session.put(Connect {
            version: Version::V3_1_1,
            clean_session,
            keep_alive: u16::MAX, // in effect none, which 0 would say: rumqttd refuses that
            client_identifier: Text::try_from(client_identifier)?,
            will: None,
            credentials: None,
        })?;
        session.flush().await?;
        match session.next().await? {
            Packet::Connack(Connack { return_code: ConnectReturnCode::ACCEPTED, .. }) => {
                Ok(session)
            }
            other => Err(format!("CONNECT was answered with {other:?}").into()),
        }
    }

    /// Subscribes to all of these, and waits until that is answered.
    pub(crate) async fn subscribe(
        &mut self,
        filters: impl IntoIterator<Item = String>,
        qos: Qos,
    ) -> Result<(), Failure> {
        self.put_subscribe(filters, qos)?;
        self.flush().await?;
        match self.next().await? {
            Packet::Suback(suback) if !suback.return_codes.contains(&SubackReturnCode::Failure) => {
                Ok(())
            }
            other => Err(format!("SUBSCRIBE was answered with {other:?}").into()),
        }
    }

    /// Adds a SUBSCRIBE to what the next flush writes.
    pub(crate) fn put_subscribe(
        &mut self,
        filters: impl IntoIterator<Item = String>,
        requested_qos: Qos,
    ) -> Result<(), Failure> {
        let subscription = |filter| {
            let topic_filter = TopicFilter::new(filter)?;
            Ok::<_, Failure>(Subscription { topic_filter, requested_qos })
        };
        let subscriptions = filters.into_iter().map(subscription).collect::<Result<_, _>>()?;
        let packet_identifier = self.next_identifier();
        self.put(Subscribe { packet_identifier, subscriptions })
    }

    /// A Packet Identifier, the next one in turn.
    pub(crate) fn next_identifier(&mut self) -> PacketIdentifier {
        self.last = self.last.next();
        self.last
    }

    /// Adds a packet to what the next flush writes.
    pub(crate) fn put(&mut self, packet: impl Into<Packet>) -> Result<(), Failure> {
        Ok(packet.into().encode(&mut self.output)?)
    }

    /// The same for a message, which gets an identifier of this client above QoS 0.
    pub(crate) fn publish(
        &mut self,
        qos: Qos,
        retain: bool,
        message: &Message,
    ) -> Result<(), Failure> {
        let identifier = (qos > Qos::AtMostOnce).then(|| self.next_identifier());
        let delivery = Delivery::new(qos, identifier, false).ok_or("no Packet Identifier")?;
        let (topic, payload) = (message.topic.clone(), message.payload.clone());
        self.put(Publish { delivery, retain, topic, payload })
    }

    /// Writes what was put.
    pub(crate) async fn flush(&mut self) -> Result<(), Failure> {
        self.socket.write_all_buf(&mut self.output).await?;
        Ok(())
    }

    /// Waits for whole packets, and takes as many as one read brings. Nothing is lost if it is dropped
    /// while it waits.
    pub(crate) async fn receive(
        &mut self,
        mut take: impl FnMut(&mut Self, Packet) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut taken = false;
        while !taken {
            while let Some(packet) = self.buffered()? {
                take(self, packet)?;
                taken = true;
            }
            if !taken {
                self.input.reserve(READ);
                if self.socket.read_buf(&mut self.input).await? == 0 {
                    return Err("the broker closed the connection".into());
                }
            }
        }
        Ok(())
    }

    /// Waits for the next packet.
    pub(crate) async fn next(&mut self) -> Result<Packet, Failure> {
        loop {
            if let Some(packet) = self.buffered()? {
                return Ok(packet);
            }
            self.input.reserve(256); // whoever waits for one packet may be one of thousands
            if self.socket.read_buf(&mut self.input).await? == 0 {
                return Err("the broker closed the connection".into());
            }
        }
    }

    /// The socket, for whoever reads and writes it in a thread of its own.
    pub(crate) fn into_blocking(self) -> Result<std::net::TcpStream, Failure> {
        let socket = self.socket.into_std()?;
        socket.set_nonblocking(false)?;
        Ok(socket)
    }

    fn buffered(&mut self) -> Result<Option<Packet>, Failure> {
        let frame = take_frame(&mut self.input, MAX_PACKET)?;
        Ok(frame.map(|frame| Packet::decode(frame, Version::V3_1_1)).transpose()?)
    }
}

/// What is published: a topic and bytes.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) topic: TopicName,
    pub(crate) payload: Bytes,
}

impl Message {
    /// A message of so many bytes.
    pub(crate) fn new(topic: String, size: usize) -> Result<Self, Failure> {
        Ok(Self { topic: TopicName::new(topic)?, payload: vec![b'x'; size].into() })
    }
}

/// What a client says to a packet at once, as its QoS asks.
pub(crate) fn answer(packet: &Packet) -> Option<Packet> {
    match *packet {
        Packet::Publish(Publish { delivery, .. }) => match delivery {
            Delivery::AtMostOnce => None,
            Delivery::AtLeastOnce { packet_identifier, .. } => {
                Some(Puback { packet_identifier }.into())
            }
            Delivery::ExactlyOnce { packet_identifier, .. } => {
                Some(Pubrec { packet_identifier }.into())
            }
        },
        Packet::Pubrec(Pubrec { packet_identifier }) => Some(Pubrel { packet_identifier }.into()),
        Packet::Pubrel(Pubrel { packet_identifier }) => Some(Pubcomp { packet_identifier }.into()),
        _ => None,
    }
}
