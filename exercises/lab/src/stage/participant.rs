//! The clients on the stage over TCP, and how they come to rest.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use client::Driver;
use client_core::{Event, Request};
use tap::Connection;

use super::Actor;
use super::barrier::Barrier;
use super::tally::Tally;

/// A client that takes part.
pub(crate) struct Participant {
    pub(crate) driver: Driver,
    pub(crate) ends: Option<Connection>,
    /// It does nothing any more.
    pub(crate) is_frozen: bool,
    /// It reads nothing any more.
    pub(crate) is_deaf: bool,
}

impl Participant {
    /// Whether it would answer the lab's question.
    fn answers(&self) -> bool {
        !self.is_frozen && !self.is_deaf && self.driver.core().is_connected()
    }

    /// Whether it has taken its leave, and the server has not closed its end yet.
    fn is_leaving(&self) -> bool {
        !self.is_frozen && self.driver.is_open() && !self.driver.core().is_connected()
    }
}

/// Lets things happen until both ends of each connection have told the same.
pub(crate) async fn count_until_rest(
    clients: &mut [Participant],
    tally: &Tally,
    told: &mut VecDeque<(Actor, Event)>,
) {
    while !tally.is_at_rest(&deaf(clients)) {
        tokio::select! {
            happened = one_turn(clients) => told.extend(happened),
            () = tally.moved() => {}
        }
    }
}

/// Lets things happen until the server has nothing more to say, and those who leave are gone.
pub(crate) async fn ask_until_rest(
    clients: &mut [Participant],
    barrier: &Barrier,
    told: &mut VecDeque<(Actor, Event)>,
) {
    for client in clients.iter_mut().filter(|client| client.is_deaf && client.driver.is_open()) {
        client.driver.unread().await;
    }
    while clients.iter().any(Participant::is_leaving) {
        told.extend(one_turn(clients).await);
    }
    let mut quiet = 0;
    while quiet < 2 {
        let before = barrier.passed();
        ask(clients, barrier, told).await;
        quiet = if barrier.passed() == before { quiet + 1 } else { 0 };
    }
}

/// Each client sends a PINGREQ, and all that come with the answers happens.
async fn ask(clients: &mut [Participant], barrier: &Barrier, told: &mut VecDeque<(Actor, Event)>) {
    let mut asked = Vec::new();
    for (number, client) in clients.iter_mut().enumerate().filter(|(_, it)| it.answers()) {
        let Some(ends) = client.ends else { continue };
        barrier.asks(ends);
        client.driver.request(Request::Ping);
        asked.push(Actor(number));
    }
    while !asked.is_empty() {
        match one_turn(clients).await {
            Some((actor, Event::Alive)) => asked.retain(|it| *it != actor),
            happened => told.extend(happened),
        }
        asked.retain(|actor| clients[actor.0].answers()); // whoever was thrown out answers no more
    }
}

/// Lets one thing happen to one of the clients. Nothing is lost if the wait is given up.
pub(crate) async fn one_turn(clients: &mut [Participant]) -> Option<(Actor, Event)> {
    let mut turns: Vec<_> = clients
        .iter_mut()
        .enumerate()
        .filter(|(_, client)| !client.is_frozen)
        .map(|(number, client)| (Actor(number), Box::pin(client.driver.turn())))
        .collect();
    poll_fn(|context| {
        for (actor, turn) in &mut turns {
            if let Poll::Ready(event) = Pin::new(turn).poll(context) {
                return Poll::Ready(event.map(|event| (*actor, event)));
            }
        }
        Poll::Pending
    })
    .await
}

/// The connections over which nothing reaches the client any more.
fn deaf(clients: &[Participant]) -> Vec<Connection> {
    let deaf = clients.iter().filter(|client| client.is_deaf || client.is_frozen);
    deaf.filter_map(|client| client.ends).collect()
}
