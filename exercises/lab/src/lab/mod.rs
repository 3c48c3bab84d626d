//! What a scenario can do: one verb for each thing that happens in the talk.

mod connections;
mod leavings;
mod messages;
mod secrecy;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use broker_core::{Access, Broker};
use client_core::{Event, Token};
use wire::{TopicFilter, Version};

use self::leavings::Leavings;
use crate::audience::Audience;
use crate::error::LabError;
use crate::guest::Account;
use crate::house::House;
use crate::inputs::Choices;
use crate::scenario::Scenario;
#[cfg(feature = "tcp")]
use crate::stage::tcp::TcpStage;
use crate::stage::virtual_network::VirtualNetwork;
#[cfg(feature = "tcp")]
use crate::stage::way::Way;
use crate::stage::{Actor, ClientPart, ServerPart, Stage};

/// A broker and named clients.
///
/// Each verb ends when what it began has come to rest: the packets that it caused were sent and read.
/// So one thing happens at a time, and a trace can be read from top to bottom.
pub struct Lab {
    stage: Box<dyn Stage>,
    audience: Arc<dyn Audience>,
    broker: Whose,
    leavings: Leavings,
    actors: Vec<Cast>,
    tokens: u64,
}

/// Somebody else's broker, as a learner names it.
#[cfg(feature = "tcp")]
#[derive(Clone, Debug)]
pub struct OtherBroker {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who the clients say they are. Without one they are anonymous.
    pub account: Option<Account>,
    /// Whom the clients trust, if they are to speak TLS.
    #[cfg(feature = "tls")]
    pub tls: Option<client::Tls>,
}

/// Whose the broker is.
enum Whose {
    /// The lab's: it keeps these rules.
    Ours(Arc<House>),
    /// Somebody else's, with this account.
    Theirs(Option<Account>),
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
        let house = Arc::new(House::default());
        let stage = VirtualNetwork::new(audience.clone(), Box::new(broker(&house)));
        Self::on(Box::new(stage), audience, Whose::Ours(house))
    }

    /// The same with somebody else's broker.
    pub fn with_broker(audience: Arc<dyn Audience>, broker: Box<dyn ServerPart>) -> Self {
        let stage = VirtualNetwork::new(audience.clone(), broker);
        Self::on(Box::new(stage), audience, Whose::Theirs(None))
    }

    /// The same with somebody else's client, which is there already and waits for
    /// [`reconnect`](Self::reconnect).
    pub fn with_client(
        audience: Arc<dyn Audience>,
        name: &str,
        client: Box<dyn ClientPart>,
    ) -> (Self, Actor) {
        let house = Arc::new(House::default());
        let broker = Box::new(broker(&house));
        Self::with_parts(audience, broker, name, client, Whose::Ours(house))
    }

    /// The same with somebody else's broker and somebody else's client.
    pub fn with_both(
        audience: Arc<dyn Audience>,
        broker: Box<dyn ServerPart>,
        name: &str,
        client: Box<dyn ClientPart>,
    ) -> (Self, Actor) {
        Self::with_parts(audience, broker, name, client, Whose::Theirs(None))
    }

    fn with_parts(
        audience: Arc<dyn Audience>,
        broker: Box<dyn ServerPart>,
        name: &str,
        client: Box<dyn ClientPart>,
        whose: Whose,
    ) -> (Self, Actor) {
        let mut stage = VirtualNetwork::new(audience.clone(), broker);
        let actor = stage.bring(client, Version::default());
        let mut lab = Self::on(Box::new(stage), audience, whose);
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
        let house = Arc::new(House::default());
        let stage = TcpStage::new(&audience, house.clone())?;
        Ok(Self::on(Box::new(stage), audience, Whose::Ours(house)))
    }

    /// A lab on somebody else's broker, over TCP. The audience sees what the clients see.
    ///
    /// # Errors
    ///
    /// [`LabError::Network`] if the system gives nothing to run on. Whether the broker can be reached
    /// shows when the first client connects.
    #[cfg(feature = "tcp")]
    pub fn on_broker(broker: OtherBroker, audience: Arc<dyn Audience>) -> Result<Self, LabError> {
        let way = Way {
            #[cfg(feature = "tls")]
            tls: broker.tls,
            ..Way::plain(&broker.host, broker.port)
        };
        let stage = TcpStage::elsewhere(way, audience.clone())?;
        Ok(Self::on(Box::new(stage), audience, Whose::Theirs(broker.account)))
    }

    fn on(stage: Box<dyn Stage>, audience: Arc<dyn Audience>, broker: Whose) -> Self {
        let leavings = Leavings::default();
        Self { stage, audience, broker, leavings, actors: Vec::new(), tokens: 0 }
    }

    /// Plays a scenario. Somebody else's broker is left without what the scenario began to keep there:
    /// sessions and retained messages.
    ///
    /// # Errors
    ///
    /// What went other than the scenario says.
    pub fn play(&mut self, scenario: &Scenario) -> Result<(), LabError> {
        self.play_with(scenario, &Choices::usual(scenario))
    }

    /// The same with choices of somebody's own.
    ///
    /// # Errors
    ///
    /// As [`play`](Self::play).
    pub fn play_with(&mut self, scenario: &Scenario, choices: &Choices) -> Result<(), LabError> {
        let played = (scenario.play)(self, choices);
        if let Err(LabError::Unreachable { .. } | LabError::Refused { .. }) = played {
            return played; // nobody is there to be left with anything
        }
        let tidied = self.tidy_up();
        played.and(tidied)?;
        self.audience.conclude(scenario.remember);
        Ok(())
    }

    /// Tells the audience something.
    pub fn say(&self, paragraph: &str) {
        self.audience.hear(paragraph);
    }
}

/// The rules of the broker's house.
impl Lab {
    /// Whom the broker knows. The lab's own broker lets in this account alone from now on; somebody
    /// else's has accounts of its own, and the one that counts is the one that the learner named.
    /// `None` if none was named.
    ///
    /// # Errors
    ///
    /// [`LabError::Text`] if the User Name is none.
    pub fn account(&mut self, account: Account) -> Result<Option<Account>, LabError> {
        match &self.broker {
            Whose::Ours(house) => {
                house.admit_only(account.clone().into_credentials()?);
                Ok(Some(account))
            }
            Whose::Theirs(account) => Ok(account.clone()),
        }
    }

    /// From now on the broker refuses subscriptions to this Topic Filter. False if the broker is
    /// somebody else's: nobody tells that one what to do.
    ///
    /// # Errors
    ///
    /// [`LabError::Text`] if the filter is none.
    pub fn close(&mut self, topic_filter: &str) -> Result<bool, LabError> {
        match &self.broker {
            Whose::Ours(house) => house.close(TopicFilter::new(topic_filter.to_owned())?),
            Whose::Theirs(_) => return Ok(false),
        }
        Ok(true)
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
        let instead = cast.inbox.iter().map(Event::to_string).collect();
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

/// A broker that keeps the rules of this house.
fn broker(house: &Arc<House>) -> Broker {
    let access = Arc::clone(house) as Arc<dyn Access>;
    Broker::new(broker_core::Configuration { access, ..broker_core::Configuration::default() })
}
