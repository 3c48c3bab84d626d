//! A broker of which somebody else does the routing.

use std::collections::BTreeMap;
use std::num::NonZeroU16;
use std::time::Duration;

use broker_core::{ConnectionId, Event, Input, Output};
use delivery::{Incoming, Message, Outgoing};
use wire::{
    Connack, ConnectReturnCode, Packet, Pingresp, Publish, Suback, SubackReturnCode, Subscribe,
    Subscription, TopicFilter, Unsuback,
};

use crate::error::LabError;
use crate::lab::Lab;
use crate::rehearsal::{Rehearsal, rehearse_broker};
use crate::stage::ServerPart;

/// Decides who gets which message. Clients are known by their Network Connections.
pub trait Routing: Send {
    /// A client was let in. What it is sent at once.
    fn connected(&mut self, _client: ConnectionId) -> Vec<Message> {
        Vec::new()
    }

    /// A client subscribed. What it is sent at once, behind its SUBACK; of several topics in the order of
    /// their names.
    fn subscribed(&mut self, client: ConnectionId, subscription: &Subscription) -> Vec<Message>;

    /// A client gave up this filter.
    fn unsubscribed(&mut self, _client: ConnectionId, _topic_filter: &TopicFilter) {}

    /// A client published. Who is sent what. In which order the clients are served is nobody's business, so
    /// it is always the order in which they came.
    fn published(
        &mut self,
        client: ConnectionId,
        message: &Message,
    ) -> Vec<(ConnectionId, Message)>;
}

/// Plays with a broker that lets everybody in, grants every subscription, keeps to QoS 1 and 2 on both
/// legs, has no sessions, and asks `routing` where messages go.
pub fn rehearse_routing(
    routing: impl Routing + 'static,
    play: impl FnOnce(&mut Lab) -> Result<(), LabError>,
) -> Rehearsal {
    rehearse_broker(RoutingBroker::new(Box::new(routing)), play)
}

struct RoutingBroker {
    routing: Box<dyn Routing>,
    legs: BTreeMap<ConnectionId, Leg>,
}

/// The two halves of QoS on one Network Connection.
struct Leg {
    incoming: Incoming,
    outgoing: Outgoing<()>,
}

impl ServerPart for RoutingBroker {
    fn step(&mut self, _: Duration, id: ConnectionId, input: Input, outputs: &mut Vec<Output>) {
        match input {
            Input::Received(packet) => self.received(id, packet, outputs),
            Input::Closed => {
                self.legs.remove(&id);
            }
            Input::Opened | Input::Examined(..) | Input::Malformed(_) | Input::Ready => {}
        }
    }
}

impl RoutingBroker {
    fn new(routing: Box<dyn Routing>) -> Self {
        Self { routing, legs: BTreeMap::new() }
    }

    fn received(&mut self, id: ConnectionId, packet: Packet, outputs: &mut Vec<Output>) {
        match packet {
            Packet::Connect(_) => self.connect(id, outputs),
            Packet::Subscribe(subscribe) => self.subscribe(id, subscribe, outputs),
            Packet::Unsubscribe(unsubscribe) => {
                for topic_filter in &unsubscribe.topic_filters {
                    self.routing.unsubscribed(id, topic_filter);
                }
                let packet_identifier = unsubscribe.packet_identifier;
                outputs.push(Output::Send(id, Unsuback { packet_identifier }.into()));
            }
            Packet::Publish(publish) => self.publish(id, publish, outputs),
            Packet::Pingreq(_) => outputs.push(Output::Send(id, Pingresp.into())),
            Packet::Disconnect(_) => {
                self.legs.remove(&id);
                outputs.push(Output::Close(id));
            }
            packet => self.acknowledgement(id, &packet, outputs),
        }
    }

    fn connect(&mut self, id: ConnectionId, outputs: &mut Vec<Output>) {
        let outgoing = Outgoing::new(NonZeroU16::MAX);
        self.legs.insert(id, Leg { incoming: Incoming::default(), outgoing });
        let return_code = ConnectReturnCode::ACCEPTED;
        outputs.push(Output::Send(id, Connack { session_present: false, return_code }.into()));
        let messages = self.routing.connected(id);
        self.deliver(messages.into_iter().map(|message| (id, message)), outputs);
    }

