//! The options on which packets are shown.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tracer::Filter;
use tracer::output::Failure;
use wire::{PacketType, TopicFilter};

/// What is shown of a conversation: all that passes each of these.
#[derive(Args)]
pub(super) struct Selection {
    /// Show only packets for which this holds: 'mqtt.msgtype == PUBLISH && mqtt.qos > 0'
    ///
    /// The names are Wireshark's, as the dump shows them in its last column, and
    /// client, from, to, type, stream, number, size, malformed. A question is one of
    ///
    ///   mqtt.qos > 0                      also == != < <= >= ; 0x01 for hex, 68:69 for bytes
    ///   mqtt.topic contains "kitchen"     text stands in quotes
    ///   mqtt.topic matches "^home/.*r$"   a regular expression; case does not matter
    ///   mqtt.willtopic                    the packet has this field
    ///   len(mqtt.msg) > 100               how many bytes a field has
    ///
    /// and !, &&, || and parentheses combine them.
    #[arg(long, value_name = "FILTER", verbatim_doc_comment)]
    filter: Option<String>,
    /// Show only what this client says and is told; give it several times for several clients
    #[arg(long, value_name = "NAME")]
    client: Vec<String>,
    /// Show only packets with a topic that matches this Topic Filter: home/+/door, home/#
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// Show only packets of this type: publish, connect,connack
    #[arg(
        long = "type",
        value_name = "TYPE",
        value_delimiter = ',',
        ignore_case = true,
        hide_possible_values = true,
        value_parser = PossibleValuesParser::new(PacketType::ALL.map(PacketType::name))
            .map(|name| packet_type(&name))
    )]
    packet_type: Vec<Option<PacketType>>,
}

impl Selection {
    /// The filter that these options make up.
    pub(super) fn filter(&self) -> Result<Filter, Failure> {
        let mut filter = match &self.filter {
            Some(text) => text.parse().map_err(|error| Failure::Usage(format!("{error}")))?,
            None => Filter::default(),
        };
        let topics: Result<Vec<_>, _> = self.topic.iter().map(|text| topic_filter(text)).collect();
        filter = filter.and(Filter::clients(self.client.iter().map(String::as_str)));
        filter = filter.and(Filter::topics(topics?));
        Ok(filter.and(Filter::types(self.packet_type.iter().flatten().copied())))
    }
}

fn packet_type(name: &str) -> Option<PacketType> {
    PacketType::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(name))
}

fn topic_filter(text: &str) -> Result<TopicFilter, Failure> {
    TopicFilter::try_from(text).map_err(|error| {
        let rule = error.rule;
        let message =
            format!("--topic '{text}' is no Topic Filter: {} [{}]", rule.sentence, rule.id);
        Failure::Usage(message)
    })
}
