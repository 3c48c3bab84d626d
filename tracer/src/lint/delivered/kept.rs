//! A message that comes with RETAIN set, beside the one that the server has to keep.

use wire::{Qos, Rule, rules};

use super::super::remark::{Fault, keys};
use super::{Delivery, Sources};

/// The rule that it breaks to send this as what was kept.
pub(super) fn judge(delivery: &Delivery<'_>, sources: &Sources) -> Option<Fault> {
    if !delivery.publish.retain {
        return None;
    }
    if delivery.publish.payload.is_empty() {
        let detail = "a message without payload comes as one that was kept";
        return Some(Fault::new(&rules::MQTT_3_3_1_11, keys::RETAIN, detail));
    }
    if sources.published.has_stranger(delivery.topic) {
        return None;
    }
    if sources.wills.may_be_retained_on(delivery.topic) {
        return None; // it may have been published in between, by the server itself
    }
    let kept = sources.retained.of(delivery.server, delivery.topic)?;
    if kept.content == delivery.content || !delivery.asked_after(kept.at) {
        return None;
    }
    let number = kept.number;
    let (rule, detail): (&Rule, _) = if kept.is_empty {
        (&rules::MQTT_3_3_1_10, format!("#{number} has deleted the retained message of this topic"))
    } else if kept.replaced(delivery.content) {
        let replaced = format!("#{number} has replaced it as the retained message of this topic");
        match kept.qos {
            Qos::AtMostOnce => (&rules::MQTT_3_3_1_7, replaced),
            Qos::AtLeastOnce | Qos::ExactlyOnce => (&rules::MQTT_3_3_1_6, replaced),
        }
    } else if !kept.is_followed_by(delivery.content) {
        return None;
    } else if delivery.origin.is_some_and(|origin| !origin.was_retained && origin.copies == 1) {
        (&rules::MQTT_3_3_1_12, format!("it was published with RETAIN 0, and #{number} is kept"))
    } else if sources.published.is_unknown(delivery.content) && sources.wills.has(delivery.content)
    {
        (
            &rules::MQTT_3_1_2_16,
            format!("it is a will whose Will Retain is 0, and #{number} is kept"),
        )
    } else {
        return None;
    };
    Some(Fault { rule, key: keys::RETAIN, nth: 0, detail })
}
