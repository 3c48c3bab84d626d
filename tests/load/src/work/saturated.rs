//! As fast as it goes: publishers always have something to send.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use wire::Qos;

use super::{Figures, Stopwatch, each, memory};
use crate::Failure;
use crate::clients::{self, Window};
use crate::running::Running;
use crate::session::{Message, Session};

/// How many bytes a payload has where it is not said.
const PAYLOAD: usize = 100;

/// How many subscriptions one client has among many.
const SUBSCRIPTIONS: u32 = 500;

pub(super) async fn one_to_one(
    broker: &Running,
    qos: Qos,
    size: usize,
    last: Duration,
) -> Result<Figures, Failure> {
    let subscribers = subscribers(broker, 1, qos).await?;
    let messages = [Message::new("load/topic".to_owned(), size)?];
    flow(broker, subscribers, 1, Window::new(1, 1), qos, messages.into(), last).await
}

pub(super) async fn fan_out(
    broker: &Running,
    copies: u32,
    last: Duration,
) -> Result<Figures, Failure> {
    let subscribers = subscribers(broker, copies, Qos::AtMostOnce).await?;
    let messages = [Message::new("load/topic".to_owned(), PAYLOAD)?];
    let window = Window::new(1, copies);
    flow(broker, subscribers, 1, window, Qos::AtMostOnce, messages.into(), last).await
}

pub(super) async fn fan_in(
    broker: &Running,
    publishers: u32,
    last: Duration,
) -> Result<Figures, Failure> {
    let subscribers = subscribers(broker, 1, Qos::AtMostOnce).await?;
    let messages = [Message::new("load/topic".to_owned(), PAYLOAD)?];
    let window = Window::new(publishers, 1);
    flow(broker, subscribers, publishers, window, Qos::AtMostOnce, messages.into(), last).await
}

/// Each message goes to one of so many subscriptions with a wildcard in the middle.
pub(super) async fn wildcards(
    broker: &Running,
    subscriptions: u32,
    last: Duration,
) -> Result<Figures, Failure> {
    let before = memory(broker);
    let mut sessions = Vec::new();
    let clients = subscriptions.div_ceil(SUBSCRIPTIONS);
    for client in 0..clients {
        let mut session = Session::connect(broker.address, &format!("load-{client}"), true).await?;
        let numbers = (client..subscriptions).step_by(clients as usize);
        let filters = numbers.map(|number| format!("load/{number}/+/state"));
        session.subscribe(filters, Qos::AtMostOnce).await?;
        sessions.push(session);
    }
    let after = memory(broker);
    // All to one client, so that as many messages share a write as with few subscriptions. Its topics are
    // far from each other: no processor's cache remembers the way to each.
    let messages = (0..subscriptions)
        .step_by(clients as usize)
        .map(|number| Message::new(format!("load/{number}/pump/state"), PAYLOAD))
        .collect::<Result<_, _>>()?;
    let window = Window::new(1, 1);
    let figures = flow(broker, sessions, 1, window, Qos::AtMostOnce, messages, last).await?;
    Ok(Figures { memory: each(before, after, subscriptions), ..figures })
}

/// One to one, while so many other clients are there and do nothing.
pub(super) async fn among_clients(
    broker: &Running,
    clients: u32,
    last: Duration,
) -> Result<Figures, Failure> {
    let before = memory(broker);
    let mut idle = Vec::new();
    for number in 0..clients {
        idle.push(Session::connect(broker.address, &format!("load-{number}"), true).await?);
    }
    let after = memory(broker);
    let figures = one_to_one(broker, Qos::AtMostOnce, PAYLOAD, last).await?;
    Ok(Figures { memory: each(before, after, clients), ..figures })
}

/// To so many topics in turn, all of which come to one subscriber.
pub(super) async fn topics(
    broker: &Running,
    topics: u32,
    last: Duration,
) -> Result<Figures, Failure> {
    let mut subscriber = Session::connect(broker.address, "load-subscriber", true).await?;
    subscriber.subscribe(["load/#".to_owned()], Qos::AtMostOnce).await?;
    let messages = (0..topics)
        .map(|number| Message::new(format!("load/{number}/pump/state"), PAYLOAD))
        .collect::<Result<_, _>>()?;
    flow(broker, vec![subscriber], 1, Window::new(1, 1), Qos::AtMostOnce, messages, last).await
}

/// So many messages one to one, one after the other.
pub(super) async fn packets(broker: &Running, count: u32) -> Result<Figures, Failure> {
    let subscribers = subscribers(broker, 1, Qos::AtMostOnce).await?;
    let messages = [Message::new("load/topic".to_owned(), PAYLOAD)?];
    let window = Window::new(1, 1).of(count);
    let before = memory(broker);
    let last = Duration::from_secs(600); // nobody is so slow
    let figures =
        flow(broker, subscribers, 1, window, Qos::AtMostOnce, messages.into(), last).await?;
    Ok(Figures { memory: each(before, memory(broker), count), ..figures })
}

async fn subscribers(broker: &Running, count: u32, qos: Qos) -> Result<Vec<Session>, Failure> {
    let mut sessions = Vec::new();
    for number in 0..count {
        let name = format!("load-subscriber-{number}");
        let mut session = Session::connect(broker.address, &name, true).await?;
        session.subscribe(["load/topic".to_owned()], qos).await?;
        sessions.push(session);
    }
    Ok(sessions)
}

/// Each of the publishers sends these messages in turn, as far as the window lets it.
async fn flow(
    broker: &Running,
    subscribers: Vec<Session>,
    publishers: u32,
    window: Window,
    qos: Qos,
    messages: Arc<[Message]>,
    last: Duration,
) -> Result<Figures, Failure> {
    let window = Arc::new(window);
    let mut sessions = Vec::new();
    for number in 0..publishers {
        let name = format!("load-publisher-{number}");
        sessions.push(Session::connect(broker.address, &name, true).await?);
    }
    let mut receiving = JoinSet::new();
    for session in subscribers {
        receiving.spawn(clients::subscribe(session, Arc::clone(&window)));
    }
    let stopwatch = Stopwatch::start(broker);
    let until = Instant::now() + last;
    let mut publishing = JoinSet::new();
    for session in sessions {
        let (messages, window) = (Arc::clone(&messages), Arc::clone(&window));
        publishing.spawn(clients::publish(session, qos, messages, window, until));
    }
    while let Some(published) = publishing.join_next().await {
        published??;
    }
    window.all_delivered().await;
    let figures = stopwatch.figures(window.delivered());
    if let Some(ended) = receiving.try_join_next() {
        ended??; // a subscriber that ends was closed by the broker
    }
    Ok(Figures { lost: window.lost(), ..figures })
}
