//! A gentle pace: how long one message is on its way, and what it costs when nothing can be gathered.
//!
//! Publisher and subscriber block in their sockets, without a runtime between the message and the clock.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use wire::{
    Delivery, MAX_PACKET, Packet, PacketIdentifier, Publish, Qos, TopicName, Version, take_frame,
};

use super::{Figures, Stopwatch};
use crate::Failure;
use crate::clients::STALL;
use crate::running::Running;
use crate::session::{Session, answer};

/// How many bytes a payload has where it is not said.
const PAYLOAD: usize = 100;

/// A client that blocks.
struct Client {
    socket: TcpStream,
    input: BytesMut,
}

/// So many messages a second at QoS 0. Each carries the time at which it was sent.
pub(super) async fn paced(
    broker: &Running,
    a_second: u32,
    last: Duration,
) -> Result<Figures, Failure> {
    let (mut publisher, mut subscriber) = pair(broker, Qos::AtMostOnce).await?;
    let count = u32::try_from(last.as_millis() * u128::from(a_second) / 1000)?;
    let stopwatch = Stopwatch::start(broker);
    let start = Instant::now();
    let sending = thread::spawn(move || {
        for number in 0..count {
            let due = start + last * number / count;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            publisher.publish(Delivery::AtMostOnce, &stamped(start))?;
        }
        Ok::<_, Failure>(())
    });
    let mut latencies = Vec::with_capacity(count as usize);
    while latencies.len() < count as usize {
        match subscriber.next() {
            Ok(Packet::Publish(publish)) => latencies.push(age(publish, start)),
            Ok(_) => {}
            Err(_) => break, // nothing came for long: the rest is lost
        }
    }
    sending.join().map_err(|_| "the publisher panicked")??;
    let done = latencies.len() as u64;
    let lost = u64::from(count) - done;
    Ok(Figures { lost, latencies, ..stopwatch.figures(done) })
}

/// The next message at QoS 1 when the last one has come, and both its PUBACKs are sent.
pub(super) async fn one_in_flight(
    broker: &Running,
    size: usize,
    last: Duration,
) -> Result<Figures, Failure> {
    let (mut publisher, mut subscriber) = pair(broker, Qos::AtLeastOnce).await?;
    let payload = Bytes::from(vec![b'x'; size]);
    let mut packet_identifier = PacketIdentifier::FIRST;
    let mut latencies = Vec::new();
    let stopwatch = Stopwatch::start(broker);
    let start = Instant::now();
    while start.elapsed() < last {
        let sent = Instant::now();
        let delivery = Delivery::AtLeastOnce { packet_identifier, dup: false };
        publisher.publish(delivery, &payload)?;
        let message = subscriber.next()?;
        latencies.push(sent.elapsed().as_secs_f64());
        if let Some(answer) = answer(&message) {
            subscriber.send(&answer)?;
        }
        publisher.next()?;
        packet_identifier = packet_identifier.next();
    }
    Ok(Figures { latencies: latencies.clone(), ..stopwatch.figures(latencies.len() as u64) })
}

async fn pair(broker: &Running, qos: Qos) -> Result<(Client, Client), Failure> {
    let publisher = Session::connect(broker.address, "load-publisher", true).await?;
    let mut subscriber = Session::connect(broker.address, "load-subscriber", true).await?;
    subscriber.subscribe(["load/topic".to_owned()], qos).await?;
    Ok((Client::new(publisher)?, Client::new(subscriber)?))
}

/// A payload that says how many nanoseconds have passed since the start.
fn stamped(start: Instant) -> Bytes {
    let mut payload = BytesMut::zeroed(PAYLOAD - 8);
    payload.put_u64(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
    payload.freeze()
}

/// How long ago a message was stamped, in seconds.
fn age(publish: Publish, start: Instant) -> f64 {
    let mut stamp = publish.payload;
    stamp.advance(PAYLOAD - 8);
    start.elapsed().saturating_sub(Duration::from_nanos(stamp.get_u64())).as_secs_f64()
}

impl Client {
    fn new(session: Session) -> Result<Self, Failure> {
        let socket = session.into_blocking()?;
        socket.set_read_timeout(Some(STALL))?;
        Ok(Self { socket, input: BytesMut::with_capacity(4096) })
    }

    fn publish(&mut self, delivery: Delivery, payload: &Bytes) -> Result<(), Failure> {
        let topic = TopicName::try_from("load/topic")?;
        self.send(&Publish { delivery, retain: false, topic, payload: payload.clone() }.into())
    }

    fn send(&mut self, packet: &Packet) -> Result<(), Failure> {
        Ok(self.socket.write_all(&packet.to_bytes()?)?)
    }

    fn next(&mut self) -> Result<Packet, Failure> {
        let mut bytes = [0; 4096];
        loop {
            if let Some(frame) = take_frame(&mut self.input, MAX_PACKET)? {
                return Ok(Packet::decode(frame, Version::V3_1_1)?);
            }
            match self.socket.read(&mut bytes)? {
                0 => return Err("the broker closed the connection".into()),
                count => self.input.extend_from_slice(&bytes[..count]),
            }
        }
    }
}
