//! Who asks to be let in, and what the server answers.

use wire::{Connack, Connect, ConnectReturnCode, ForeignConnect, Version, rules};

use super::remark::{Fault, keys};

/// The CONNECT of a connection, as far as the answer to it is bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Asked {
    /// None was seen.
    #[default]
    Nothing,
    /// One of MQTT 3.1.1, with this kind of Client Identifier.
    WellFormed(Identifier),
    /// One that breaks a rule of the format.
    Malformed,
    /// One of MQTT 3.1, whose answers are not judged.
    Older,
    /// One of a protocol that is not MQTT.
    OfAnotherProtocol,
    /// One of MQTT 5.
    Version5,
    /// One of MQTT at a level that nobody knows here.
    OfAnotherLevel,
}

/// A Client Identifier, as the rules tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identifier {
    /// None, and the session is to be kept: no server may take that.
    MissingOfKept,
    /// 1 to 23 ASCII letters and digits: every server has to take that.
    Plain,
    /// Any other one.
    Other,
}

impl Asked {
    pub(super) fn of(connect: &Connect) -> Self {
        if connect.version != Version::V3_1_1 {
            return Self::Older;
        }
        let name = connect.client_identifier.as_str();
        let is_plain =
            (1..=23).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric());
        Self::WellFormed(match name {
            "" if !connect.clean_session => Identifier::MissingOfKept,
            _ if is_plain => Identifier::Plain,
            _ => Identifier::Other,
        })
    }

    pub(super) fn of_foreign(connect: &ForeignConnect) -> Self {
        match (connect.protocol_name.as_str(), connect.protocol_level) {
            ("MQTT", 5) => Self::Version5,
            ("MQTT" | "MQIsdp", _) => Self::OfAnotherLevel,
            _ => Self::OfAnotherProtocol,
        }
    }

    /// The rule that a CONNECT breaks by what it asks for.
    pub(super) fn fault(self) -> Option<Fault> {
        (self == Self::WellFormed(Identifier::MissingOfKept)).then(|| {
            Fault::new(&rules::MQTT_3_1_3_7, keys::CLIENT_IDENTIFIER, "Clean Session is 0")
        })
    }

    /// The rules that the server's answer breaks.
    pub(super) fn answered(self, connack: Connack) -> Vec<Fault> {
        let code = connack.return_code;
        let is_rejected = code == ConnectReturnCode::IDENTIFIER_REJECTED;
        let fault = match self {
            Self::Malformed => Some((
                &rules::MQTT_3_1_4_1,
                keys::PACKET,
                "the CONNECT was malformed, and no CONNACK answers it".to_owned(),
            )),
            Self::WellFormed(Identifier::MissingOfKept) if !is_rejected => Some((
                &rules::MQTT_3_1_3_8,
                keys::CONNECT_RETURN_CODE,
                "the client has no identifier, and does not ask for a clean session".to_owned(),
            )),
            Self::WellFormed(Identifier::Plain) if is_rejected => Some((
                &rules::MQTT_3_1_3_5,
                keys::CONNECT_RETURN_CODE,
                "the identifier is short, and of letters and digits alone".to_owned(),
            )),
            Self::WellFormed(_) if code.0 > LAST_CODE => Some((
                &rules::MQTT_3_2_2_6,
                keys::CONNECT_RETURN_CODE,
                format!("{} is no code of MQTT 3.1.1", code.0),
            )),
            _ => None,
        };
        fault.map(|(rule, key, detail)| Fault::new(rule, key, detail)).into_iter().collect()
    }

    /// The rule that the first packet breaks that answers a CONNECT of another protocol or version, if it
    /// is a CONNACK as MQTT 3.1.1 has it. That of MQTT 5 is longer.
    pub(super) fn answered_as_3_1_1(self, connack: Connack) -> Option<Fault> {
        let code = connack.return_code;
        let is_let_in = code == ConnectReturnCode::ACCEPTED;
        match self {
            Self::OfAnotherProtocol if is_let_in => {
                let detail = "the client asks for another protocol, and is let in to this one";
                Some(Fault::new(&rules::MQTT_3_1_2_1, keys::CONNECT_RETURN_CODE, detail))
            }
            Self::Version5 if code != ConnectReturnCode::UNACCEPTABLE_PROTOCOL_VERSION => {
                let detail = format!(
                    "the client asks for level 5, and the server, which does not speak it, says {code}"
                );
                Some(Fault::new(&rules::MQTT_3_1_2_2, keys::CONNECT_RETURN_CODE, detail))
            }
            _ => None,
        }
    }
}

/// The last return code that has a meaning (§3.2.2.3).
const LAST_CODE: u8 = ConnectReturnCode::NOT_AUTHORIZED.0;
