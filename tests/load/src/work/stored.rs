//! Messages that the broker holds for whoever comes later. Somebody else is served meanwhile, and how
//! long that takes is what the latencies tell.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::time::timeout;
use wire::{Disconnect, Packet, Pingreq, Qos};

use super::{Figures, Stopwatch};
use crate::Failure;
use crate::clients::STALL;
use crate::running::Running;
use crate::session::{Message, Session, answer};

/// How many bytes a payload has: a number among them.
const PAYLOAD: usize = 100;

/// How many messages are published before their acknowledgements are waited for.
const BATCH: u32 = 500;

/// How often somebody else asks the broker whether it is there.
const ASKS: Duration = Duration::from_millis(2);

/// So many retained messages come to a subscriber of everything.
pub(super) async fn retained(broker: &Running, count: u32) -> Result<Figures, Failure> {
    fill(broker, count, true).await?;
    let mut subscriber = Session::connect(broker.address, "load-subscriber", true).await?;
    drain(broker, count, async |received| {
        // SUBACK may come behind messages, so it is not waited for.
        subscriber.put_subscribe(["#".to_owned()], Qos::AtMostOnce)?;
        subscriber.flush().await?;
        collect(&mut subscriber, count, received).await
    })
    .await
}

/// So many messages at QoS 1 waited for a client, which comes back. They come in order.
pub(super) async fn queued(broker: &Running, count: u32) -> Result<Figures, Failure> {
    let mut subscriber = Session::connect(broker.address, "load-subscriber", false).await?;
    subscriber.subscribe(["load/#".to_owned()], Qos::AtLeastOnce).await?;
    subscriber.put(Disconnect)?;
    subscriber.flush().await?;
    if subscriber.next().await.is_ok() {
        return Err("DISCONNECT was answered with a packet".into());
    }
    fill(broker, count, false).await?;
    drain(broker, count, async |received| {
        let mut subscriber = Session::connect(broker.address, "load-subscriber", false).await?;
        collect(&mut subscriber, count, received).await?;
        if received.is_sorted() {
            return Ok(());
        }
        Err("the messages did not come in their order".into())
    })
    .await
}

/// Publishes as many messages, each with its number in topic and payload.
async fn fill(broker: &Running, count: u32, retain: bool) -> Result<(), Failure> {
    let mut session = Session::connect(broker.address, "load-publisher", true).await?;
    for first in (0..count).step_by(BATCH as usize) {
        let numbers = first..count.min(first + BATCH);
        let missing = numbers.len();
        for number in numbers {
            let topic = format!("load/{:03}/{number}", number % 1000);
            let payload = format!("{number:0PAYLOAD$}").into();
            let message = Message { payload, ..Message::new(topic, 0)? };
            session.publish(Qos::AtLeastOnce, retain, &message)?;
        }
        session.flush().await?;
        for _ in 0..missing {
            session.next().await?;
        }
    }
    Ok(())
}

/// Measures how the subscriber collects its messages while somebody else pings.
async fn drain(
    broker: &Running,
    count: u32,
    collect: impl AsyncFnOnce(&mut Vec<u32>) -> Result<(), Failure>,
) -> Result<Figures, Failure> {
    let bystander = Session::connect(broker.address, "load-bystander", true).await?;
    let (mut received, mut latencies) = (Vec::new(), Vec::new());
    let stopwatch = Stopwatch::start(broker);
    let is_over = AtomicBool::new(false);
    let collect = async {
        let collected = collect(&mut received).await;
        is_over.store(true, Ordering::Relaxed);
        collected.map(|()| stopwatch.figures(0))
    };
    let (figures, asked) = tokio::join!(collect, ask(bystander, &mut latencies, &is_over));
    let figures = asked.and(figures)?;
    let done = received.len() as u64;
    received.sort_unstable();
    received.dedup();
    let lost = u64::from(count).saturating_sub(received.len() as u64);
    Ok(Figures { done, lost, latencies, ..figures })
}

/// Takes messages until as many have come, or nothing comes any more.
async fn collect(
    subscriber: &mut Session,
    count: u32,
    received: &mut Vec<u32>,
) -> Result<(), Failure> {
    while received.len() < count as usize {
        let some = subscriber.receive(|session, packet| {
            if let Packet::Publish(publish) = &packet {
                received.push(std::str::from_utf8(&publish.payload)?.parse()?);
            }
            answer(&packet).map_or(Ok(()), |answer| session.put(answer))
        });
        match timeout(STALL, some).await {
            Ok(some) => some?,
            Err(_) => break,
        }
        subscriber.flush().await?;
    }
    Ok(())
}

/// Asks whether the broker is there, and again until the rest is over. The last answer is waited for too:
/// it may be the one that the rest has held up.
async fn ask(
    mut session: Session,
    latencies: &mut Vec<f64>,
    is_over: &AtomicBool,
) -> Result<(), Failure> {
    while !is_over.load(Ordering::Relaxed) {
        let sent = Instant::now();
        session.put(Pingreq)?;
        session.flush().await?;
        session.next().await?;
        latencies.push(sent.elapsed().as_secs_f64());
        tokio::time::sleep(ASKS).await;
    }
    Ok(())
}
