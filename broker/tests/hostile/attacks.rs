//! What a hostile client does. Each attack is made by many at a time, and ends by itself.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::support::{connect, packet, publish, string, subscribe};

/// How an attack is made, by the client of this number.
pub(crate) type Attack = fn(SocketAddr, usize) -> AttackFuture;
type AttackFuture = std::pin::Pin<Box<dyn Future<Output = Option<TcpStream>> + Send>>;

/// All of them, each with its name.
pub(crate) const ATTACKS: &[(&str, Attack)] = &[
    ("garbage", |address, number| Box::pin(garbage(address, number))),
    ("half a packet", |address, number| Box::pin(half_a_packet(address, number))),
    ("one byte at a time", |address, number| Box::pin(byte_by_byte(address, number))),
    ("huge lengths", |address, number| Box::pin(huge_length(address, number))),
    ("large packets that never end", |address, number| Box::pin(no_end(address, number))),
    ("a subscriber that never reads", |address, number| Box::pin(deaf(address, number))),
    ("a subscriber that never acknowledges", |address, number| Box::pin(silent(address, number))),
    ("a publisher that never reads", |address, number| Box::pin(flood(address, number))),
    ("pings without end", |address, number| Box::pin(pings(address, number))),
    ("wills", |address, number| Box::pin(will(address, number))),
    ("one Client Identifier for all", |address, number| Box::pin(same_name(address, number))),
    ("deep filters", |address, number| Box::pin(filters(address, number))),
    ("retained messages", |address, number| Box::pin(retained(address, number))),
    ("sessions", |address, number| Box::pin(session(address, number))),
    ("messages without PUBREL", |address, number| Box::pin(no_pubrel(address, number))),
];

/// The connections of hostile clients that have done their worst.
pub(crate) type Held = Vec<Option<TcpStream>>;

/// Makes the attack with so many clients at a time.
pub(crate) async fn by_many(address: SocketAddr, attack: Attack, clients: usize) -> Held {
    let attacks: JoinSet<_> = (0..clients).map(|number| attack(address, number)).collect();
    attacks.join_all().await
}

