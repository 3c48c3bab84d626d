//! Messages that come at a lower QoS than is due, and never at that.
//!
//! Where several subscriptions match, each may bring a copy, and one of them has to come at the highest
//! QoS. So a low one is held against nobody before the connection ends, and a PINGREQ behind it was answered.

use std::collections::BTreeMap;

use wire::{Publish, Qos, rules};

use super::published::{Content, Origin};
use super::remark::{Fault, Remark, Spot, keys};
use super::subscriptions::Subscriptions;

/// The messages of one subscriber that came too low up to now.
#[derive(Debug, Default)]
pub(super) struct Lowered(BTreeMap<Content, Low>);

#[derive(Debug)]
struct Low {
    spot: Spot,
    qos: Qos,
    due: Qos,
    subscriptions: usize,
    /// Whether a PINGREQ behind it was answered.
    is_passed_over: bool,
}

/// Messages that are remembered at once, at the most.
const MOST: usize = 1024;

impl Lowered {
    /// A message arrives that was published as `origin` says.
    pub(super) fn arrive(
        &mut self,
        publish: &Publish,
        content: Content,
        origin: &Origin,
        subscriptions: &Subscriptions,
        spot: impl FnOnce() -> Spot,
    ) {
        let matching = subscriptions.matching(&publish.topic);
        let stands = |granted: Option<u64>| granted.is_some_and(|granted| granted < origin.first);
        if publish.retain || !matching.iter().all(|it| stands(it.granted) && it.ended.is_none()) {
            return;
        }
        let qos = publish.delivery.qos();
        let granted = matching.iter().map(|known| known.qos).max().unwrap_or_default();
        let due = granted.min(origin.lowest);
        if qos >= due {
            self.0.remove(&content);
        } else if self.0.len() < MOST {
            let subscriptions = matching.len();
            let low = || Low { spot: spot(), qos, due, subscriptions, is_passed_over: false };
            self.0.entry(content).or_insert_with(low);
        }
    }

    /// The PINGREQ with this number was answered.
    pub(super) fn pinged(&mut self, number: u64) {
        for low in self.0.values_mut() {
            low.is_passed_over |= low.spot.packet.number < number;
        }
    }

    /// The connection ends.
    pub(super) fn end(&mut self) -> Vec<Remark> {
        let lowered = std::mem::take(&mut self.0).into_values();
        let told = lowered.filter(|low| low.is_passed_over).map(|low| {
            let rule = match low.subscriptions {
                1 => &rules::MQTT_3_8_4_6,
                _ => &rules::MQTT_3_3_5_1,
            };
            let detail = format!("it is delivered at {}, and {} is due", low.qos, low.due);
            low.spot.breaks(Fault::new(rule, keys::QOS, detail))
        });
        told.collect()
    }
}
