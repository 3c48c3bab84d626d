//! The order in which messages are sent again, acknowledged and released (MQTT 3.1.1 §4.6).

use wire::{PacketIdentifier, Rule, rules};

use super::super::remark::{Fault, keys};
use super::{Answer, Exchanges, Open, Sender, Stage};

impl Exchanges {
    /// A message that is sent again behind a later one that was.
    pub(super) fn out_of_order(&self, open: &Open) -> Option<Fault> {
        if open.connection == self.connection {
            return None;
        }
        let later = self.open.values().find(|other| {
            let is_resent = other.connection == self.connection && other.copies > 1;
            let is_bound = self.sender == Sender::Client || other.topic == open.topic;
            is_resent && is_bound && other.first > open.first
        })?;
        let detail = format!("#{} was sent before #{} the first time", open.first, later.first);
        let rule = self.order(&rules::MQTT_4_6_0_1);
        Some(Fault::new(rule, keys::IDENTIFIER, detail))
    }

    /// An answer that overtakes one that was due before it. Only a client is bound to the order.
    pub(super) fn overtakes(
        &mut self,
        answer: Answer,
        identifier: PacketIdentifier,
    ) -> Option<Fault> {
        let (rule, waiting): (&'static Rule, _) = match answer {
            Answer::Puback => (&rules::MQTT_4_6_0_2, Stage::AtLeastOnce),
            Answer::Pubrec => (&rules::MQTT_4_6_0_3, Stage::ExactlyOnce),
            Answer::Pubcomp => return None,
        };
        let this = self.open.get(&identifier)?;
        if self.sender == Sender::Client || this.stage != waiting {
            return None;
        }
        let (last, connection) = (this.last, self.connection);
        let mut first = None;
        for (other, open) in &mut self.open {
            let is_before = open.last < last && open.connection == connection;
            if open.stage == waiting && is_before && !open.is_overtaken {
                open.is_overtaken = true;
                first.get_or_insert((*other, open.last));
            }
        }
        let (other, number) = first?;
        let detail = format!("#{number} with identifier {other} came before, and waits");
        Some(Fault::new(rule, keys::IDENTIFIER, detail))
    }

    pub(super) fn released_too_early(&self, this: &Open) -> Option<Fault> {
        let (identifier, other) = self.open.iter().find(|(_, other)| {
            let is_same = other.connection == this.connection;
            is_same && other.stage == Stage::Received && other.received < this.received
        })?;
        let detail = format!("PUBREC for {identifier} came before, as #{}", other.received);
        Some(Fault::new(self.order(&rules::MQTT_4_6_0_4), keys::IDENTIFIER, detail))
    }

    /// The rule on order that binds this sender.
    fn order(&self, of_client: &'static Rule) -> &'static Rule {
        match self.sender {
            Sender::Client => of_client,
            Sender::Server => &rules::MQTT_4_6_0_6,
        }
    }
}
