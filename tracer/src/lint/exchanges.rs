//! The packets of one sender that are to be acknowledged: identifiers in use, the steps of QoS 1 and 2,
//! and their order.

mod order;
mod resent;

use std::collections::BTreeMap;

use wire::{PacketIdentifier, Publish, Qos, rules};

use super::published::{Content, content};
use super::remark::{Fault, Spot, keys};

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    Client,
    Server,
}

/// What one side of a session has sent, and the other has not acknowledged to the end.
#[derive(Debug)]
pub(super) struct Exchanges {
    sender: Sender,
    open: BTreeMap<PacketIdentifier, Open>,
    done: BTreeMap<PacketIdentifier, Done>,
    /// Which connection of the session this is, from 1.
    connection: u32,
    /// Whether all of the session was seen, so that what was not seen did not happen.
    pub(super) is_known: bool,
    /// The first new message of this connection that passed before all was sent again that had to be.
    went_on: Option<Spot>,
}

#[derive(Debug)]
struct Open {
    stage: Stage,
    /// The packet that began it.
    first: u64,
    /// The last copy of it, and the connection on which it passed.
    last: u64,
    connection: u32,
    copies: u32,
    /// When PUBREC came.
    received: u64,
    topic: Content,
    content: Content,
    /// Whether it was said already that another one overtook it.
    is_overtaken: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    AtLeastOnce,
    ExactlyOnce,
    Received,
    Released,
    /// A SUBSCRIBE or an UNSUBSCRIBE.
    Asked,
}

/// An exchange that came to its end, of which late copies may still be answered.
#[derive(Debug)]
struct Done {
    connection: u32,
    late: u32,
}

/// An acknowledgement that moves a QoS 1 or QoS 2 exchange on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Puback,
    Pubrec,
    Pubcomp,
}

impl Exchanges {
    pub(super) fn new(sender: Sender, is_known: bool) -> Self {
        let (open, done) = (BTreeMap::new(), BTreeMap::new());
        Self { sender, open, done, connection: 1, is_known, went_on: None }
    }

    /// The session goes on over another connection.
    pub(super) fn resume(&mut self) {
        self.connection += 1;
        self.went_on = None;
        self.open.retain(|_, open| open.stage != Stage::Asked);
    }

    /// A PUBLISH above QoS 0 is sent.
    pub(super) fn publish(&mut self, publish: &Publish, number: u64) -> Option<Fault> {
        let identifier = publish.delivery.packet_identifier()?;
        let dup = publish.delivery.dup();
        let Some(open) = self.open.get(&identifier) else {
            let is_unheard_of = dup && self.is_known && !self.done.contains_key(&identifier);
            let fault = match self.connection {
                _ if !is_unheard_of => None,
                1 => Some(self.unheard_of(publish)),
                _ => self.renumbered(publish),
            };
            self.begin(identifier, stage(publish), number, publish);
            return fault;
        };
        let is_same = open.content == content(&publish.topic, &publish.payload);
        if !is_same || open.stage == Stage::Asked {
            let fault = self.in_use(identifier, open);
            self.begin(identifier, stage(publish), number, publish);
            return Some(fault);
        }
        let fault = match (dup, open.stage) {
            (_, Stage::Released) => Some(Fault::new(
                &rules::MQTT_4_3_3_1,
                keys::PACKET,
                format!("the message {identifier} is sent again behind its PUBREL"),
            )),
            (false, _) => Some(Fault::new(
                &rules::MQTT_3_3_1_1,
                keys::DUP,
                format!("the message was sent before, as #{}", open.first),
            )),
            (true, _) => self.out_of_order(open),
        };
        let connection = self.connection;
        if let Some(open) = self.open.get_mut(&identifier) {
            (open.last, open.connection) = (number, connection);
            open.copies += 1;
        }
        fault
    }

    /// A SUBSCRIBE or an UNSUBSCRIBE is sent.
    pub(super) fn ask(&mut self, identifier: PacketIdentifier, number: u64) -> Option<Fault> {
        let fault = self.open.get(&identifier).map(|open| self.in_use(identifier, open));
        self.open.insert(identifier, Open::new(Stage::Asked, number, self.connection));
        fault
    }

    /// SUBACK or UNSUBACK came.
    pub(super) fn answered(&mut self, identifier: PacketIdentifier) {
        if self.open.get(&identifier).is_some_and(|open| open.stage == Stage::Asked) {
            self.open.remove(&identifier);
        }
    }

    /// Whether a message with this content was sent, and is not acknowledged to the end.
    pub(super) fn waits_for(&self, identifier: PacketIdentifier, content: Content) -> bool {
        self.open.get(&identifier).is_some_and(|open| open.content == content)
    }

    /// What an acknowledgement of this identifier would end: its content.
    pub(super) fn ends_with(
        &self,
        answer: Answer,
        identifier: PacketIdentifier,
    ) -> Option<Content> {
        let open = self.open.get(&identifier)?;
        let stages = (answer, open.stage);
        let ends = matches!(
            stages,
            (Answer::Puback, Stage::AtLeastOnce) | (Answer::Pubcomp, Stage::Released)
        );
        ends.then_some(open.content)
    }

    /// Whether nothing waits for an answer.
    pub(super) fn is_idle(&self) -> bool {
        self.open.is_empty()
    }

