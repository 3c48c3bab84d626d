//! The fields of CONNECT, in the order of the wire (MQTT 3.1.1 §3.1): what each one is called, where the
//! standard defines it, and what its values mean. Which of them are there, the walk knows.

use crate::explain;
use crate::field::{Field, Group, Part, Prefixed, Value};
use crate::rules;

pub(super) static PROTOCOL_NAME: Prefixed = Prefixed {
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

pub(super) static PROTOCOL_LEVEL: Field = Field::new("Protocol Level", "protocol_level")
    .at("3.1.2.2", Part::VariableHeader)
    .filter("mqtt.ver")
    .about("The version of the protocol.")
    .symbol(|number| match number {
        3 => "= MQTT 3.1",
        4 => "= MQTT 3.1.1",
        5 => "= MQTT 5.0",
        0x83 => "= 3.1, a bridge",
        0x84 => "= 3.1.1, a bridge",
        _ => "",
    })
    .explain(|value| match value.number() {
        3 => "The client speaks MQTT 3.1, of 2010; 4 would be 3.1.1.".into(),
        4 => "The client speaks MQTT 3.1.1. A server that does not know the level answers CONNACK \
              code 1."
            .into(),
        0x83 | 0x84 => "With the highest bit set: a bridge, as mosquitto marks one, in no standard. A server \
                        that does not know the mark answers CONNACK code 1, and the bridge asks again without."
            .into(),
        _ => "A level that the lab does not speak: a server answers CONNACK code 1.".into(),
    });

pub(super) static CONNECT_FLAGS: Group = Group {
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

pub(super) static USER_NAME_FLAG: Field = Field::new("User Name Flag", "user_name_flag")
    .at("3.1.2.8", Part::VariableHeader)
    .bits(7, 7)
    .filter("mqtt.conflag.uname")
    .about("Whether the payload has a User Name.")
    .explain(|value| match value.number() {
        0 => "No User Name in the payload: the client does not say who it is.".into(),
        _ => "The payload has a User Name, behind the Client Identifier and the will.".into(),
    });

pub(super) static PASSWORD_FLAG: Field = Field::new("Password Flag", "password_flag")
    .at("3.1.2.9", Part::VariableHeader)
    .bits(6, 6)
    .filter("mqtt.conflag.passwd")
    .about("Whether the payload has a Password.")
    .explain(|value| match value.number() {
        0 => "No Password in the payload.".into(),
        _ => "The payload ends with a Password. It needs the User Name Flag as well.".into(),
    });

pub(super) static WILL_RETAIN: Field = Field::new("Will Retain", "will_retain")
    .at("3.1.2.7", Part::VariableHeader)
    .bits(5, 5)
    .filter("mqtt.conflag.retain")
    .about("Whether the will is published as a retained message.")
    .explain(|value| match value.number() {
        0 => "A will is published as an ordinary message; without a will this bit has to be 0."
            .into(),
        _ => "The will is kept when it is published: later subscribers see it too.".into(),
    });

pub(super) static WILL_QOS: Field = Field::new("Will QoS", "will_qos")
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

pub(super) static WILL_FLAG: Field = Field::new("Will Flag", "will_flag")
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

pub(super) static CLEAN_SESSION: Field = Field::new("Clean Session", "clean_session")
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

pub(super) static RESERVED: Field = Field::new("Reserved", "connect_flags_reserved")
    .at("3.1.2.3", Part::VariableHeader)
    .bits(0, 0)
    .filter("mqtt.conflag.reserved")
    .about("A bit that is kept for later versions, and 0.")
    .explain(|value| match value.number() {
        0 => "Kept for later versions: with 1 the server hangs up, without a CONNACK.".into(),
        _ => "Kept for later versions, and not 0: the server hangs up, without a CONNACK.".into(),
    });

pub(super) static KEEP_ALIVE: Field = Field::new("Keep Alive", "keep_alive")
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

pub(super) static CLIENT_IDENTIFIER: Prefixed = Prefixed {
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

pub(super) static WILL_TOPIC: Prefixed = Prefixed {
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

pub(super) static WILL_MESSAGE: Prefixed = Prefixed {
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

pub(super) static USER_NAME: Prefixed = Prefixed {
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

pub(super) static PASSWORD: Prefixed = Prefixed {
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

pub(super) static FOREIGN: Field = Field::new("Rest of the CONNECT", "foreign_connect")
    .at("3.1.2.2", Part::VariableHeader)
    .about("What follows in a protocol version that the lab does not speak.")
    .explain(|_| "Its layout belongs to that version: the lab does not guess.".into());