    fn subscribe(&mut self, id: ConnectionId, subscribe: Subscribe, outputs: &mut Vec<Output>) {
        let Subscribe { packet_identifier, subscriptions } = subscribe;
        let granted = |it: &Subscription| SubackReturnCode::Granted(it.requested_qos);
        let return_codes = subscriptions.iter().map(granted).collect();
        let suback = Packet::Suback(Suback { packet_identifier, return_codes });
        outputs.push(Output::Send(id, suback));
        for subscription in &subscriptions {
            let mut messages = self.routing.subscribed(id, subscription);
            messages.sort_by(|one, other| one.topic.cmp(&other.topic));
            self.deliver(messages.into_iter().map(|message| (id, message)), outputs);
        }
    }

    fn publish(&mut self, id: ConnectionId, publish: Publish, outputs: &mut Vec<Output>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let receipt = leg.incoming.publish(publish.delivery);
        if receipt.is_new {
            let topic = publish.topic.clone();
            let mut deliveries = self.routing.published(id, &publish.into());
            deliveries.sort_by_key(|(to, _)| *to);
            if deliveries.is_empty() {
                outputs.push(Output::Event(Some(id), Event::NoSubscriber { topic }));
            }
            self.deliver(deliveries, outputs);
        }
        outputs.extend(receipt.answer.map(|answer| Output::Send(id, answer)));
    }

    fn deliver(
        &mut self,
        deliveries: impl IntoIterator<Item = (ConnectionId, Message)>,
        outputs: &mut Vec<Output>,
    ) {
        for (to, message) in deliveries {
            let Some(leg) = self.legs.get_mut(&to) else { continue };
            leg.outgoing.enqueue(message, ());
            while let Some(departure) = leg.outgoing.next() {
                outputs.push(Output::Send(to, departure.packet));
            }
        }
    }

    fn acknowledgement(&mut self, id: ConnectionId, packet: &Packet, outputs: &mut Vec<Output>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let answer = match packet {
            Packet::Pubrel(pubrel) => Some(leg.incoming.pubrel(pubrel.packet_identifier).0.into()),
            Packet::Pubrec(pubrec) => {
                leg.outgoing.pubrec(pubrec.packet_identifier).ok().map(Packet::from)
            }
            Packet::Puback(puback) => {
                let _ = leg.outgoing.puback(puback.packet_identifier); // one too many does no harm
                None
            }
            Packet::Pubcomp(pubcomp) => {
                let _ = leg.outgoing.pubcomp(pubcomp.packet_identifier); // nor here
                None
            }
            _ => None,
        };
        outputs.extend(answer.map(|answer| Output::Send(id, answer)));
    }
}

#[cfg(test)]
mod tests {
    use tracer::{Conversation, Entry};
    use wire::Qos;

    use super::*;
    use crate::guest::{Guest, Note};

    /// Gives every message to every client, and the newest client first.
    #[derive(Default)]
    struct Backwards(Vec<ConnectionId>);

    impl Routing for Backwards {
        fn subscribed(&mut self, client: ConnectionId, _: &Subscription) -> Vec<Message> {
            self.0.insert(0, client);
            Vec::new()
        }

        fn published(&mut self, _: ConnectionId, note: &Message) -> Vec<(ConnectionId, Message)> {
            self.0.iter().map(|&client| (client, note.clone())).collect()
        }
    }

    #[test]
    fn clients_are_served_in_the_order_in_which_they_came() {
        let (records, end) = rehearse_routing(Backwards::default(), |lab| {
            for name in ["alice", "bob", "carol"] {
                let client = lab.connect(Guest::named(name))?;
                lab.subscribe(client, "news", Qos::AtMostOnce)?;
            }
            let dora = lab.connect(Guest::named("dora"))?;
            lab.publish(dora, Note::new("news", "hello"))
        });
        assert!(end.is_ok(), "{end:?}");
        let mut conversation = Conversation::default();
        let mut served = Vec::new();
        for record in records {
            if let Some(Entry::Packet(seen)) = conversation.add(record)
                && matches!(seen.outcome, Ok(Packet::Publish(_)))
                && *seen.from() != *seen.client
            {
                served.push(seen.client.to_string());
            }
        }
        assert_eq!(served, ["alice", "bob", "carol"]);
    }
}
