//! *Flip a bit*: a packet of a scenario, with one bit changed, sent to a live broker.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Form, State};
use broker::{Server, Settings};
use bytes::{Bytes, BytesMut};
use tap::Direction;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use wire::{MAX_PACKET, Packet, PacketType, Pingreq, take_frame};

use super::Site;
use super::run::Sent;
use super::stream::{Answer, Pen, Refusal, answer};
use crate::flip::flipped;
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
        .and_then(|(byte, bit)| flipped(&passed.bytes, byte, bit))
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
        let ear = Ear::new(move |moment| told.moment(&moment, Vec::new()));
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
        let asked = ask(pen, TcpStream::connect(address).await?, connect, flipped).await;
        drop(stop);
        let _ = broker.await;
        asked
    })
}

/// Sends the flipped packet, and asks with a PINGREQ behind it whether the broker is still there.
async fn ask(
    pen: &Pen,
    mut socket: TcpStream,
    connect: Option<Bytes>,
    flipped: Bytes,
) -> std::io::Result<()> {
    if let Some(connect) = connect {
        socket.write_all(&connect).await?;
        await_packet(&mut socket, PacketType::Connack).await?;
    }
    pen.paragraph("said", "Now the packet with the flipped bit, and a PINGREQ behind it.");
    let pingreq = Packet::from(Pingreq).to_bytes().map_err(std::io::Error::other)?;
    // The broker may close before all of it is written: what it does is read below.
    let _ = socket.write_all(&flipped).await;
    let _ = socket.write_all(&pingreq).await;
    let answer = tokio::time::timeout(PATIENCE, await_packet(&mut socket, PacketType::Pingresp));
    let verdict = match answer.await {
        Ok(Ok(true)) => "The broker answers PINGRESP: to it that was a good packet.",
        Ok(Ok(false) | Err(_)) => "The broker closed the Network Connection.",
        Err(_) => {
            "Nothing comes. The broker waits for more bytes: by its Remaining Length the packet is \
             longer than what was sent, and the PINGREQ was swallowed as a part of it."
        }
    };
    pen.paragraph("over", verdict);
    Ok(())
}

/// Reads until a packet of this type comes; false if the connection ends before.
async fn await_packet(socket: &mut TcpStream, wanted: PacketType) -> std::io::Result<bool> {
    let mut buffer = BytesMut::new();
    loop {
        while let Ok(Some(frame)) = take_frame(&mut buffer, MAX_PACKET) {
            if frame.first().and_then(|&byte| PacketType::of_first_byte(byte)) == Some(wanted) {
                return Ok(true);
            }
        }
        if socket.read_buf(&mut buffer).await? == 0 {
            return Ok(false);
        }
    }
}