    /// PUBACK, PUBREC or PUBCOMP came.
    pub(super) fn answer(
        &mut self,
        answer: Answer,
        identifier: PacketIdentifier,
        number: u64,
    ) -> Option<Fault> {
        let Some(stage) = self.open.get(&identifier).map(|open| open.stage) else {
            return self.answers_nothing(answer, identifier);
        };
        let overtakes = self.overtakes(answer, identifier);
        match (answer, stage) {
            (Answer::Puback, Stage::AtLeastOnce) | (Answer::Pubcomp, Stage::Released) => {
                self.finish(identifier);
            }
            (Answer::Pubrec, Stage::ExactlyOnce) => {
                if let Some(open) = self.open.get_mut(&identifier) {
                    (open.stage, open.received) = (Stage::Received, number);
                }
            }
            (Answer::Pubrec, Stage::Received | Stage::Released) => {}
            (Answer::Pubcomp, Stage::ExactlyOnce | Stage::Received) => {
                let detail = format!("the sender has not sent PUBREL for {identifier} yet");
                return Some(Fault::new(&rules::MQTT_4_3_3_2, keys::IDENTIFIER, detail));
            }
            (_, Stage::Asked) => return Some(unknown(identifier)),
            (_, stage) => {
                let qos = if stage == Stage::AtLeastOnce { "QoS 1" } else { "QoS 2" };
                let detail = format!("the PUBLISH with identifier {identifier} is of {qos}");
                return Some(Fault::new(&rules::MQTT_3_3_4_1, keys::PACKET, detail));
            }
        }
        overtakes
    }

    /// PUBREL is sent.
    pub(super) fn release(&mut self, identifier: PacketIdentifier) -> Option<Fault> {
        let Some(open) = self.open.get(&identifier) else {
            let is_late = self.done.contains_key(&identifier) || !self.is_known;
            return (!is_late).then(|| unknown(identifier));
        };
        let fault = match open.stage {
            Stage::Received => self.released_too_early(open),
            Stage::Released => None,
            Stage::ExactlyOnce => Some(Fault::new(
                &rules::MQTT_4_3_3_1,
                keys::IDENTIFIER,
                format!("no PUBREC came for {identifier}"),
            )),
            Stage::AtLeastOnce | Stage::Asked => return Some(unknown(identifier)),
        };
        let connection = self.connection;
        if let Some(open) = self.open.get_mut(&identifier) {
            (open.stage, open.connection) = (Stage::Released, connection);
        }
        fault
    }

    fn begin(
        &mut self,
        identifier: PacketIdentifier,
        stage: Stage,
        number: u64,
        publish: &Publish,
    ) {
        let open = Open {
            topic: content(&publish.topic, &[]),
            content: content(&publish.topic, &publish.payload),
            ..Open::new(stage, number, self.connection)
        };
        self.open.insert(identifier, open);
    }

    fn finish(&mut self, identifier: PacketIdentifier) {
        if let Some(open) = self.open.remove(&identifier) {
            let late = open.copies - 1;
            self.done.insert(identifier, Done { connection: self.connection, late });
        }
    }

    fn in_use(&self, identifier: PacketIdentifier, open: &Open) -> Fault {
        let rule = match self.sender {
            Sender::Client => &rules::MQTT_2_3_1_2,
            Sender::Server => &rules::MQTT_2_3_1_4,
        };
        let detail =
            format!("{identifier} is still in use by #{}, which is not acknowledged", open.first);
        Fault::new(rule, keys::IDENTIFIER, detail)
    }

    fn unheard_of(&self, publish: &Publish) -> Fault {
        let rule = match (self.sender, publish.delivery.qos()) {
            (Sender::Server, _) => &rules::MQTT_3_3_1_3,
            (Sender::Client, Qos::ExactlyOnce) => &rules::MQTT_4_3_3_1,
            (Sender::Client, _) => &rules::MQTT_4_3_2_1,
        };
        Fault::new(rule, keys::DUP, "the session is new, and the message was never sent before")
    }

    fn answers_nothing(&mut self, answer: Answer, identifier: PacketIdentifier) -> Option<Fault> {
        if let Some(done) = self.done.get_mut(&identifier) {
            let is_late = done.connection != self.connection || done.late > 0;
            done.late = done.late.saturating_sub(1);
            if is_late || answer != Answer::Puback {
                return None;
            }
        }
        self.is_known.then(|| unknown(identifier))
    }
}

impl Open {
    fn new(stage: Stage, number: u64, connection: u32) -> Self {
        Self {
            stage,
            first: number,
            last: number,
            connection,
            copies: 1,
            received: 0,
            topic: 0,
            content: 0,
            is_overtaken: false,
        }
    }
}

fn stage(publish: &Publish) -> Stage {
    match publish.delivery.qos() {
        Qos::ExactlyOnce => Stage::ExactlyOnce,
        Qos::AtMostOnce | Qos::AtLeastOnce => Stage::AtLeastOnce,
    }
}

fn unknown(identifier: PacketIdentifier) -> Fault {
    let detail = format!("no PUBLISH with identifier {identifier} is waiting for it");
    Fault::new(&rules::MQTT_2_3_1_6, keys::IDENTIFIER, detail)
}
