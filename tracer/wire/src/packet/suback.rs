//! SUBACK (MQTT 3.1.1 §3.9): the server's answer to SUBSCRIBE.

use std::fmt;

use super::header::{self, PacketType};
use crate::field::{Field, Part};
use crate::packet_identifier::PacketIdentifier;
use crate::qos::Qos;
use crate::rules;
use crate::walk::{Walk, placeholder};

/// A SUBACK packet (§3.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suback {
    /// The identifier of the SUBSCRIBE.
    pub packet_identifier: PacketIdentifier,
    /// One answer for each Topic Filter, in their order (`[MQTT-3.9.3-1]`).
    pub return_codes: Vec<SubackReturnCode>,
}

/// The answer to one Topic Filter of a SUBSCRIBE (§3.9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubackReturnCode {
    /// 0x00 to 0x02: the subscription stands, and its messages come at this QoS at the most.
    Granted(Qos),
    /// 0x80: the server refuses this subscription.
    Failure,
}

impl SubackReturnCode {
    /// The byte of a refusal.
    const FAILURE: u8 = 0x80;

    /// The byte that stands for this answer.
    pub const fn code(self) -> u8 {
        match self {
            Self::Granted(qos) => qos.level(),
            Self::Failure => Self::FAILURE,
        }
    }

    /// The answer that a byte stands for; `None` for the reserved ones (`[MQTT-3.9.3-2]`).
    pub const fn new(code: u8) -> Option<Self> {
        match (code, Qos::new(code)) {
            (Self::FAILURE, _) => Some(Self::Failure),
            (_, Some(qos)) => Some(Self::Granted(qos)),
            (_, None) => None,
        }
    }

    fn walk<W: Walk>(w: &mut W, return_code: Self) -> Result<Self, W::Error> {
        let code = w.u8(&RETURN_CODE, return_code.code())?;
        let return_code = Self::new(code);
        w.ensure(return_code.is_some(), &RETURN_CODE, &rules::MQTT_3_9_3_2)?;
        Ok(return_code.unwrap_or(Self::Failure))
    }
}

impl fmt::Display for SubackReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Granted(qos) => write!(f, "granted {qos}"),
            Self::Failure => f.write_str("refused"),
        }
    }
}

impl Suback {
    pub(crate) fn walk<W: Walk>(w: &mut W, suback: &Self) -> Result<Self, W::Error> {
        header::walk(w, PacketType::Suback)?;
        w.framed(|w| {
            let packet_identifier = PacketIdentifier::walk(w, suback.packet_identifier)?;
            let return_codes = w.each(
                &RETURN_CODE,
                &rules::MQTT_3_8_4_5,
                &suback.return_codes,
                |w, &return_code| SubackReturnCode::walk(w, return_code),
            )?;
            Ok(Self { packet_identifier, return_codes })
        })
    }
}

placeholder!(
    Suback,
    Suback { packet_identifier: PacketIdentifier::FIRST, return_codes: Vec::new() }
);
placeholder!(SubackReturnCode, SubackReturnCode::Failure);

static RETURN_CODE: Field = Field::new("Return Code", "return_code")
    .at("3.9.3", Part::Payload)
    .filter("mqtt.suback.qos")
    .about("The answer to one Topic Filter of the SUBSCRIBE: the QoS granted, or a refusal.")
    .symbol(|number| match number {
        0 => "granted QoS 0",
        1 => "granted QoS 1",
        2 => "granted QoS 2",
        0x80 => "failure",
        _ => "reserved",
    })
    .explain(|value| match value.number() {
        0..=2 => {
            "The subscription stands. The QoS granted may be less than the one asked for, and \
                  no message comes at a higher one."
                .into()
        }
        0x80 => "The server refuses this Topic Filter: no message will come for it. The others of \
                 the same SUBSCRIBE are not touched."
            .into(),
        _ => "A reserved code, which no server may use: the client hangs up.".into(),
    });
