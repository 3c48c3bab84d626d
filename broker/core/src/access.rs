//! Who may connect, publish and subscribe: asked of whoever runs the broker.

use std::fmt;

use wire::{ConnectReturnCode, Credentials, Text, TopicFilter, TopicName};

/// Decides who may do what. Each question has an answer of its own, which is yes unless it is
/// overridden; the answers must not wait for anything.
pub trait Access: fmt::Debug + Send + Sync {
    /// Whether this client may connect, with these credentials or none. Where the answer takes time,
    /// because a Password is checked against a slow hash, the caller finds it out before, and hands
    /// the CONNECT in as [`Input::Examined`](crate::Input::Examined).
    fn connect(&self, _client_identifier: &Text, _credentials: Option<&Credentials>) -> Admission {
        Admission::Allowed
    }

    /// Whether this client may come under a Client Identifier whose session was begun by another User
    /// Name, or by none. It would close that client's Network Connection, and get what waits in the
    /// session or throw it away. If not, CONNACK says 5.
    fn take_over(&self, _who: Who<'_>, _owner: Option<&Text>) -> bool {
        true
    }

    /// Whether this client may publish to this topic. If not, its message is acknowledged and
    /// dropped, since MQTT 3.1.1 has no way to say no (`[MQTT-3.3.5-2]`).
    fn publish(&self, _who: Who<'_>, _topic: &TopicName) -> bool {
        true
    }

    /// Whether this client may subscribe to this Topic Filter. If not, SUBACK says 0x80.
    fn subscribe(&self, _who: Who<'_>, _topic_filter: &TopicFilter) -> bool {
        true
    }
}

/// A client that is connected.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// The name of its session.
    pub client_identifier: &'a Text,
    /// The User Name of its CONNECT, if there was one.
    pub user_name: Option<&'a Text>,
}

/// The answer to whether a client may connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Allowed,
    /// The User Name or the Password is wrong: CONNACK with code 4.
    BadUserNameOrPassword,
    /// It may not, whatever its Password: CONNACK with code 5.
    NotAuthorized,
}

impl Admission {
    /// What CONNACK says (MQTT 3.1.1 §3.2.2.3).
    pub(crate) const fn return_code(self) -> ConnectReturnCode {
        match self {
            Self::Allowed => ConnectReturnCode::ACCEPTED,
            Self::BadUserNameOrPassword => ConnectReturnCode::BAD_USER_NAME_OR_PASSWORD,
            Self::NotAuthorized => ConnectReturnCode::NOT_AUTHORIZED,
        }
    }
}

/// Everybody may do everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct AllowAll;

impl Access for AllowAll {}
