//! The fourteen packets as subcommands, each with its fields as options.

use bytes::Bytes;
use clap::{Args, Subcommand};
use tracer::craft::written_bytes;
use wire::PacketIdentifier;

/// The packet that is made.
#[derive(Subcommand)]
pub(super) enum Packet {
    /// A client asks for a connection
    Connect(Connect),
    /// The server's answer to CONNECT
    Connack(Connack),
    /// A message, in either direction
    Publish(Publish),
    /// The answer to a PUBLISH at QoS 1
    Puback(Identified),
    /// The first answer to a PUBLISH at QoS 2
    Pubrec(Identified),
    /// The answer to PUBREC
    Pubrel(Identified),
    /// The answer to PUBREL
    Pubcomp(Identified),
    /// A client asks for messages
    Subscribe(Subscribe),
    /// The server's answer to SUBSCRIBE
    Suback(Suback),
    /// A client wants no more of them
    Unsubscribe(Unsubscribe),
    /// The server's answer to UNSUBSCRIBE
    Unsuback(Identified),
    /// A client shows that it is there
    Pingreq,
    /// The server's answer to PINGREQ
    Pingresp,
    /// A client takes its leave
    Disconnect,
}

#[derive(Args)]
pub(super) struct Connect {
    /// 4 is MQTT 3.1.1, 3 is MQTT 3.1; for others use --set mqtt.ver
    #[arg(long, value_name = "LEVEL", default_value = "4")]
    pub(super) protocol_level: u8,
    /// 1 forgets the session when the connection ends, 0 keeps it
    #[arg(long, value_name = "0|1", default_value = "1", value_parser = bit)]
    pub(super) clean_session: Bit,
    /// Seconds; 0 for no limit
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub(super) keep_alive: u16,
    /// The name under which the server keeps the session
    #[arg(long, value_name = "TEXT", default_value = "tracer-craft")]
    pub(super) client_identifier: String,
    /// Where the will is published; without it there is none
    #[arg(long, value_name = "TOPIC")]
    pub(super) will_topic: Option<String>,
    /// The will's message
    #[arg(long, value_name = "TEXT|hex:…", default_value = "", requires = "will_topic", value_parser = written)]
    pub(super) will_message: Bytes,
    /// The QoS at which the will is published
    #[arg(long, value_name = "0|1|2", default_value = "0", requires = "will_topic")]
    pub(super) will_qos: u8,
    /// Keep the will for later subscribers
    #[arg(long, requires = "will_topic")]
    pub(super) will_retain: bool,
    /// Who the client says it is
    #[arg(long, value_name = "TEXT")]
    pub(super) user_name: Option<String>,
    /// The password
    #[arg(long, value_name = "TEXT|hex:…", requires = "user_name", value_parser = written)]
    pub(super) password: Option<Bytes>,
}

#[derive(Args)]
pub(super) struct Connack {
    /// Whether the server kept a session of this client
    #[arg(long, value_name = "0|1", default_value = "0", value_parser = bit)]
    pub(super) session_present: Bit,
    /// 0 lets the client in
    #[arg(long, visible_alias = "return-code", value_name = "CODE", default_value = "0")]
    pub(super) connect_return_code: u8,
}

#[derive(Args)]
pub(super) struct Publish {
    /// The packet was sent before
    #[arg(long)]
    pub(super) dup: bool,
    /// How hard the two ends of this leg try
    #[arg(long, value_name = "0|1|2", default_value = "0")]
    pub(super) qos: u8,
    /// Keep the message for later subscribers
    #[arg(long)]
    pub(super) retain: bool,
    /// The label of the message
    #[arg(long, visible_alias = "topic-name", value_name = "TOPIC")]
    pub(super) topic: String,
    /// Above QoS 0: the number that the acknowledgement repeats
    #[arg(long, visible_alias = "identifier", value_name = "NUMBER", default_value = "1", value_parser = identifier)]
    pub(super) packet_identifier: PacketIdentifier,
    /// The message
    #[arg(long, visible_alias = "application-message", value_name = "TEXT|hex:…", default_value = "", value_parser = written)]
    pub(super) payload: Bytes,
}

#[derive(Args)]
pub(super) struct Identified {
    /// The number of the packet that is answered
    #[arg(long, visible_alias = "identifier", value_name = "NUMBER", default_value = "1", value_parser = identifier)]
    pub(super) packet_identifier: PacketIdentifier,
}

#[derive(Args)]
pub(super) struct Subscribe {
    /// The number that SUBACK repeats
    #[arg(long, visible_alias = "identifier", value_name = "NUMBER", default_value = "1", value_parser = identifier)]
    pub(super) packet_identifier: PacketIdentifier,
    /// What is asked for; once or more
    #[arg(long, value_name = "FILTER", required = true)]
    pub(super) topic_filter: Vec<String>,
    /// The QoS that is asked for, for each filter in turn; the last one goes for the rest
    #[arg(long, visible_alias = "qos", value_name = "0|1|2")]
    pub(super) requested_qos: Vec<u8>,
}

#[derive(Args)]
pub(super) struct Suback {
    /// The number of the SUBSCRIBE
    #[arg(long, visible_alias = "identifier", value_name = "NUMBER", default_value = "1", value_parser = identifier)]
    pub(super) packet_identifier: PacketIdentifier,
    /// The answer to each filter: the QoS granted, or 128
    #[arg(long, value_name = "0|1|2|128", default_value = "0")]
    pub(super) return_code: Vec<u8>,
}

#[derive(Args)]
pub(super) struct Unsubscribe {
    /// The number that UNSUBACK repeats
    #[arg(long, visible_alias = "identifier", value_name = "NUMBER", default_value = "1", value_parser = identifier)]
    pub(super) packet_identifier: PacketIdentifier,
    /// What is given up; once or more
    #[arg(long, value_name = "FILTER", required = true)]
    pub(super) topic_filter: Vec<String>,
}

/// A flag that is said as the bit that it is.
#[derive(Clone, Copy)]
pub(super) struct Bit(pub(super) bool);

fn bit(text: &str) -> Result<Bit, String> {
    match text {
        "0" => Ok(Bit(false)),
        "1" => Ok(Bit(true)),
        _ => Err("a flag is one bit: 0 or 1".to_owned()),
    }
}

fn identifier(text: &str) -> Result<PacketIdentifier, String> {
    text.parse().ok().and_then(PacketIdentifier::new).ok_or_else(|| {
        let rule = &wire::rules::MQTT_2_3_1_1;
        format!(
            "a Packet Identifier is 1 to 65535: {} {rule}; for 0 use --set packet_identifier=0",
            rule.sentence
        )
    })
}

fn written(text: &str) -> Result<Bytes, String> {
    written_bytes(text).map_err(|error| error.to_string())
}
