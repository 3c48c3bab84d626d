//! *Flip a bit*: a packet of a scenario, with one bit changed, sent to a live broker.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Form, State};
use broker::{Server, Settings};
use bytes::Bytes;
use tap::{Collector, Direction};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tracer::probe::Probe;
use wire::PacketType;

use super::Site;
use super::run::Sent;
use super::stream::{Answer, Pen, Refusal, answer};
use crate::compare::Change;
use crate::play::{Ear, Passed, Played};

/// For how long the broker's answer is awaited. It takes no more than a moment, if it comes.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) async fn flip(State(site): State<Site>, Form(sent): Sent) -> Result<Answer, Refusal> {
    let number = |key: &str| {
        let text = sent.get(key).map_or("", String::as_str);
        text.parse::<u64>().map_err(|_| Refusal::wrong(format!("'{text}' is no {key}")))
    };
    let scenario = sent.get("scenario").map_or("", String::as_str);
    let played = Played::of(scenario).map_err(Refusal::wrong)?;
    let (wanted, byte, bit) = (number("number")?, number("byte")?, number("bit")?);
    let passed = played
        .packets()
        .find(|passed| passed.number == wanted && passed.direction == Direction::ToServer)
        .ok_or_else(|| Refusal::wrong("the scenario sends no such packet to the broker"))?;
    let place = usize::try_from(byte).ok().zip(u8::try_from(bit).ok());
    let flipped = place
        .and_then(|(byte, bit)| wire::flip(&passed.bytes, byte, bit))
        .ok_or_else(|| Refusal::wrong("the packet has no such bit"))?;
    let connect = connect_before(&played, passed);
    answer(site.turn()?, move |pen| {
        if let Err(error) = send(pen, connect, flipped) {
            pen.failed(&error.to_string());
        }
    })
}

/// The CONNECT that its client sent before this packet; `None` if the packet is one itself.
fn connect_before(played: &Played, passed: &Passed) -> Option<Bytes> {
    if passed.packet_type() == Some(PacketType::Connect) {
        return None;
    }
    let of_stream = |other: &&Passed| other.stream == passed.stream;
    played.packets().find(of_stream).map(|connect| connect.bytes.clone())
}

fn send(pen: &Pen, connect: Option<Bytes>, flipped: Bytes) -> std::io::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let told = pen.clone();
        let ear = Ear::new(move |moment| told.moment(&moment, Change::None));
        let settings = Settings {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            tap: Some(Arc::new(ear)),
            ..Settings::default()
        };
        let server = Server::bind(settings).await?;
        let address = server.local_address();
        let (stop, stopped) = oneshot::channel::<()>();
        let broker = tokio::spawn(server.run(async {
            let _ = stopped.await; // dropped or sent: both mean the end
        }));
        pen.paragraph("said", "The packet with the flipped bit goes out, followed by a PINGREQ.");
        let probe = Probe { connect, packet: flipped, patience: PATIENCE };
        let verdict = probe.send(TcpStream::connect(address).await?, &Collector::default()).await;
        drop(stop);
        let _ = broker.await;
        pen.paragraph("over", &verdict?.to_string());
        Ok(())
    })
}
