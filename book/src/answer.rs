//! What the lab's broker answers to a packet that no client of the lab would send.

use std::sync::Arc;

use lab::{Audience, Lab, LabError, Script, Transcript};
use tap::{Direction, What};
use wire::{NewValue, Packet, PacketType, Spans, Version, amend};

use crate::play::Passed;

/// The answer of the lab's broker to this CONNECT with a field changed: the type of the packet, and the code
/// of a CONNACK; `nothing` if it just closes.
pub(crate) fn to_changed(passed: &Passed, key: &str, value: &str) -> Result<String, String> {
    if passed.packet_type() != Some(PacketType::Connect) {
        return Err("only a CONNECT can be the first packet".to_owned());
    }
    let mut spans = Spans::default();
    let _ = Packet::decode_observed(&passed.bytes, Version::default(), &mut spans);
    let place = spans.iter().position(|spanned| spanned.field.key == key && !spanned.is_group);
    let place = place.ok_or_else(|| format!("CONNECT has no field '{key}' here"))?;
    let value = match value.parse() {
        Ok(number) => NewValue::Number(number),
        Err(_) => NewValue::Bytes(value.to_owned().into()),
    };
    let bytes =
        amend(&passed.bytes, &spans, &[(place, value)]).map_err(|error| error.to_string())?;
    let packet = Packet::decode(&bytes, Version::default()).map_err(|error| error.to_string())?;

    let transcript = Arc::new(Transcript::default());
    let audience = Arc::clone(&transcript) as Arc<dyn Audience>;
    let (mut lab, client) =
        Lab::with_client(audience, &passed.client, Box::new(Script::new([packet])));
    match lab.reconnect(client) {
        // A refusal is an answer; and where none comes, that is one as well.
        Ok(()) | Err(LabError::Refused { .. } | LabError::Missing { .. }) => {}
        Err(error) => return Err(error.to_string()),
    }
    let answer = transcript.records().into_iter().find_map(|record| match record.what {
        What::Packet { direction: Direction::ToClient, bytes } => Some(bytes),
        _ => None,
    });
    let Some(answer) = answer else { return Ok("nothing".to_owned()) };
    match Packet::decode(&answer, Version::default()) {
        Ok(Packet::Connack(connack)) => Ok(format!("CONNACK {}", connack.return_code.0)),
        Ok(packet) => Ok(packet.packet_type().name().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
