//! The options that all of them share: where to connect, what CONNECT says, who looks on.

use std::net::SocketAddr;
use std::num::NonZeroU16;

use clap::{ArgAction, Args, ValueEnum};
use client::{ConnectError, Options};
use client_core::Configuration;
use tracer::output::{Failure, OutputOptions, address};
use wire::{Credentials, Qos, Text, TextError, TopicName, Version, Will};

use super::security::TlsOptions;

/// Where to connect, and what to say there.
#[derive(Args)]
pub(super) struct ConnectionOptions {
    /// The server's name or address
    #[arg(short = 'h', long, value_name = "HOST", default_value = "127.0.0.1")]
    host: String,
    /// The server's port [default: 1883, over TLS 8883]
    #[arg(short, long, value_name = "PORT")]
    port: Option<u16>,
    /// The Client Identifier [default: one of the client's own making]
    #[arg(short = 'i', long = "id", value_name = "NAME")]
    client_identifier: Option<String>,
    /// Ask the server to keep the session: Clean Session 0. Needs -i
    #[arg(short = 'c', long = "disable-clean-session", requires = "client_identifier")]
    kept_session: bool,
    /// The Keep Alive in seconds: 0 to 65535, 0 for none
    #[arg(short, long, value_name = "SECONDS", default_value_t = 60)]
    keepalive: u16,
    /// How many messages at QoS 1 and 2 may be on their way without an acknowledgement: 1 to 65535
    #[arg(
        short = 'M', long = "max-inflight", value_name = "NUMBER",
        default_value_t = NonZeroU16::MIN.saturating_add(19)
    )]
    pub(super) in_flight: NonZeroU16,
    /// The User Name
    #[arg(short, long, value_name = "NAME")]
    username: Option<String>,
    /// The Password; without TLS anybody on the way can read it
    #[arg(short = 'P', long = "pw", value_name = "PASSWORD", requires = "username")]
    password: Option<String>,
    /// The version of MQTT
    #[arg(short = 'V', long, value_name = "VERSION", default_value = "mqttv311")]
    protocol_version: ProtocolVersion,
    /// The will: what the server publishes if this client goes without a DISCONNECT
    #[arg(long, value_name = "TOPIC", help_heading = "Will")]
    will_topic: Option<String>,
    /// The message of the will
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        help_heading = "Will"
    )]
    will_payload: String,
    /// The QoS of the will: 0, 1 or 2
    #[arg(long, value_name = "QOS", default_value = "0", value_parser = qos, help_heading = "Will")]
    will_qos: Qos,
    /// Have the will retained
    #[arg(long, requires = "will_topic", help_heading = "Will")]
    will_retain: bool,
    #[command(flatten)]
    tls: TlsOptions,
    /// Show every packet on standard error; with --detail line a line for each
    #[arg(short = 'd', long = "debug", visible_alias = "trace", help_heading = "Trace")]
    pub(super) debug: bool,
    /// Stream every packet to a tracer that listens there
    #[arg(long, value_name = "ADDRESS", value_parser = address, help_heading = "Trace")]
    pub(super) trace_to: Option<SocketAddr>,
    #[command(flatten)]
    pub(super) output: OutputOptions,
    /// Print help
    #[arg(long, action = ArgAction::Help)]
    help: Option<bool>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProtocolVersion {
    #[value(name = "mqttv31", aliases = ["31", "3.1"])]
    V3_1,
    #[value(name = "mqttv311", aliases = ["311", "3.1.1"])]
    V3_1_1,
}

impl ConnectionOptions {
    /// What a [`client::Client`] is told, but for the tap and the reconnecting.
    pub(super) fn options(&self) -> Result<Options, Failure> {
        let identifier = self.client_identifier.clone().unwrap_or_else(made_up);
        let identifier = text("-i", &identifier)?;
        let port = self.port.unwrap_or_else(|| self.tls.port());
        let mut options = Options::new(&self.host, port, identifier);
        self.tls.apply(&mut options)?;
        let credentials = self.username.as_ref().map(|name| self.credentials(name)).transpose()?;
        let will = self.will_topic.as_ref().map(|topic| self.will(topic)).transpose()?;
        options.configuration = Configuration {
            version: match self.protocol_version {
                ProtocolVersion::V3_1 => Version::V3_1,
                ProtocolVersion::V3_1_1 => Version::V3_1_1,
            },
            clean_session: !self.kept_session,
            keep_alive: self.keepalive,
            in_flight: self.in_flight,
            credentials,
            will,
            ..options.configuration
        };
        if options.configuration.is_nameless_session() {
            return Err(Failure::Usage(format!(
                "-i '' with -c: {}",
                ConnectError::NamelessSession
            )));
        }
        Ok(options)
    }

    fn credentials(&self, user_name: &str) -> Result<Credentials, Failure> {
        let password = self.password.as_ref().map(|password| password.clone().into());
        Ok(Credentials { user_name: text("-u", user_name)?, password })
    }

    fn will(&self, topic: &str) -> Result<Will, Failure> {
        let topic =
            TopicName::new(topic.to_owned()).map_err(|e| unfit("--will-topic", topic, &e))?;
        let message = self.will_payload.clone().into();
        Ok(Will { topic, message, qos: self.will_qos, retain: self.will_retain })
    }
}

/// A Client Identifier that no other client of this machine has: its process number is in it.
fn made_up() -> String {
    format!("lab-{}", std::process::id())
}

fn text(option: &str, text: &str) -> Result<Text, Failure> {
    Text::new(text.to_owned()).map_err(|error| unfit(option, text, &error))
}

/// A text that an option cannot take: the rule that it breaks.
pub(super) fn unfit(option: &str, text: &str, error: &TextError) -> Failure {
    Failure::Usage(format!("{option} '{text}': {error}"))
}

/// A QoS as an option has it.
pub(super) fn qos(level: &str) -> Result<Qos, String> {
    let level = level.parse().ok().and_then(Qos::new);
    level.ok_or_else(|| "a QoS is 0, 1 or 2".to_owned())
}
