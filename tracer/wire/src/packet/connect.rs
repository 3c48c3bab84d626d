//! CONNECT (MQTT 3.1.1 §3.1): a client asks for a connection. The same layout serves MQTT 3.1, whose
//! CONNECT differs in its Protocol Name and Protocol Level alone.

use bytes::Bytes;

use super::Packet;
use super::header::{self, PacketType};
use crate::explain;
use crate::field::{Field, Group, Part, Prefixed, Value};
use crate::qos::Qos;
use crate::rule::Rule;
use crate::rules;
use crate::text::Text;
use crate::topic::TopicName;
use crate::version::Version;
use crate::walk::{Condition, Placeholder, Walk};

/// A CONNECT packet (§3.1) of a version that the lab speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    /// What Protocol Name and Protocol Level say.
    pub version: Version,
    /// Whether to forget what was before, and forget this session when the connection ends
    /// (§3.1.2.4).
    pub clean_session: bool,
    /// The longest time between two packets of the client, in seconds; 0 for no limit (§3.1.2.10).
    pub keep_alive: u16,
    /// The name under which the server keeps the session (§3.1.3.1). Empty: the server chooses one.
    pub client_identifier: Text,
    /// What the server is to publish if the client goes without a DISCONNECT (§3.1.2.5).
    pub will: Option<Will>,
    /// Who the client says it is (§3.1.2.8, §3.1.2.9).
    pub credentials: Option<Credentials>,
}

/// The will of a client: a message for the case that it goes without a DISCONNECT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will {
    /// Where it is published (§3.1.3.2).
    pub topic: TopicName,
    /// The message, at most 65535 bytes (§3.1.3.3).
    pub message: Bytes,
    /// The QoS at which it is published (§3.1.2.6).
    pub qos: Qos,
    /// Whether it is kept for later subscribers (§3.1.2.7).
    pub retain: bool,
}

/// User Name and Password. There is no Password without a User Name (`[MQTT-3.1.2-22]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The User Name (§3.1.3.4).
    pub user_name: Text,
    /// The Password: any bytes, at most 65535 (§3.1.3.5).
    pub password: Option<Bytes>,
}

/// A CONNECT that names a protocol which the lab does not speak: what comes behind the Protocol
/// Level is of a layout that only that protocol knows. A server answers an unknown level of MQTT
/// with CONNACK code 1 (`[MQTT-3.1.2-2]`).
///
/// Name and level are not those of a [`Version`]: such a packet would be written as a [`Connect`] that
/// asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignConnect {
    /// The Protocol Name (§3.1.2.1).
    pub protocol_name: Text,
    /// The Protocol Level (§3.1.2.2).
    pub protocol_level: u8,
    /// All that follows.
    pub rest: Bytes,
}

/// The walk of both kinds of CONNECT: which one it is, is known behind the Protocol Level. `start` has
/// what stands up to there, `connect` what follows if the lab speaks the version.
pub(super) fn walk<W: Walk>(
    w: &mut W,
    start: ForeignConnect,
    connect: Connect,
) -> Result<Packet, W::Error> {
    header::walk(w, PacketType::Connect)?;
    w.framed(|w| {
        let protocol_name = w.text(&PROTOCOL_NAME, start.protocol_name)?;
        let protocol_level = w.u8(&PROTOCOL_LEVEL, start.protocol_level)?;
        if let Some(version) = Version::of(&protocol_name, protocol_level) {
            return Connect { version, ..connect }.walk(w).map(Packet::Connect);
        }
        let rest = w.rest(&FOREIGN, start.rest)?;
        Ok(Packet::ForeignConnect(ForeignConnect { protocol_name, protocol_level, rest }))
    })
}

