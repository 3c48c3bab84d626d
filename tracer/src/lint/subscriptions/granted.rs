//! The return codes of a SUBACK, beside what was asked for.

use wire::{SubackReturnCode, Subscription, rules};

use super::super::remark::{Fault, keys};

/// The rule that the answer to these subscriptions breaks, which stood in the packet `number`.
pub(super) fn judge(
    asked: &[Subscription],
    codes: &[SubackReturnCode],
    number: u64,
) -> Option<Fault> {
    if asked.len() != codes.len() {
        let (filters, codes) = (asked.len(), codes.len());
        let detail = format!("#{number} has {filters} filters, and the answer {codes} codes");
        return Some(Fault::new(&rules::MQTT_3_8_4_5, keys::RETURN_CODE, detail));
    }
    let mut asked: Vec<u8> = asked.iter().map(|it| it.requested_qos.level() + 1).collect();
    let mut granted: Vec<u8> = codes.iter().map(|code| rank(*code)).collect();
    let position = granted.iter().zip(&asked).position(|(granted, asked)| granted > asked)?;
    asked.sort_unstable();
    granted.sort_unstable();
    let fits_in_another_order = granted.iter().zip(&asked).all(|(granted, asked)| granted <= asked);
    fits_in_another_order.then(|| {
        let detail =
            format!("filter {} of #{number} asks for less, another one for this", position + 1);
        Fault { nth: position, ..Fault::new(&rules::MQTT_3_9_3_1, keys::RETURN_CODE, detail) }
    })
}

/// How much a code grants: 0 for nothing, one more than the QoS otherwise.
fn rank(code: SubackReturnCode) -> u8 {
    match code {
        SubackReturnCode::Granted(qos) => qos.level() + 1,
        SubackReturnCode::Failure => 0,
    }
}
