//! What a scenario can do: one verb for each thing that happens in the talk.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use broker_core::Broker;
use client_core::{Event, Request, Token};
use delivery::Message;
use wire::{ConnectReturnCode, Qos, SubackReturnCode, Subscription, TopicFilter, Version};

use crate::audience::Audience;
use crate::error::LabError;
use crate::guest::{Guest, Note};
use crate::scenario::Scenario;
#[cfg(feature = "tcp")]
use crate::stage::tcp::TcpStage;
use crate::stage::virtual_network::VirtualNetwork;
use crate::stage::{Actor, ClientPart, Fault, ServerPart, Stage};

/// A broker and named clients.
///
/// Each verb ends when what it began has come to rest: the packets that it caused were sent and read.
/// So one thing happens at a time, and a trace can be read from top to bottom.
pub struct Lab {
    stage: Box<dyn Stage>,
    audience: Arc<dyn Audience>,
    actors: Vec<Cast>,
    tokens: u64,
}

/// What the lab knows of one client.
struct Cast {
    name: String,
    /// What it told, and no verb has asked for yet.
    inbox: VecDeque<Event>,
    last_publish: Token,
}

impl Cast {
    fn new(name: String) -> Self {
        Self { name, inbox: VecDeque::new(), last_publish: Token(0) }
    }
}

/// For how long a verb waits. A broker or client that takes longer than this has lost something.
const PATIENCE: Duration = Duration::from_secs(30);

impl Lab {
    /// A lab on links and a clock of its own. It takes no time, and does the same each time.
    pub fn on_virtual_network(audience: Arc<dyn Audience>) -> Self {
        let broker = Broker::new(broker_core::Configuration::default());
        Self::with_broker(audience, Box::new(broker))
    }

    /// The same with somebody else's broker.
    pub fn with_broker(audience: Arc<dyn Audience>, broker: Box<dyn ServerPart>) -> Self {
        Self::on(Box::new(VirtualNetwork::new(audience.clone(), broker)), audience)
    }

    /// The same with somebody else's client, which is there already and waits for
    /// [`reconnect`](Self::reconnect).
    pub fn with_client(
        audience: Arc<dyn Audience>,
        name: &str,
        client: Box<dyn ClientPart>,
    ) -> (Self, Actor) {
        let broker = Broker::new(broker_core::Configuration::default());
        let mut stage = VirtualNetwork::new(audience.clone(), Box::new(broker));
        let actor = stage.bring(client, Version::default());
        let mut lab = Self::on(Box::new(stage), audience);
        lab.actors.push(Cast::new(name.to_owned()));
        (lab, actor)
    }

    /// A lab on the real broker and clients, over TCP on a free port of the loopback.
    ///
    /// # Errors
    ///
    /// [`LabError::Network`] if the system gives no port.
    #[cfg(feature = "tcp")]
    pub fn on_tcp(audience: Arc<dyn Audience>) -> Result<Self, LabError> {
        Ok(Self::on(Box::new(TcpStage::new(audience.clone())?), audience))
    }

    fn on(stage: Box<dyn Stage>, audience: Arc<dyn Audience>) -> Self {
        Self { stage, audience, actors: Vec::new(), tokens: 0 }
    }

    /// Plays a scenario.
    ///
    /// # Errors
    ///
    /// What went other than the scenario says.
    pub fn play(&mut self, scenario: &Scenario) -> Result<(), LabError> {
        (scenario.play)(self)?;
        self.audience.conclude(scenario.remember);
        Ok(())
    }

    /// Tells the audience something.
    pub fn say(&self, paragraph: &str) {
        self.audience.hear(paragraph);
    }
}

/// Connections: how they begin and how they end.
impl Lab {
    /// A new client connects, and is accepted.
    ///
    /// # Errors
    ///
    /// [`LabError::Refused`] if it is not, [`LabError::Missing`] if no answer comes.
    pub fn connect(&mut self, guest: Guest) -> Result<Actor, LabError> {
        let actor = self.enter(guest)?;
        self.reconnect(actor)?;
        Ok(actor)
    }

    /// A new client connects, and is refused. Tells the code of the refusal.
    ///
    /// # Errors
    ///
    /// [`LabError::NotRefused`] if it is accepted, [`LabError::Missing`] if no answer comes.
    pub fn connect_refused(&mut self, guest: Guest) -> Result<ConnectReturnCode, LabError> {
        let actor = self.enter(guest)?;
        match self.open(actor)? {
            Some(code) => Ok(code),
            None => Err(LabError::NotRefused { who: self.cast(actor).name.clone() }),
        }
    }