impl Connect {
    /// What follows the Protocol Level.
    fn walk<W: Walk>(self, w: &mut W) -> Result<Self, W::Error> {
        let flags = w.group(&CONNECT_FLAGS, self.flags())?;
        check_flags(w, flags)?;
        let keep_alive = w.u16(&KEEP_ALIVE, self.keep_alive)?;
        let client_identifier = w.when(
            &condition(true, "", &rules::MQTT_3_1_3_3),
            Some(self.client_identifier),
            |w, text| w.text(&CLIENT_IDENTIFIER, text),
        )?;
        let will = w.when(
            &condition(WILL_FLAG.is_set(flags), "Will Flag is 1", &rules::MQTT_3_1_2_9),
            self.will,
            |w, will| will.walk(w, flags),
        )?;
        let credentials = w.when(
            &condition(USER_NAME_FLAG.is_set(flags), "User Name Flag is 1", &rules::MQTT_3_1_2_19),
            self.credentials,
            |w, credentials| credentials.walk(w, flags),
        )?;
        w.end(match (USER_NAME_FLAG.is_set(flags), PASSWORD_FLAG.is_set(flags)) {
            (false, _) => &rules::MQTT_3_1_2_18,
            (true, false) => &rules::MQTT_3_1_2_20,
            (true, true) => &rules::MQTT_3_1_4_1,
        })?;
        Ok(Self {
            version: self.version,
            clean_session: CLEAN_SESSION.is_set(flags),
            keep_alive,
            client_identifier: client_identifier.unwrap_or(Text::EMPTY),
            will,
            credentials,
        })
    }

    fn flags(&self) -> u8 {
        let will = self.will.as_ref();
        let credentials = self.credentials.as_ref();
        let password = credentials.and_then(|credentials| credentials.password.as_ref());
        USER_NAME_FLAG.put(credentials.is_some().into())
            | PASSWORD_FLAG.put(password.is_some().into())
            | WILL_RETAIN.put(will.is_some_and(|will| will.retain).into())
            | WILL_QOS.put(will.map_or(0, |will| will.qos.level()))
            | WILL_FLAG.put(will.is_some().into())
            | CLEAN_SESSION.put(self.clean_session.into())
    }

    pub(super) fn placeholder(version: Version) -> Self {
        Self {
            version,
            clean_session: false,
            keep_alive: 0,
            client_identifier: Text::EMPTY,
            will: None,
            credentials: None,
        }
    }
}

/// The rules on the flags alone, from the highest bit to the lowest.
fn check_flags<W: Walk>(w: &mut W, flags: u8) -> Result<(), W::Error> {
    let user_name = USER_NAME_FLAG.is_set(flags);
    let will = WILL_FLAG.is_set(flags);
    w.ensure(!RESERVED.is_set(flags), &RESERVED, &rules::MQTT_3_1_2_3)?;
    w.ensure(user_name || !PASSWORD_FLAG.is_set(flags), &PASSWORD_FLAG, &rules::MQTT_3_1_2_22)?;
    w.ensure(will || !WILL_RETAIN.is_set(flags), &WILL_RETAIN, &rules::MQTT_3_1_2_15)?;
    w.ensure(will || !WILL_QOS.is_set(flags), &WILL_QOS, &rules::MQTT_3_1_2_13)?;
    w.ensure(WILL_QOS.get(flags) < 3, &WILL_QOS, &rules::MQTT_3_1_2_14)
}

impl Will {
    fn walk<W: Walk>(self, w: &mut W, flags: u8) -> Result<Self, W::Error> {
        let text = w.text(&WILL_TOPIC, self.topic.into_text())?;
        let topic = w.fit(&WILL_TOPIC, &[&rules::MQTT_4_7_1_1, &rules::MQTT_4_7_3_1], || {
            TopicName::from_text(text)
        })?;
        let present = condition(true, "Will Flag is 1", &rules::MQTT_3_1_2_9);
        let message =
            w.when(&present, Some(self.message), |w, bytes| w.binary(&WILL_MESSAGE, bytes))?;
        Ok(Self {
            topic,
            message: message.unwrap_or_default(),
            qos: Qos::new(WILL_QOS.get(flags)).unwrap_or_default(),
            retain: WILL_RETAIN.is_set(flags),
        })
    }
}

