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
    account: Option<Account>,
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
        Self { name, clean_session: true, keep_alive: 60, will: None, account: None }
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

    /// The same with this will.
    #[must_use]
    pub fn will(mut self, will: Note) -> Self {
        self.will = Some(will);
        self
    }

    /// The same as this user.
    #[must_use]
    pub fn user(mut self, account: Account) -> Self {
        self.account = Some(account);
        self
    }

    /// What to call this client in a sentence.
    pub(crate) fn name(&self) -> &str {
        if self.name.is_empty() { "the client without a name" } else { &self.name }
    }

    pub(crate) fn into_configuration(self) -> Result<Configuration, TextError> {
        let mut configuration = Configuration::new(Text::new(self.name)?);
        configuration.clean_session = self.clean_session;
        configuration.keep_alive = self.keep_alive;
        configuration.credentials = self.account.map(Account::into_credentials).transpose()?;
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

    pub(crate) fn message(self) -> Result<Message, TextError> {
        let topic = TopicName::new(self.topic)?;
        Ok(Message { topic, payload: self.payload, qos: self.qos, retain: self.retain })
    }

    fn into_will(self) -> Result<Will, TextError> {
        let Message { topic, payload, qos, retain } = self.message()?;
        Ok(Will { topic, message: payload, qos, retain })
    }
}
