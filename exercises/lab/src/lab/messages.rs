//! How messages go to and fro.

use client_core::{Event, Request};
use delivery::Message;
use wire::{Qos, SubackReturnCode, Subscription, TopicFilter};

use super::Lab;
use crate::error::LabError;
use crate::guest::Note;
use crate::stage::Actor;

/// Messages.
impl Lab {
    /// The client subscribes to one Topic Filter. Tells the broker's answer.
    ///
    /// # Errors
    ///
    /// [`LabError::Text`] if the filter is none, [`LabError::Missing`] if no answer comes.
    pub fn subscribe(
        &mut self,
        actor: Actor,
        topic_filter: &str,
        qos: Qos,
    ) -> Result<Vec<SubackReturnCode>, LabError> {
        self.subscribe_all(actor, &[(topic_filter, qos)])
    }

    /// The client subscribes to several Topic Filters with one SUBSCRIBE. Tells the broker's answers,
    /// one for each.
    ///
    /// # Errors
    ///
    /// As [`subscribe`](Self::subscribe).
    pub fn subscribe_all(
        &mut self,
        actor: Actor,
        wishes: &[(&str, Qos)],
    ) -> Result<Vec<SubackReturnCode>, LabError> {
        let mut subscriptions = Vec::new();
        for (topic_filter, qos) in wishes {
            let topic_filter = TopicFilter::new((*topic_filter).to_owned())?;
            subscriptions.push(Subscription { topic_filter, requested_qos: *qos });
        }
        let token = self.token();
        self.stage.request(actor, Request::Subscribe { subscriptions, token });
        self.wait_for(actor, "SUBACK", |event| match event {
            Event::Subscribed { token: of, return_codes } if *of == token => {
                Some(return_codes.clone())
            }
            _ => None,
        })
    }

    /// The client gives one subscription up.
    ///
    /// # Errors
    ///
    /// As [`subscribe`](Self::subscribe).
    pub fn unsubscribe(&mut self, actor: Actor, topic_filter: &str) -> Result<(), LabError> {
        let topic_filters = vec![TopicFilter::new(topic_filter.to_owned())?];
        let token = self.token();
        self.stage.request(actor, Request::Unsubscribe { topic_filters, token });
        let unsubscribed = |event: &Event| matches!(event, Event::Unsubscribed(of) if *of == token);
        self.wait_for(actor, "UNSUBACK", |event| unsubscribed(event).then_some(()))
    }

    /// The client publishes a message; at QoS 1 and 2 this waits until it is acknowledged.
    ///
    /// # Errors
    ///
    /// [`LabError::Text`] if the topic is none, [`LabError::Missing`] if no acknowledgement comes.
    pub fn publish(&mut self, actor: Actor, note: Note) -> Result<(), LabError> {
        self.begin_publish(actor, note)?;
        self.wait_for_publish(actor)
    }

    /// The client publishes a message, which arrives; then the Network Connection is cut, before the
    /// client has read the answer.
    ///
    /// # Errors
    ///
    /// As [`publish`](Self::publish).
    pub fn publish_and_lose_the_answer(
        &mut self,
        actor: Actor,
        note: Note,
    ) -> Result<(), LabError> {
        self.deafen(actor);
        self.begin_publish(actor, note)?;
        self.stage.settle();
        self.cut(actor)
    }

    /// Waits until the client's last message is acknowledged.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if it is not.
    pub fn wait_for_publish(&mut self, actor: Actor) -> Result<(), LabError> {
        let token = self.cast(actor).last_publish;
        let published = |event: &Event| matches!(event, Event::Published(of) if *of == token);
        self.wait_for(actor, "the end of its PUBLISH", |event| published(event).then_some(()))
    }

    /// Waits for the next message to the client.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if none comes.
    pub fn receive(&mut self, actor: Actor) -> Result<Message, LabError> {
        self.wait_for(actor, "a message", |event| match event {
            Event::Message(message) => Some(message.clone()),
            _ => None,
        })
    }

    /// The client begins to publish a message, and this waits for nothing.
    ///
    /// # Errors
    ///
    /// [`LabError::Text`] if the topic is none.
    pub fn begin_publish(&mut self, actor: Actor, note: Note) -> Result<(), LabError> {
        self.leavings.note(&note);
        let (message, token) = (note.message()?, self.token());
        self.cast(actor).last_publish = token;
        self.stage.request(actor, Request::Publish { message, token });
        Ok(())
    }
}