impl Credentials {
    fn walk<W: Walk>(self, w: &mut W, flags: u8) -> Result<Self, W::Error> {
        let user_name = w.text(&USER_NAME, self.user_name)?;
        let password = w.when(
            &condition(PASSWORD_FLAG.is_set(flags), "Password Flag is 1", &rules::MQTT_3_1_2_21),
            self.password,
            |w, bytes| w.binary(&PASSWORD, bytes),
        )?;
        Ok(Self { user_name, password })
    }
}

impl ForeignConnect {
    /// The start of a CONNECT of this version.
    pub(super) fn start(version: Version) -> Self {
        Self {
            protocol_name: version.protocol_name_text(),
            protocol_level: version.protocol_level(),
            rest: Bytes::new(),
        }
    }
}

fn condition(holds: bool, words: &'static str, missing: &'static Rule) -> Condition {
    Condition { holds, words, missing }
}

impl Placeholder for Will {
    fn placeholder() -> Self {
        Self {
            topic: TopicName::placeholder(),
            message: Bytes::new(),
            qos: Qos::AtMostOnce,
            retain: false,
        }
    }
}

impl Placeholder for Credentials {
    fn placeholder() -> Self {
        Self { user_name: Text::EMPTY, password: None }
    }
}

static PROTOCOL_NAME: Prefixed = Prefixed {
    length: Field::new("Protocol Name length", "protocol_name_length")
        .at("3.1.2.1", Part::VariableHeader)
        .filter("mqtt.proto_len")
        .about("How many bytes the Protocol Name has.")
        .explain(|value| explain::length(value, "Protocol Name")),
    content: Field::new("Protocol Name", "protocol_name")
        .at("3.1.2.1", Part::VariableHeader)
        .filter("mqtt.protoname")
        .about("Says that this is MQTT: MQTT, or MQIsdp in version 3.1.")
        .explain(|value| match value {
            Value::Text("MQTT") => {
                "The name since MQTT 3.1.1. A server may hang up on any other.".into()
            }
            Value::Text("MQIsdp") => {
                "The name of MQTT 3.1, after IBM's MQSeries Integrator.".into()
            }
            _ => "No protocol that the lab knows: a server may hang up.".into(),
        }),
    well_formed: Some(&rules::MQTT_1_5_3_1),
    shown_as_text: true,
};

static PROTOCOL_LEVEL: Field = Field::new("Protocol Level", "protocol_level")
    .at("3.1.2.2", Part::VariableHeader)
    .filter("mqtt.ver")
    .about("The version of the protocol.")
    .symbol(|number| match number {
        3 => "= MQTT 3.1",
        4 => "= MQTT 3.1.1",
        5 => "= MQTT 5.0",
        _ => "",
    })
    .explain(|value| match value.number() {
        3 => "The client speaks MQTT 3.1, of 2010; 4 would be 3.1.1.".into(),
        4 => "The client speaks MQTT 3.1.1. A server that does not know the level answers CONNACK \
              code 1."
            .into(),
        _ => "A level that the lab does not speak: a server answers CONNACK code 1.".into(),
    });

static CONNECT_FLAGS: Group = Group {
    whole: Field::new("Connect Flags", "connect_flags")
        .at("3.1.2.3", Part::VariableHeader)
        .filter("mqtt.conflags")
        .about("What the client wants, and which fields the payload has."),
    parts: &[
        &USER_NAME_FLAG,
        &PASSWORD_FLAG,
        &WILL_RETAIN,
        &WILL_QOS,
        &WILL_FLAG,
        &CLEAN_SESSION,
        &RESERVED,
    ],
};

