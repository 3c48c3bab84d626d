//! What has to be sent again when a session goes on (MQTT 3.1.1 §4.4), and under which identifier.

use wire::{Publish, rules};

use super::super::published::content;
use super::super::remark::{Fault, Remark, Spot, keys};
use super::{Exchanges, Open, Sender, Stage};

impl Exchanges {
    /// A copy, as it says, under an identifier that is not known: of a message that was sent before,
    /// and waits under another one. The first ones that wait are sent again first.
    pub(super) fn renumbered(&self, publish: &Publish) -> Option<Fault> {
        let content = content(&publish.topic, &publish.payload);
        let (identifier, open) =
            self.owed().find(|(_, open)| open.content == content && open.is_published())?;
        let rule = match self.sender {
            Sender::Client => &rules::MQTT_2_3_1_3,
            Sender::Server => &rules::MQTT_2_3_1_4,
        };
        let detail = format!("it was sent before as #{}, with identifier {identifier}", open.first);
        Some(Fault::new(rule, keys::IDENTIFIER, detail))
    }

    /// A new message above QoS 0 is sent. It is remembered if others have to be sent again.
    pub(in super::super) fn go_on(&mut self, spot: impl FnOnce() -> Spot) {
        if self.went_on.is_none() && self.owed().next().is_some() {
            self.went_on = Some(spot());
        }
    }

    /// The connection ends: what had to be sent again, and never was, although the sender went on.
    pub(in super::super) fn end(&mut self) -> Option<Remark> {
        let spot = self.went_on.take().filter(|_| self.is_known)?;
        let (identifier, open) = self.owed().next()?;
        let what = if open.is_published() { "PUBLISH" } else { "PUBREL" };
        let detail = format!(
            "this one is new, and the {what} of #{}, identifier {identifier}, never came again",
            open.first
        );
        Some(spot.breaks(Fault::new(&rules::MQTT_4_4_0_1, keys::PACKET, detail)))
    }

    /// What waits since an earlier connection, and did not pass on this one.
    fn owed(&self) -> impl Iterator<Item = (wire::PacketIdentifier, &Open)> {
        let connection = self.connection;
        let open = self.open.iter().map(|(identifier, open)| (*identifier, open));
        open.filter(move |(_, open)| open.connection < connection && open.stage != Stage::Asked)
    }
}

impl Open {
    /// Whether it waits for the answer to its PUBLISH.
    fn is_published(&self) -> bool {
        matches!(self.stage, Stage::AtLeastOnce | Stage::ExactlyOnce)
    }
}
