//! rumqttc as a peer: `rumqttc-peer pub …` and `rumqttc-peer sub …`, as `README.md` tells.
#![allow(clippy::print_stdout)] // that is what it is for

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, ValueEnum};
use rumqttc::{
    AsyncClient, ConnectionError, Event, EventLoop, LastWill, MqttOptions, Outgoing, Packet, QoS,
    TlsConfiguration, Transport,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// What it is asked to do.
#[derive(Parser)]
struct Asked {
    task: Task,
    #[arg(long)]
    port: u16,
    #[arg(long)]
    cafile: Option<PathBuf>,
    #[arg(long)]
    user: Option<String>,
    #[arg(long, default_value = "")]
    password: String,
    #[arg(long, default_value = "rumqttc")]
    id: String,
    #[arg(long)]
    keep: bool,
    #[arg(long)]
    will_topic: Option<String>,
    #[arg(long, default_value = "")]
    will_payload: String,
    #[arg(long)]
    topic: String,
    #[arg(long)]
    qos: u8,
    #[arg(long, default_value_t = 0)]
    count: u32,
    #[arg(long, default_value = "")]
    message: String,
    #[arg(long)]
    retain: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Task {
    Pub,
    Sub,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let asked = Asked::parse();
    let (client, events) = AsyncClient::new(options(&asked)?, 10);
    let done = match asked.task {
        Task::Pub => publish(&asked, &client, events).await,
        Task::Sub => subscribe(&asked, &client, events).await,
    };
    match done {
        Err(ConnectionError::ConnectionRefused(code)) => {
            println!("refused {}", code as u8);
            Ok(ExitCode::FAILURE)
        }
        done => Ok(done.map(|()| ExitCode::SUCCESS)?),
    }
}

/// The largest packet that it sends and takes, in bytes.
const LARGEST: usize = 1 << 20;

fn options(asked: &Asked) -> Result<MqttOptions, Box<dyn Error>> {
    let mut options = MqttOptions::new(&asked.id, "127.0.0.1", asked.port);
    options.set_clean_session(!asked.keep);
    options.set_max_packet_size(LARGEST, LARGEST); // by itself it takes 10 KiB
    if let Some(path) = &asked.cafile {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(path)?)?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        options
            .set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(Arc::new(config))));
    }
    if let Some(user) = &asked.user {
        options.set_credentials(user, &asked.password);
    }
    if let Some(topic) = &asked.will_topic {
        let payload = asked.will_payload.clone();
        options.set_last_will(LastWill::new(topic, payload, QoS::AtLeastOnce, false));
    }
    Ok(options)
}

fn qos(asked: &Asked) -> QoS {
    rumqttc::qos(asked.qos).unwrap_or(QoS::AtMostOnce)
}

/// Publishes, and takes leave when the broker has the message.
async fn publish(
    asked: &Asked,
    client: &AsyncClient,
    mut events: EventLoop,
) -> Result<(), ConnectionError> {
    loop {
        match events.poll().await? {
            Event::Incoming(Packet::ConnAck(_)) => {
                let message = asked.message.clone();
                let asking = client.publish(&asked.topic, qos(asked), asked.retain, message);
                asking.await.map_err(|_| ConnectionError::RequestsDone)?;
            }
            Event::Outgoing(Outgoing::Publish(_)) if asked.qos == 0 => leave(client).await?,
            Event::Incoming(Packet::PubAck(_) | Packet::PubComp(_)) => leave(client).await?,
            Event::Outgoing(Outgoing::Disconnect) => return Ok(()),
            _ => {}
        }
    }
}

/// Subscribes, prints what comes, and takes leave after as many messages as were asked for.
async fn subscribe(
    asked: &Asked,
    client: &AsyncClient,
    mut events: EventLoop,
) -> Result<(), ConnectionError> {
    let mut left = asked.count;
    loop {
        match events.poll().await? {
            Event::Incoming(Packet::ConnAck(connack)) => {
                println!("connected {}", u8::from(connack.session_present));
                let asking = client.subscribe(&asked.topic, qos(asked));
                asking.await.map_err(|_| ConnectionError::RequestsDone)?;
            }
            Event::Incoming(Packet::SubAck(_)) => {
                println!("ready");
                if left == 0 {
                    leave(client).await?;
                }
            }
            Event::Incoming(Packet::Publish(it)) => {
                let payload = String::from_utf8_lossy(&it.payload);
                println!("{} {} {payload} {}", u8::from(it.retain), it.topic, it.qos as u8);
                left = left.saturating_sub(1);
                if left == 0 {
                    leave(client).await?;
                }
            }
            Event::Outgoing(Outgoing::Disconnect) => return Ok(()),
            _ => {}
        }
    }
}

async fn leave(client: &AsyncClient) -> Result<(), ConnectionError> {
    client.disconnect().await.map_err(|_| ConnectionError::RequestsDone)
}