static USER_NAME_FLAG: Field = Field::new("User Name Flag", "user_name_flag")
    .at("3.1.2.8", Part::VariableHeader)
    .bits(7, 7)
    .filter("mqtt.conflag.uname")
    .about("Whether the payload has a User Name.")
    .explain(|value| match value.number() {
        0 => "No User Name in the payload: the client does not say who it is.".into(),
        _ => "The payload has a User Name, behind the Client Identifier and the will.".into(),
    });

static PASSWORD_FLAG: Field = Field::new("Password Flag", "password_flag")
    .at("3.1.2.9", Part::VariableHeader)
    .bits(6, 6)
    .filter("mqtt.conflag.passwd")
    .about("Whether the payload has a Password.")
    .explain(|value| match value.number() {
        0 => "No Password in the payload.".into(),
        _ => "The payload ends with a Password. It needs the User Name Flag as well.".into(),
    });

static WILL_RETAIN: Field = Field::new("Will Retain", "will_retain")
    .at("3.1.2.7", Part::VariableHeader)
    .bits(5, 5)
    .filter("mqtt.conflag.retain")
    .about("Whether the will is published as a retained message.")
    .explain(|value| match value.number() {
        0 => "A will is published as an ordinary message; without a will this bit has to be 0."
            .into(),
        _ => "The will is kept when it is published: later subscribers see it too.".into(),
    });

static WILL_QOS: Field = Field::new("Will QoS", "will_qos")
    .at("3.1.2.6", Part::VariableHeader)
    .bits(4, 3)
    .filter("mqtt.conflag.qos")
    .about("The QoS at which the will is published.")
    .explain(|value| match value.number() {
        0 => "A will is published at QoS 0; without a will these bits have to be 0.".into(),
        1 => "The will is published at QoS 1.".into(),
        2 => "The will is published at QoS 2.".into(),
        _ => "3 is no QoS: the server hangs up.".into(),
    });

static WILL_FLAG: Field = Field::new("Will Flag", "will_flag")
    .at("3.1.2.5", Part::VariableHeader)
    .bits(2, 2)
    .filter("mqtt.conflag.willflag")
    .about("Whether the client leaves a will.")
    .explain(|value| match value.number() {
        0 => "No will: if the client vanishes, the server publishes nothing.".into(),
        _ => "The payload has a will, which the server publishes if the client goes without a \
              DISCONNECT."
            .into(),
    });

static CLEAN_SESSION: Field = Field::new("Clean Session", "clean_session")
    .at("3.1.2.4", Part::VariableHeader)
    .bits(1, 1)
    .filter("mqtt.conflag.cleansess")
    .about("Whether to forget what was before, and to forget this session at its end.")
    .explain(|value| match value.number() {
        0 => "The server keeps the session: subscriptions and unsent messages outlive the \
              connection. With 1 it would start from nothing."
            .into(),
        _ => "The server forgets what it knew of this client, and forgets this session when the \
              connection ends. With 0 it would keep it."
            .into(),
    });

static RESERVED: Field = Field::new("Reserved", "connect_flags_reserved")
    .at("3.1.2.3", Part::VariableHeader)
    .bits(0, 0)
    .filter("mqtt.conflag.reserved")
    .about("A bit that is kept for later versions, and 0.")
    .explain(|value| match value.number() {
        0 => "Kept for later versions: with 1 the server hangs up, without a CONNACK.".into(),
        _ => "Kept for later versions, and not 0: the server hangs up, without a CONNACK.".into(),
    });

static KEEP_ALIVE: Field = Field::new("Keep Alive", "keep_alive")
    .at("3.1.2.10", Part::VariableHeader)
    .filter("mqtt.kalive")
    .about("The longest time between two packets of the client, in seconds.")
    .symbol(|_| "s")
    .explain(|value| match value.number() {
        0 => "No limit: the server never drops the client for being silent.".into(),
        seconds => {
            let (limit, half) = (seconds * 3 / 2, if seconds % 2 == 1 { ".5" } else { "" });
            format!(
                "If nothing comes from the client for {limit}{half} s, one and a half times this, \
                 the server takes it for dead. 0 would switch that off."
            )
            .into()
        }
    });

