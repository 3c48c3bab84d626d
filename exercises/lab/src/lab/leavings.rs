//! What a scenario leaves with somebody else's broker, and how the lab takes it away again.

use std::collections::BTreeSet;

use super::{Lab, Whose};
use crate::error::LabError;
use crate::guest::{Guest, Note};

/// What the broker keeps because of the scenario so far.
#[derive(Debug, Default)]
pub(super) struct Leavings {
    /// The Client Identifiers of sessions.
    sessions: BTreeSet<String>,
    /// The topics of retained messages.
    topics: BTreeSet<String>,
}

impl Leavings {
    /// A guest comes in, with or without a session that stays.
    pub(super) fn guest(&mut self, guest: &Guest) {
        if guest.keeps_session() && !guest.is_nameless() {
            self.sessions.insert(guest.name().to_owned());
        }
        self.topics.extend(guest.retained_will().map(str::to_owned));
    }

    /// A message is published.
    pub(super) fn note(&mut self, note: &Note) {
        match note.retains() {
            Some(true) => {
                self.topics.insert(note.topic().to_owned());
            }
            Some(false) => {
                self.topics.remove(note.topic());
            }
            None => {}
        }
    }
}

impl Lab {
    /// Ends sessions and deletes retained messages. The lab's own broker is gone with the lab.
    pub(super) fn tidy_up(&mut self) -> Result<(), LabError> {
        let Leavings { sessions, topics } = std::mem::take(&mut self.leavings);
        let is_ours = matches!(self.broker, Whose::Ours(_));
        if is_ours || (sessions.is_empty() && topics.is_empty()) {
            return Ok(());
        }
        self.say(
            "The lab tidies up, so that nothing of this stays with your broker: a CONNECT with Clean \
             Session 1 ends a session, and an empty message with RETAIN 1 deletes a retained one.",
        );
        for name in sessions {
            let guest = self.connect(Guest::named(&name))?;
            self.disconnect(guest)?;
        }
        if !topics.is_empty() {
            let tidier = self.connect(Guest::named("tidier"))?;
            for topic in topics {
                self.publish(tidier, Note::new(&topic, "").retain())?;
            }
            self.disconnect(tidier)?;
        }
        Ok(())
    }
}
