//! SUBSCRIBE and UNSUBSCRIBE: what was asked for, until it is answered.
//!
//! They are no part of the session: MQTT sends them again at no time. So what was not answered when the
//! Network Connection ended is sent anew over the next one, with a Packet Identifier of its own.

use std::collections::VecDeque;

use delivery::Outgoing;
use wire::{
    Packet, PacketIdentifier, Suback, Subscribe, Subscription, TopicFilter, Unsuback, Unsubscribe,
    rules,
};

use crate::event::{Event, Why};
use crate::request::Token;

/// What is to be asked of the server about subscriptions, and what was.
#[derive(Debug, Default)]
pub(crate) struct Subscribing {
    unsent: VecDeque<Wish>,
    /// In the order in which they were sent, which is the order of the answers of most servers.
    unanswered: VecDeque<(PacketIdentifier, Wish)>,
}

#[derive(Debug)]
pub(crate) struct Wish {
    pub(crate) what: What,
    pub(crate) token: Token,
}

#[derive(Debug)]
pub(crate) enum What {
    Subscribe(Vec<Subscription>),
    Unsubscribe(Vec<TopicFilter>),
}

impl Subscribing {
    pub(crate) fn ask(&mut self, wish: Wish) {
        self.unsent.push_back(wish);
    }

    /// The next packet to send; `None` when all is sent, or no Packet Identifier is free.
    pub(crate) fn next(&mut self, identifiers: &mut Outgoing<Token>) -> Option<Packet> {
        self.unsent.front()?;
        let packet_identifier = identifiers.allocate()?;
        let wish = self.unsent.pop_front()?;
        let packet = match &wish.what {
            What::Subscribe(subscriptions) => {
                Subscribe { packet_identifier, subscriptions: subscriptions.clone() }.into()
            }
            What::Unsubscribe(topic_filters) => {
                Unsubscribe { packet_identifier, topic_filters: topic_filters.clone() }.into()
            }
        };
        self.unanswered.push_back((packet_identifier, wish));
        Some(packet)
    }

    /// SUBACK came: the answer to the SUBSCRIBE of its Packet Identifier (`[MQTT-3.8.4-2]`), with one
    /// code for each of its filters (`[MQTT-3.8.4-5]`). `None` if there is no such SUBSCRIBE.
    pub(crate) fn suback(
        &mut self,
        suback: Suback,
        identifiers: &mut Outgoing<Token>,
    ) -> Result<Option<Event>, Why> {
        let Suback { packet_identifier, return_codes } = suback;
        let Some(Wish { what: What::Subscribe(filters), token }) =
            self.unanswered(packet_identifier)
        else {
            return Ok(None);
        };
        if filters.len() != return_codes.len() {
            let packet_type = wire::PacketType::Suback;
            return Err(Why::Violation { packet_type, rule: &rules::MQTT_3_8_4_5 });
        }
        let token = *token;
        self.answered(packet_identifier, identifiers);
        Ok(Some(Event::Subscribed { token, return_codes }))
    }

    /// UNSUBACK came. `None` if there is no UNSUBSCRIBE of its Packet Identifier.
    pub(crate) fn unsuback(
        &mut self,
        unsuback: Unsuback,
        identifiers: &mut Outgoing<Token>,
    ) -> Option<Event> {
        let Unsuback { packet_identifier } = unsuback;
        let Wish { what: What::Unsubscribe(_), token } = self.unanswered(packet_identifier)? else {
            return None;
        };
        let token = *token;
        self.answered(packet_identifier, identifiers);
        Some(Event::Unsubscribed(token))
    }

    /// The Network Connection is gone.
    pub(crate) fn suspend(&mut self, identifiers: &mut Outgoing<Token>) {
        for (packet_identifier, wish) in self.unanswered.drain(..).rev() {
            identifiers.release(packet_identifier);
            self.unsent.push_front(wish);
        }
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.unsent.is_empty() && self.unanswered.is_empty()
    }

    fn unanswered(&self, identifier: PacketIdentifier) -> Option<&Wish> {
        self.unanswered.iter().find(|(sent, _)| *sent == identifier).map(|(_, wish)| wish)
    }

    fn answered(&mut self, identifier: PacketIdentifier, identifiers: &mut Outgoing<Token>) {
        self.unanswered.retain(|(sent, _)| *sent != identifier);
        identifiers.release(identifier);
    }
}
