//! Who takes part, and what they say: as a scenario writes it down.

use bytes::Bytes;
use client_core::Configuration;
use delivery::Message;
use wire::{Credentials, Qos, Text, TextError, TopicName, Will};

/// A client that takes part: its name and the choices in its CONNECT. Unless told otherwise: Clean
/// Session 1, a Keep Alive of 60 s, no will, no User Name.
#[derive(Clone, Debug)]
pub struct Guest {
    name: String,
    clean_session: bool,
    keep_alive: u16,
    will: Option<Note>,
    identity: Identity,
}

/// Who a client says it is.
#[derive(Clone, Debug)]
enum Identity {
    /// It does not matter to the scenario: nobody, or the user whom the learner named.
    Any,
    Anonymous,
    User(Account),
}

/// A User Name and the Password that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub user_name: String,
    /// How the broker knows that it is so.
    pub password: String,
}

impl Guest {
    /// A client with this Client Identifier.
    pub fn named(client_identifier: &str) -> Self {
        let name = client_identifier.to_owned();
        Self { name, clean_session: true, keep_alive: 60, will: None, identity: Identity::Any }
    }

    /// A client with an empty Client Identifier.
    pub fn nameless() -> Self {
        Self::named("")
    }

    /// The same with this Keep Alive, in seconds; 0 for none.
    #[must_use]
    pub fn keep_alive(mut self, seconds: u16) -> Self {
        self.keep_alive = seconds;
        self
    }

    /// The same with Clean Session 0: the broker is to keep the session.
    #[must_use]
    pub fn kept_session(mut self) -> Self {
        self.clean_session = false;
        self
    }

    /// The same with this Clean Session.
    #[must_use]
    pub fn clean_session(mut self, is_set: bool) -> Self {
        self.clean_session = is_set;
        self
    }

    /// The same with this will.
    #[must_use]
    pub fn will(mut self, will: Note) -> Self {
        self.will = Some(will);
        self
    }

    /// The same as this user.
    #[must_use]
    pub fn user(mut self, account: Account) -> Self {
        self.identity = Identity::User(account);
        self
    }

    /// The same without a User Name, even where the learner has named one for everybody.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.identity = Identity::Anonymous;
        self
    }

    /// The same as this user, if it matters to nobody who it is.
    pub(crate) fn or_user(mut self, account: Option<&Account>) -> Self {
        if let (Identity::Any, Some(account)) = (&self.identity, account) {
            self.identity = Identity::User(account.clone());
        }
        self
    }

    /// Whether the broker is to keep the session.
    pub(crate) fn keeps_session(&self) -> bool {
        !self.clean_session
    }

    /// The topic on which a retained will would leave a message.
    pub(crate) fn retained_will(&self) -> Option<&str> {
        self.will.as_ref().filter(|will| will.retain).map(Note::topic)
    }

    /// Whether its Client Identifier is empty.
    pub(crate) fn is_nameless(&self) -> bool {
        self.name.is_empty()
    }

    /// What to call this client in a sentence.
    pub(crate) fn name(&self) -> &str {
        if self.name.is_empty() { "the client without a name" } else { &self.name }
    }

    pub(crate) fn into_configuration(self) -> Result<Configuration, TextError> {
        let mut configuration = Configuration::new(Text::new(self.name)?);
        configuration.clean_session = self.clean_session;
        configuration.keep_alive = self.keep_alive;
        configuration.credentials = match self.identity {
            Identity::User(account) => Some(account.into_credentials()?),
            Identity::Any | Identity::Anonymous => None,
        };
        configuration.will = self.will.map(Note::into_will).transpose()?;
        Ok(configuration)
    }
}

impl Account {
    /// This user, with this password.
    pub fn new(user_name: &str, password: &str) -> Self {
        Self { user_name: user_name.to_owned(), password: password.to_owned() }
    }

    /// The fields of a CONNECT.
    pub(crate) fn into_credentials(self) -> Result<Credentials, TextError> {
        Ok(Credentials {
            user_name: Text::new(self.user_name)?,
            password: Some(self.password.into()),
        })
    }
}

/// A message that is to be published. Unless told otherwise: at QoS 0, and not retained.
#[derive(Clone, Debug)]
pub struct Note {
    topic: String,
    payload: Bytes,
    qos: Qos,
    retain: bool,
}

impl Note {
    /// A message on this topic.
    pub fn new(topic: &str, payload: impl Into<Bytes>) -> Self {
        let topic = topic.to_owned();
        Self { topic, payload: payload.into(), qos: Qos::AtMostOnce, retain: false }
    }

    /// The same at this QoS.
    #[must_use]
    pub fn qos(mut self, qos: Qos) -> Self {
        self.qos = qos;
        self
    }

    /// The same with RETAIN 1: the broker is to keep it.
    #[must_use]
    pub fn retain(mut self) -> Self {
        self.retain = true;
        self
    }

    /// The same with this RETAIN.
    #[must_use]
    pub fn retained(mut self, is_set: bool) -> Self {
        self.retain = is_set;
        self
    }

    /// On which topic.
    pub(crate) fn topic(&self) -> &str {
        &self.topic
    }

    /// What becomes of what is retained on this topic: kept or deleted; `None` if nothing.
    pub(crate) fn retains(&self) -> Option<bool> {
        self.retain.then(|| !self.payload.is_empty())
    }

    pub(crate) fn message(self) -> Result<Message, TextError> {
        let topic = TopicName::new(self.topic)?;
        Ok(Message { topic, payload: self.payload, qos: self.qos, retain: self.retain })
    }

    fn into_will(self) -> Result<Will, TextError> {
        let Message { topic, payload, qos, retain } = self.message()?;
        Ok(Will { topic, message: payload, qos, retain })
    }
}
