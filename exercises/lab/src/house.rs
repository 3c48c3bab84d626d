//! The rules of the house: who may come in, and what nobody may have. The lab's own broker keeps them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use broker_core::{Access, Admission, Who};
use wire::{Credentials, Text, TopicFilter};

/// Asked by the broker, on whichever stage it is. At first everybody may do everything.
///
/// A scenario sets the rules after the broker has begun to run: a broker in real life reads them from
/// files, and keeps no Password as it is.
#[derive(Debug, Default)]
pub(crate) struct House(Mutex<Rules>);

#[derive(Debug, Default)]
struct Rules {
    /// The only one that is let in.
    account: Option<Credentials>,
    /// What nobody may subscribe to.
    closed: Vec<TopicFilter>,
}

impl House {
    /// From now on nobody comes in without these credentials.
    pub(crate) fn admit_only(&self, account: Credentials) {
        self.rules().account = Some(account);
    }

    /// From now on nobody may subscribe to this Topic Filter.
    pub(crate) fn close(&self, topic_filter: TopicFilter) {
        self.rules().closed.push(topic_filter);
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Access for House {
    fn connect(&self, _client_identifier: &Text, credentials: Option<&Credentials>) -> Admission {
        match (&self.rules().account, credentials) {
            (None, _) => Admission::Allowed,
            (Some(account), Some(credentials)) if account == credentials => Admission::Allowed,
            (Some(_), Some(_)) => Admission::BadUserNameOrPassword,
            (Some(_), None) => Admission::NotAuthorized,
        }
    }

    fn subscribe(&self, _who: Who<'_>, topic_filter: &TopicFilter) -> bool {
        !self.rules().closed.contains(topic_filter)
    }
}
