//! Sessions: what client and server remember of each other, over one connection or several.

use wire::{Connack, ConnectReturnCode, Rule, rules};

use super::arrivals::Arrivals;
use super::due::Due;
use super::exchanges::{Exchanges, Sender};
use super::lowered::Lowered;
use super::published::Published;
use super::remark::{Fault, Remark, keys};
use super::subscriptions::Subscriptions;

/// A session, as far as it was seen.
#[derive(Debug)]
pub(super) struct Session {
    /// What the client sends.
    pub(super) client: Exchanges,
    /// What the server sends.
    pub(super) server: Exchanges,
    pub(super) subscriptions: Subscriptions,
    /// What comes of what others publish.
    pub(super) arrivals: Arrivals,
    /// What of it comes at a lower QoS than is due.
    pub(super) lowered: Lowered,
    /// The wills of others that it has to get.
    pub(super) due: Due,
    /// The stream over which it goes on before, if its client has not left it.
    pub(super) ousted: Option<u32>,
    /// The stream over which it goes on.
    pub(super) stream: u32,
    is_clean: bool,
    begins: Beginning,
    /// Whether the server said that the client is let in.
    is_accepted: bool,
    is_first: bool,
}

/// How much of a session was seen before this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beginning {
    /// All of it, from nothing: a CONNECT with Clean Session 1.
    New,
    /// It went on from a connection that was seen, and that the server accepted.
    Kept,
    /// The last connection that was seen had Clean Session 1: there is nothing to go on from.
    Discarded,
    /// Nobody knows.
    Unknown,
}

impl Session {
    /// A session that goes on over a stream whose CONNECT was not seen.
    pub(super) fn unknown(stream: u32) -> Self {
        Self::begun(stream, false, Beginning::Unknown)
    }

    /// The session of a CONNECT, and what was seen of it before.
    pub(super) fn connect(stream: u32, is_clean: bool, before: Option<Self>) -> Self {
        let ousted = before.as_ref().map(|before| before.stream).filter(|before| *before != stream);
        let session = match before {
            _ if is_clean => Self::begun(stream, true, Beginning::New),
            Some(before) if before.is_accepted && !before.is_clean => before.resumed(stream),
            Some(before) if before.is_accepted => Self::begun(stream, false, Beginning::Discarded),
            _ => Self::begun(stream, false, Beginning::Unknown),
        };
        Self { ousted, ..session }
    }

    fn begun(stream: u32, is_clean: bool, begins: Beginning) -> Self {
        let is_known = matches!(begins, Beginning::New | Beginning::Discarded);
        Self {
            client: Exchanges::new(Sender::Client, is_known),
            server: Exchanges::new(Sender::Server, is_known),
            subscriptions: Subscriptions::default(),
            arrivals: Arrivals::default(),
            lowered: Lowered::default(),
            due: Due::default(),
            ousted: None,
            stream,
            is_clean,
            begins,
            is_accepted: false,
            is_first: true,
        }
    }

    fn resumed(mut self, stream: u32) -> Self {
        self.client.resume();
        self.server.resume();
        self.subscriptions.resume();
        self.due = Due::default();
        let begins = Beginning::Kept;
        Self { stream, begins, is_accepted: false, is_first: false, ..self }
    }

    /// The server lets the client in, or does not.
    pub(super) fn connack(&mut self, connack: Connack) -> Option<Fault> {
        let Connack { session_present, return_code } = connack;
        if return_code != ConnectReturnCode::ACCEPTED {
            return session_present.then(|| {
                let detail = "the client is refused, and so has no session";
                present(&rules::MQTT_3_2_2_4, detail)
            });
        }
        self.is_accepted = true;
        match (self.begins, session_present) {
            (Beginning::New, true) => {
                Some(present(&rules::MQTT_3_2_2_1, "the client asked for a clean session"))
            }
            (Beginning::Discarded, true) => {
                let detail = "the session before was a clean one and ended with its connection";
                Some(present(&rules::MQTT_3_2_2_3, detail))
            }
            (Beginning::Kept, false) => {
                self.forget();
                let detail = "the session before was to be kept";
                Some(present(&rules::MQTT_3_2_2_2, detail))
            }
            (Beginning::Unknown, false) => {
                self.server.is_known = true;
                None
            }
            _ => None,
        }
    }

    /// The server has lost the session: it begins anew, and what the client remembers is its own
    /// affair.
    fn forget(&mut self) {
        self.server = Exchanges::new(Sender::Server, true);
        self.client.is_known = false;
        self.subscriptions = Subscriptions::default();
        self.arrivals = Arrivals::default();
    }

    /// The connection ends behind this packet: what can be said only now.
    pub(super) fn end(&mut self, published: &Published, number: u64) -> Vec<Remark> {
        let mut remarks = self.subscriptions.end();
        remarks.extend(self.client.end());
        remarks.extend(self.server.end());
        remarks.extend(self.lowered.end());
        remarks.extend(self.arrivals.end(published, number));
        self.arrivals.leave(number);
        self.close();
        remarks
    }

    /// The connection is over: of a clean session nothing remains but that it was there.
    fn close(&mut self) {
        if self.is_clean {
            let is_accepted = self.is_accepted;
            *self = Self { is_accepted, ..Self::begun(self.stream, true, self.begins) };
        }
    }

    /// Whether all subscriptions were seen, so that what was not seen was not asked for.
    pub(super) fn is_known(&self) -> bool {
        self.server.is_known && !self.subscriptions.is_full
    }

    /// Whether nothing can be waiting from an earlier connection.
    pub(super) fn is_first(&self) -> bool {
        self.is_first
    }
}

fn present(rule: &'static Rule, detail: &str) -> Fault {
    Fault::new(rule, keys::SESSION_PRESENT, detail)
}
