//! From options to bytes: by the types of the packets, which hold no wrong value, and their encoder.

use bytes::Bytes;
use wire::{
    ConnectReturnCode, Credentials, Delivery, Disconnect, Pingreq, Pingresp, Puback, Pubcomp,
    Pubrec, Pubrel, Qos, SubackReturnCode, Subscription, Text, TextError, TopicFilter, TopicName,
    Unsuback, Version, Will,
};

use super::options::{Connack, Connect, Packet, Publish, Suback, Subscribe, Unsubscribe};

impl Packet {
    /// The packet's bytes; an error is a sentence on what the options ask for in vain.
    pub(super) fn bytes(&self) -> Result<Bytes, String> {
        let packet: wire::Packet = match self {
            Self::Connect(connect) => connect.packet()?.into(),
            Self::Connack(connack) => connack.packet().into(),
            Self::Publish(publish) => publish.packet()?.into(),
            Self::Puback(of) => Puback { packet_identifier: of.packet_identifier }.into(),
            Self::Pubrec(of) => Pubrec { packet_identifier: of.packet_identifier }.into(),
            Self::Pubrel(of) => Pubrel { packet_identifier: of.packet_identifier }.into(),
            Self::Pubcomp(of) => Pubcomp { packet_identifier: of.packet_identifier }.into(),
            Self::Subscribe(subscribe) => subscribe.packet()?.into(),
            Self::Suback(suback) => suback.packet()?.into(),
            Self::Unsubscribe(unsubscribe) => unsubscribe.packet()?.into(),
            Self::Unsuback(of) => Unsuback { packet_identifier: of.packet_identifier }.into(),
            Self::Pingreq => Pingreq.into(),
            Self::Pingresp => Pingresp.into(),
            Self::Disconnect => Disconnect.into(),
        };
        packet.to_bytes().map_err(|error| error.to_string())
    }
}

impl Connect {
    fn packet(&self) -> Result<wire::Connect, String> {
        let is_asked = |version: &Version| version.protocol_level() == self.protocol_level;
        let version = Version::ALL.into_iter().find(is_asked).ok_or_else(|| {
            let level = self.protocol_level;
            format!(
                "the Protocol Level is 3 or 4 here; for {level} use --set mqtt.ver={level}, and \
                 what follows stays that of MQTT 3.1.1"
            )
        })?;
        Ok(wire::Connect {
            version,
            clean_session: self.clean_session.0,
            keep_alive: self.keep_alive,
            client_identifier: text(&self.client_identifier, "client_identifier")?,
            will: self.will()?,
            credentials: self.credentials()?,
        })
    }

    fn will(&self) -> Result<Option<Will>, String> {
        let Some(topic) = &self.will_topic else { return Ok(None) };
        let topic = topic_name(topic, "will_topic")?;
        let qos = qos(self.will_qos, "will_qos")?;
        Ok(Some(Will { topic, message: self.will_message.clone(), qos, retain: self.will_retain }))
    }

    fn credentials(&self) -> Result<Option<Credentials>, String> {
        let Some(user_name) = &self.user_name else { return Ok(None) };
        let user_name = text(user_name, "user_name")?;
        Ok(Some(Credentials { user_name, password: self.password.clone() }))
    }
}

impl Connack {
    fn packet(&self) -> wire::Connack {
        wire::Connack {
            session_present: self.session_present.0,
            return_code: ConnectReturnCode(self.connect_return_code),
        }
    }
}

impl Publish {
    fn packet(&self) -> Result<wire::Publish, String> {
        let qos = qos(self.qos, "qos")?;
        if self.dup && qos == Qos::AtMostOnce {
            return Err(refused(wire::rules::MQTT_3_3_1_2.sentence, "--dup", "dup=1"));
        }
        let delivery = Delivery::new(qos, Some(self.packet_identifier), self.dup);
        Ok(wire::Publish {
            delivery: delivery.unwrap_or(Delivery::AtMostOnce), // it has an identifier
            retain: self.retain,
            topic: topic_name(&self.topic, "topic_name")?,
            payload: self.payload.clone(),
        })
    }
}

impl Subscribe {
    fn packet(&self) -> Result<wire::Subscribe, String> {
        let last = self.requested_qos.last().copied().unwrap_or(0);
        let levels = self.requested_qos.iter().copied().chain(std::iter::repeat(last));
        let subscriptions: Result<Vec<_>, String> = self
            .topic_filter
            .iter()
            .zip(levels)
            .map(|(filter, level)| {
                let requested_qos = qos(level, "requested_qos_level")?;
                Ok(Subscription { topic_filter: topic_filter(filter)?, requested_qos })
            })
            .collect();
        let packet_identifier = self.packet_identifier;
        Ok(wire::Subscribe { packet_identifier, subscriptions: subscriptions? })
    }
}

impl Suback {
    fn packet(&self) -> Result<wire::Suback, String> {
        let code = |&code: &u8| {
            let rule = &wire::rules::MQTT_3_9_3_2;
            SubackReturnCode::new(code).ok_or_else(|| {
                refused(rule.sentence, &code.to_string(), &format!("return_code={code}"))
            })
        };
        let return_codes: Result<Vec<_>, String> = self.return_code.iter().map(code).collect();
        Ok(wire::Suback { packet_identifier: self.packet_identifier, return_codes: return_codes? })
    }
}

impl Unsubscribe {
    fn packet(&self) -> Result<wire::Unsubscribe, String> {
        let filters: Result<Vec<_>, String> =
            self.topic_filter.iter().map(|filter| topic_filter(filter)).collect();
        let packet_identifier = self.packet_identifier;
        Ok(wire::Unsubscribe { packet_identifier, topic_filters: filters? })
    }
}

fn text(written: &str, field: &str) -> Result<Text, String> {
    Text::try_from(written).map_err(unfit(written, field))
}

fn topic_name(written: &str, field: &str) -> Result<TopicName, String> {
    TopicName::try_from(written).map_err(unfit(written, field))
}

fn topic_filter(written: &str) -> Result<TopicFilter, String> {
    TopicFilter::try_from(written).map_err(unfit(written, "topic_filter"))
}

fn unfit(written: &str, field: &str) -> impl FnOnce(TextError) -> String {
    move |error| refused(&error.to_string(), written, &format!("{field}={written}"))
}

fn qos(level: u8, field: &str) -> Result<Qos, String> {
    Qos::new(level).ok_or_else(|| {
        let rule = &wire::rules::MQTT_3_3_1_4;
        refused(rule.sentence, &level.to_string(), &format!("{field}={level}"))
    })
}

/// What the options refuse, and how it is made all the same.
fn refused(rule: &str, written: &str, change: &str) -> String {
    format!("'{written}': {rule}; give another value here, and break it with --set '{change}'")
}