static CLIENT_IDENTIFIER: Prefixed = Prefixed {
    length: Field::new("Client Identifier length", "client_identifier_length")
        .at("3.1.3.1", Part::Payload)
        .filter("mqtt.clientid_len")
        .about("How many bytes the Client Identifier has.")
        .explain(|value| explain::length(value, "Client Identifier")),
    content: Field::new("Client Identifier", "client_identifier")
        .at("3.1.3.1", Part::Payload)
        .filter("mqtt.clientid")
        .about("The name under which the server keeps the client's session.")
        .explain(|value| match value.size() {
            0 => "Empty: the server chooses a name. That goes with Clean Session 1 alone.".into(),
            _ => "The server keeps the session under this name. A second client of the same name \
                  would take the connection over."
                .into(),
        }),
    well_formed: Some(&rules::MQTT_3_1_3_4),
    shown_as_text: true,
};

static WILL_TOPIC: Prefixed = Prefixed {
    length: Field::new("Will Topic length", "will_topic_length")
        .at("3.1.3.2", Part::Payload)
        .filter("mqtt.willtopic_len")
        .about("How many bytes the Will Topic has.")
        .explain(|value| explain::length(value, "Will Topic")),
    content: Field::new("Will Topic", "will_topic")
        .at("3.1.3.2", Part::Payload)
        .filter("mqtt.willtopic")
        .about("Where the will is published.")
        .explain(|_| {
            "The server publishes the will here if the client goes without a DISCONNECT.".into()
        }),
    well_formed: Some(&rules::MQTT_3_1_3_10),
    shown_as_text: true,
};

static WILL_MESSAGE: Prefixed = Prefixed {
    length: Field::new("Will Message length", "will_message_length")
        .at("3.1.3.3", Part::Payload)
        .filter("mqtt.willmsg_len")
        .about("How many bytes the Will Message has.")
        .explain(|value| explain::length(value, "Will Message")),
    content: Field::new("Will Message", "will_message")
        .at("3.1.3.3", Part::Payload)
        .filter("mqtt.willmsg")
        .about("What is published; any bytes.")
        .explain(|value| match value.size() {
            0 => "An empty message.".into(),
            _ => "Published as it stands, without the two bytes of length before it.".into(),
        }),
    well_formed: None,
    shown_as_text: false,
};

static USER_NAME: Prefixed = Prefixed {
    length: Field::new("User Name length", "user_name_length")
        .at("3.1.3.4", Part::Payload)
        .filter("mqtt.username_len")
        .about("How many bytes the User Name has.")
        .explain(|value| explain::length(value, "User Name")),
    content: Field::new("User Name", "user_name")
        .at("3.1.3.4", Part::Payload)
        .filter("mqtt.username")
        .about("Who the client says it is.")
        .explain(|_| "In clear text: without TLS, anybody on the way can read it.".into()),
    well_formed: Some(&rules::MQTT_3_1_3_11),
    shown_as_text: true,
};

static PASSWORD: Prefixed = Prefixed {
    length: Field::new("Password length", "password_length")
        .at("3.1.3.5", Part::Payload)
        .filter("mqtt.passwd_len")
        .about("How many bytes the Password has.")
        .explain(|value| explain::length(value, "Password")),
    content: Field::new("Password", "password")
        .at("3.1.3.5", Part::Payload)
        .filter("mqtt.passwd")
        .about("What the client proves it with; any bytes.")
        .explain(|_| "In clear text: without TLS, anybody on the way can read it.".into()),
    well_formed: None,
    shown_as_text: true,
};

static FOREIGN: Field = Field::new("Rest of the CONNECT", "foreign_connect")
    .at("3.1.2.2", Part::VariableHeader)
    .about("What follows in a protocol version that the lab does not speak.")
    .explain(|_| "Its layout belongs to that version: the lab does not guess.".into());
