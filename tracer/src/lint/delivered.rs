//! What a server delivers: to whom it is due, at which QoS, and with which RETAIN.

use std::time::Duration;

use wire::{Publish, Qos, rules};

use super::published::Published;
use super::remark::{Fault, keys};
use super::session::Session;
use super::subscriptions::Subscribed;

/// Two connections may be read in another order than the capture has them, within this time.
const LEEWAY: Duration = Duration::from_secs(1);

/// The rules that a delivery breaks. All of them need a session that was seen from its beginning.
pub(super) fn judge(publish: &Publish, session: &Session, published: &Published) -> Vec<Fault> {
    if !session.is_known() {
        return Vec::new();
    }
    let matching = session.subscriptions.matching(&publish.topic);
    let Some(granted) = matching.iter().map(|subscribed| subscribed.qos).max() else {
        let detail = format!("no subscription of this client matches {}", publish.topic);
        return vec![Fault::new(&rules::MQTT_3_3_2_3, keys::TOPIC, detail)];
    };
    let origin = published.origin(publish);
    let qos = publish.delivery.qos();
    let mut faults = Vec::new();
    if qos > granted {
        faults.push(too_high(qos, &format!("granted at {granted}")));
    } else if let Some(origin) = origin.filter(|origin| !publish.retain && qos > origin.qos) {
        faults.push(too_high(qos, &format!("published at {}", origin.qos)));
    }
    if published.is_dropped_will(publish) && !publish.retain {
        let detail = "it is the will of a client that took its leave with DISCONNECT";
        faults.push(Fault::new(&rules::MQTT_3_14_4_3, keys::PACKET, detail));
    }
    let Some(origin) = origin else { return faults };
    let stood =
        |subscribed: &Subscribed| subscribed.granted.is_some_and(|granted| granted < origin.first);
    if publish.retain && matching.iter().all(|known| stood(known)) {
        let detail =
            format!("the subscription stood before #{} published the message", origin.first);
        faults.push(Fault::new(&rules::MQTT_3_3_1_9, keys::RETAIN, detail));
    }
    let is_late = matching.iter().all(|known| known.asked_at > origin.last_at + LEEWAY);
    if !publish.retain && session.is_first() && origin.is_retained && is_late {
        let asked = matching.iter().map(|known| known.asked).max().unwrap_or_default();
        let detail = format!("the message was published before #{asked} subscribed to it");
        faults.push(Fault::new(&rules::MQTT_3_3_1_8, keys::RETAIN, detail));
    }
    faults
}

fn too_high(qos: Qos, why: &str) -> Fault {
    let detail = format!("it is delivered at {qos}, and was {why}");
    Fault::new(&rules::MQTT_3_8_4_6, keys::QOS, detail)
}