/// An HTTP request, the beginning of TLS, random bytes, zeros.
async fn garbage(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    let random: Vec<u8> = (0..200_usize).map(|at| mixed(number * 200 + at)).collect();
    let garbage: [&[u8]; 4] =
        [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\0\x01", &random, &[0; 9]];
    let _ = socket.write_all(garbage[number % 4]).await;
    Some(socket)
}

async fn half_a_packet(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    let connect = connect(&format!("half {number}"));
    let _ = socket.write_all(&connect[..=number % (connect.len() - 1)]).await;
    Some(socket)
}

async fn byte_by_byte(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    for byte in [connect(&format!("slow {number}")), publish("slow", b"x")].concat() {
        socket.write_all(&[byte]).await.ok()?;
        tokio::task::yield_now().await;
    }
    Some(socket)
}

/// Lengths above the limit, before and after CONNECT.
async fn huge_length(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    if number.is_multiple_of(2) {
        socket.write_all(&connect(&format!("huge {number}"))).await.ok()?;
    }
    let _ = socket.write_all(b"\x30\xff\xff\xff\x7f\0\x01a").await;
    Some(socket)
}

/// All of a packet but its last byte.
async fn no_end(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    socket.write_all(&connect(&format!("endless {number}"))).await.ok()?;
    let message = publish("endless", &vec![0; 120_000]);
    let _ = socket.write_all(&message[..message.len() - 1]).await;
    Some(socket)
}

/// Asks for all there is, sends some of it itself, and reads nothing. Of these a few are enough: the
/// systems at both ends keep megabytes for each of them.
async fn deaf(address: SocketAddr, number: usize) -> Option<TcpStream> {
    if number >= 32 {
        return None;
    }
    let mut socket = open(address).await?;
    socket.write_all(&connect(&format!("deaf {number}"))).await.ok()?;
    socket.write_all(&subscribe("deaf/#", 0)).await.ok()?;
    let _ = socket.write_all(&publish("deaf/a", &vec![0; 60_000]).repeat(16)).await;
    Some(socket)
}

/// The same at QoS 1, and reads without a PUBACK ever.
async fn silent(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    socket.write_all(&connect(&format!("silent {number}"))).await.ok()?;
    socket.write_all(&subscribe("silent/#", 1)).await.ok()?;
    if number.is_multiple_of(20) {
        let message = [string("silent/a"), vec![0, 1], vec![0; 2_000]].concat();
        socket.write_all(&packet(0x32, &message)).await.ok()?;
    }
    let _ = socket.read(&mut [0; 4096]).await;
    Some(socket)
}

/// Messages at QoS 1 without reading any PUBACK.
async fn flood(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    socket.write_all(&connect(&format!("flood {number}"))).await.ok()?;
    let message = packet(0x32, &[string("flood"), vec![0, 1]].concat());
    let _ = socket.write_all(&message.repeat(200)).await;
    Some(socket)
}

async fn pings(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    socket.write_all(&connect(&format!("pings {number}"))).await.ok()?;
    let _ = socket.write_all(&b"\xc0\0".repeat(500)).await;
    Some(socket)
}

/// A will for a few others, and a cut.
async fn will(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    let name = format!("mortal {number}");
    let fields = [string("MQTT"), b"\x04\x2e\0\0".to_vec(), string(&name)].concat();
    let will = [string("wills"), string(&"x".repeat(1_000))].concat();
    socket.write_all(&packet(0x10, &[fields, will].concat())).await.ok()?;
    if number.is_multiple_of(20) {
        socket.write_all(&subscribe("wills", 0)).await.ok()?;
    }
    let _ = socket.read(&mut [0; 4]).await;
    socket.set_zero_linger().ok()?;
    None
}

async fn same_name(address: SocketAddr, _: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    socket.write_all(&connect("the one")).await.ok()?;
    Some(socket)
}

async fn filters(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    socket.write_all(&connect(&format!("deep {number}"))).await.ok()?;
    for branch in 0..50 {
        let filter = format!("{number}/{branch}{}", "/x".repeat(50));
        socket.write_all(&subscribe(&filter, 0)).await.ok()?;
    }
    let _ = socket.read(&mut [0; 4]).await;
    Some(socket)
}

async fn retained(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    socket.write_all(&connect(&format!("retained {number}"))).await.ok()?;
    for at in 0..20 {
        let mut message = publish(&format!("retained/{number}/{at}"), &[0; 1_000]);
        message[0] |= 1;
        socket.write_all(&message).await.ok()?;
    }
    if number.is_multiple_of(100) {
        let _ = socket.write_all(&subscribe("retained/#", 1).repeat(10)).await;
    }
    Some(socket)
}

/// A session that is kept and wants what others publish; the client goes at once.
async fn session(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    let mut connect = connect(&format!("session {number} {}", "x".repeat(1_000)));
    connect[10] = 0; // Clean Session, behind a Remaining Length of two bytes
    socket.write_all(&connect).await.ok()?;
    socket.write_all(&subscribe("sessions", 1)).await.ok()?;
    socket.read_exact(&mut [0; 9]).await.ok()?;
    if number.is_multiple_of(20) {
        let message = [string("sessions"), vec![0, 1], vec![0; 2_000]].concat();
        let _ = socket.write_all(&packet(0x32, &message)).await;
    }
    None
}

async fn no_pubrel(address: SocketAddr, number: usize) -> Option<TcpStream> {
    let mut socket = open(address).await?;
    socket.write_all(&connect(&format!("no pubrel {number}"))).await.ok()?;
    for identifier in 1..=200_u16 {
        let body = [&string("x")[..], &identifier.to_be_bytes()].concat();
        socket.write_all(&packet(0x34, &body)).await.ok()?;
    }
    Some(socket)
}

/// A broker that is full closes, or does not answer: for an attack that is an end like any other.
async fn open(address: SocketAddr) -> Option<TcpStream> {
    TcpStream::connect(address).await.ok()
}

/// A byte that looks like chance, and is the same each time.
fn mixed(number: usize) -> u8 {
    let mixed = (number as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as u8
}