    /// A client that was here before connects again. Its session goes on, if it asked for that.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn reconnect(&mut self, actor: Actor) -> Result<(), LabError> {
        match self.open(actor)? {
            None => Ok(()),
            Some(code) => Err(LabError::Refused { who: self.cast(actor).name.clone(), code }),
        }
    }

    /// The client takes its leave with a DISCONNECT.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if its connection does not end.
    pub fn disconnect(&mut self, actor: Actor) -> Result<(), LabError> {
        self.stage.request(actor, Request::Disconnect);
        self.wait_until_closed(actor)
    }

    /// The client's Network Connection is cut, without a DISCONNECT.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if the client does not notice.
    pub fn cut(&mut self, actor: Actor) -> Result<(), LabError> {
        self.stage.fault(actor, Fault::Cut);
        self.wait_until_closed(actor)
    }

    /// The client falls silent: it sends and reads nothing more, but its Network Connection stands.
    pub fn freeze(&mut self, actor: Actor) {
        self.stage.fault(actor, Fault::Freeze);
    }

    /// Waits until the client's Network Connection has ended.
    ///
    /// # Errors
    ///
    /// [`LabError::Missing`] if it does not.
    pub fn wait_until_closed(&mut self, actor: Actor) -> Result<(), LabError> {
        let closed = |event: &Event| matches!(event, Event::Disconnected(_)).then_some(());
        self.wait_for(actor, "the end of its Network Connection", closed)
    }

    fn enter(&mut self, guest: Guest) -> Result<Actor, LabError> {
        let name = guest.name().to_owned();
        let actor = self.stage.enter(guest.into_configuration()?);
        self.actors.push(Cast::new(name));
        Ok(actor)
    }

    /// Opens a Network Connection and waits for CONNACK. Tells the code of a refusal.
    fn open(&mut self, actor: Actor) -> Result<Option<ConnectReturnCode>, LabError> {
        let inbox = &mut self.cast(actor).inbox;
        inbox.retain(|event| !matches!(event, Event::Disconnected(_))); // that was another connection
        self.stage.open(actor)?;
        self.wait_for(actor, "CONNACK", |event| match event {
            Event::Connected { .. } => Some(None),
            Event::Refused(code) => Some(Some(*code)),
            _ => None,
        })
    }
}

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
        self.stage.fault(actor, Fault::Deaf);
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

    fn begin_publish(&mut self, actor: Actor, note: Note) -> Result<(), LabError> {
        let (message, token) = (note.message()?, self.token());
        self.cast(actor).last_publish = token;
        self.stage.request(actor, Request::Publish { message, token });
        Ok(())
    }
}

/// Time and chance.
impl Lab {
    /// Lets this much time pass.
    pub fn wait(&mut self, duration: Duration) {
        let end = self.stage.now() + duration;
        while let Some(rest) = end.checked_sub(self.stage.now()).filter(|rest| !rest.is_zero()) {
            if let Some((actor, event)) = self.stage.turn(rest) {
                self.cast(actor).inbox.push_back(event);
            }
        }
    }

    /// A number that nobody else is likely to have drawn; on the virtual stage always the same ones.
    pub fn draw(&mut self) -> u16 {
        self.stage.draw()
    }

    /// Lets things happen until `wanted` finds what it looks for among what the client tells, and then
    /// until all is at rest.
    fn wait_for<T>(
        &mut self,
        actor: Actor,
        what: &'static str,
        wanted: impl Fn(&Event) -> Option<T>,
    ) -> Result<T, LabError> {
        let end = self.stage.now() + PATIENCE;
        loop {
            let inbox = &mut self.cast(actor).inbox;
            if let Some((place, found)) =
                inbox.iter().enumerate().find_map(|(place, event)| Some((place, wanted(event)?)))
            {
                inbox.remove(place);
                self.stage.settle();
                return Ok(found);
            }
            match self.stage.turn(end.saturating_sub(self.stage.now())) {
                Some((teller, event)) => self.cast(teller).inbox.push_back(event),
                None => return Err(self.missing(actor, what)),
            }
        }
    }

    fn missing(&mut self, actor: Actor, what: &'static str) -> LabError {
        let cast = self.cast(actor);
        let instead = cast.inbox.iter().map(|event| format!("{event:?}")).collect();
        LabError::Missing { who: cast.name.clone(), what, waited: PATIENCE, instead }
    }

    fn cast(&mut self, actor: Actor) -> &mut Cast {
        &mut self.actors[actor.0] // an Actor comes from this lab's `enter` alone
    }

    fn token(&mut self) -> Token {
        self.tokens += 1;
        Token(self.tokens)
    }
}
