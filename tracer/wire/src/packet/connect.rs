//! CONNECT (MQTT 3.1.1 §3.1): a client asks for a connection. The same layout serves MQTT 3.1, whose
//! CONNECT differs in its Protocol Name and Protocol Level alone.

mod fields;

use bytes::Bytes;

use super::Packet;
use super::header::{self, PacketType};
use crate::qos::Qos;
use crate::rule::Rule;
use crate::rules;
use crate::text::Text;
use crate::topic::TopicName;
use crate::version::Version;
use crate::walk::{Condition, Walk, placeholder};

use fields::{
    CLEAN_SESSION, CLIENT_IDENTIFIER, CONNECT_FLAGS, FOREIGN, KEEP_ALIVE, PASSWORD, PASSWORD_FLAG,
    PROTOCOL_LEVEL, PROTOCOL_NAME, RESERVED, USER_NAME, USER_NAME_FLAG, WILL_FLAG, WILL_MESSAGE,
    WILL_QOS, WILL_RETAIN, WILL_TOPIC,
};

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

impl ForeignConnect {
    /// The version that the client asks for if it says by the highest bit of the Protocol Level that it is
    /// a bridge: an agreement among brokers, first of mosquitto (`try_private`), and in no standard. A
    /// server that does not know of it answers with CONNACK code 1 (`[MQTT-3.1.2-2]`), and the bridge asks
    /// again without.
    pub fn of_bridge(&self) -> Option<Version> {
        Version::of_bridge(&self.protocol_name, self.protocol_level)
    }

    /// Whether the client asks for MQTT 5.
    pub fn is_version_5(&self) -> bool {
        let (name, level) = (Version::V5.protocol_name(), Version::V5.protocol_level());
        self.protocol_name.as_str() == name && self.protocol_level == level
    }
}

/// The walk of both kinds of CONNECT: which one it is, is known behind the Protocol Level. `start` has
/// what stands up to there, `connect` what follows if the lab speaks the version.
#[inline]
pub(super) fn walk<W: Walk>(
    w: &mut W,
    start: &ForeignConnect,
    connect: &Connect,
) -> Result<Packet, W::Error> {
    walk_as(w, start, connect, Version::of)
}

/// The same where the Protocol Level of a version that the lab speaks has the mark of a bridge, for the
/// decoder.
pub(super) fn walk_bridge<W: Walk>(w: &mut W) -> Result<Packet, W::Error> {
    let version = Version::default();
    let (start, connect) = (ForeignConnect::start(version), Connect::placeholder(version));
    walk_as(w, &start, &connect, Version::of_bridge)
}

/// The walk of both: `version_of` tells which version a Protocol Name and a Protocol Level stand for, if the
/// lab speaks it.
#[inline]
fn walk_as<W: Walk>(
    w: &mut W,
    start: &ForeignConnect,
    connect: &Connect,
    version_of: impl Fn(&str, u8) -> Option<Version>,
) -> Result<Packet, W::Error> {
    header::walk(w, PacketType::Connect)?;
    w.framed(|w| {
        let protocol_name = w.text(&PROTOCOL_NAME, &start.protocol_name)?;
        let protocol_level = w.u8(&PROTOCOL_LEVEL, start.protocol_level)?;
        if let Some(version) = version_of(&protocol_name, protocol_level) {
            return connect.walk(w, version).map(Packet::from);
        }
        let rest = w.rest(&FOREIGN, &start.rest)?;
        Ok(Packet::ForeignConnect(ForeignConnect { protocol_name, protocol_level, rest }))
    })
}

impl Connect {
    /// What follows the Protocol Level.
    fn walk<W: Walk>(&self, w: &mut W, version: Version) -> Result<Self, W::Error> {
        let flags = w.group(&CONNECT_FLAGS, self.flags())?;
        check_flags(w, flags)?;
        let keep_alive = w.u16(&KEEP_ALIVE, self.keep_alive)?;
        let client_identifier = w.when(
            &condition(true, "", &rules::MQTT_3_1_3_3, None),
            Some(&self.client_identifier),
            |w, text| w.text(&CLIENT_IDENTIFIER, text),
        )?;
        let has_will = will_present(WILL_FLAG.is_set(flags));
        let will = w.when(&has_will, self.will.as_ref(), |w, will| will.walk(w, flags))?;
        let has_user_name = condition(
            USER_NAME_FLAG.is_set(flags),
            "User Name Flag is 1",
            &rules::MQTT_3_1_2_19,
            Some(&rules::MQTT_3_1_2_18),
        );
        let credentials =
            w.when(&has_user_name, self.credentials.as_ref(), |w, it| it.walk(w, flags))?;
        w.end(match (USER_NAME_FLAG.is_set(flags), PASSWORD_FLAG.is_set(flags)) {
            (false, _) => &rules::MQTT_3_1_2_18,
            (true, false) => &rules::MQTT_3_1_2_20,
            (true, true) => &rules::MQTT_3_1_4_1,
        })?;
        Ok(Self {
            version,
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
    fn walk<W: Walk>(&self, w: &mut W, flags: u8) -> Result<Self, W::Error> {
        let rules = [&rules::MQTT_4_7_1_1, &rules::MQTT_4_7_3_1];
        let topic = w.topic(&WILL_TOPIC, &rules, &self.topic)?;
        let message = w.when(&will_present(true), Some(&self.message), |w, bytes| {
            w.binary(&WILL_MESSAGE, bytes)
        })?;
        Ok(Self {
            topic,
            message: message.unwrap_or_default(),
            qos: Qos::new(WILL_QOS.get(flags)).unwrap_or_default(),
            retain: WILL_RETAIN.is_set(flags),
        })
    }
}

impl Credentials {
    fn walk<W: Walk>(&self, w: &mut W, flags: u8) -> Result<Self, W::Error> {
        let user_name = w.text(&USER_NAME, &self.user_name)?;
        let has_password = condition(
            PASSWORD_FLAG.is_set(flags),
            "Password Flag is 1",
            &rules::MQTT_3_1_2_21,
            Some(&rules::MQTT_3_1_2_20),
        );
        let password =
            w.when(&has_password, self.password.as_ref(), |w, it| w.binary(&PASSWORD, it))?;
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

/// Will Topic and Will Message are there together.
fn will_present(holds: bool) -> Condition {
    condition(holds, "Will Flag is 1", &rules::MQTT_3_1_2_9, Some(&rules::MQTT_3_1_2_11))
}

fn condition(
    holds: bool,
    words: &'static str,
    missing: &'static Rule,
    surplus: Option<&'static Rule>,
) -> Condition {
    Condition { holds, words, missing, surplus }
}

placeholder!(
    Will,
    Will { topic: TopicName::EMPTY, message: Bytes::new(), qos: Qos::AtMostOnce, retain: false }
);
placeholder!(Credentials, Credentials { user_name: Text::EMPTY, password: None });
