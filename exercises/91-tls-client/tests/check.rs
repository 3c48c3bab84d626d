use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use certificates::{Authority, Certificate, Validity};
use check::{Exercise, Mistake, Verdict, mistake};
use ex91 as answer;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, split};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

const EXERCISE: Exercise = check::exercise!("91-tls-client");

/// The CONNECT of carol, as exercise 10 makes it.
const CONNECT: &[u8] = b"\x10\x11\0\x04MQTT\x04\x02\0\x05\0\x05carol";
const CONNACK: [u8; 4] = [0x20, 2, 0, 5];

/// The first byte of a record of TLS that belongs to the handshake.
const HANDSHAKE: u8 = 22;

#[test]
fn step1_tls_comes_first() -> Verdict {
    const MISTAKES: [Mistake<u8>; 1] = [mistake(
        |byte| *byte == CONNECT[0],
        "That is your CONNECT, in clear. MQTT has no command that goes over to TLS: the handshake comes \
         first, from the first byte on. 22 (0x16) is a record of the handshake.",
    )];
    let what = "the first byte on the wire";
    EXERCISE.byte(what, HANDSHAKE, &MISTAKES, || {
        let met = meet("localhost", "localhost", Good);
        met.wire.first().copied().unwrap_or_default()
    })
}

#[test]
fn step2_the_server_answers() -> Verdict {
    const MISTAKES: [Mistake<String>; 3] = [
        mistake(
            |told| told.contains("UnknownIssuer"),
            "You do not trust the authority that was given to you. The server's certificate is signed by it.",
        ),
        mistake(
            |told| told.contains("NotValidForName"),
            "The server was called localhost, and so says its certificate. By which name did you call?",
        ),
        mistake(
            |told| told.contains("[0, 0, 0, 0]"),
            "Nothing was read into your buffer. read_exact() waits until all four bytes are there.",
        ),
    ];
    let expected = format!("{CONNACK:?}");
    EXERCISE.value("connect() to localhost", &expected, &MISTAKES, || {
        meet("localhost", "localhost", Good).answer
    })
}

#[test]
fn step3_the_packet_is_the_same() -> Verdict {
    const MISTAKES: &[Mistake<[u8]>] = &[
        mistake(<[u8]>::is_empty, "The server got nothing. Was it sent, and flushed?"),
        mistake(
            |bytes| bytes != CONNECT,
            "TLS changes no bit of MQTT: what was given to you goes into the stream as it is.",
        ),
    ];
    EXERCISE.packet("connect", MISTAKES, || meet("localhost", "localhost", Good).arrived)
}

#[test]
fn step4_nobody_else_is_trusted() -> Verdict {
    EXERCISE.value(
        "what a server gets whose certificate another authority has signed",
        &String::new(),
        &TRUSTS,
        || told(&meet("localhost", "localhost", OfAnother).arrived),
    )
}

#[test]
fn step5_the_name_counts() -> Verdict {
    const MISTAKES: [Mistake<String>; 1] = [mistake(
        |arrived| !arrived.is_empty(),
        "You called broker.example, and the certificate says localhost: it is another server. Give the \
         library the name by which you called.",
    )];
    EXERCISE.value(
        "what a server gets that was called broker.example, with the certificate of localhost",
        &String::new(),
        &MISTAKES,
        || told(&meet("localhost", "broker.example", Good).arrived),
    )
}

#[test]
fn step6_the_days_count() -> Verdict {
    EXERCISE.value(
        "what a server gets whose certificate has expired",
        &String::new(),
        &TRUSTS,
        || told(&meet("localhost", "localhost", Expired).arrived),
    )
}

const TRUSTS: [Mistake<String>; 1] = [mistake(
    |arrived| !arrived.is_empty(),
    "It got your CONNECT, and with it a password, if there were one. Whoever can put himself in between can \
     make such a certificate: let the library check it, against the one authority that you were given.",
)];

/// The server's certificate.
#[derive(Clone, Copy)]
enum Kind {
    Good,
    OfAnother,
    Expired,
}
use Kind::{Expired, Good, OfAnother};

/// What came of it.
struct Met {
    /// What the learner's code gave.
    answer: String,
    /// What the client sent, as it goes over the wire.
    wire: Vec<u8>,
    /// What of it the server could read.
    arrived: Vec<u8>,
}

fn told(arrived: &[u8]) -> String {
    let hex: Vec<String> = arrived.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.join(" ")
}

/// The learner's client calls a server that has a certificate for `name` by the name `called`.
fn meet(name: &str, called: &str, kind: Kind) -> Met {
    let now = SystemTime::now();
    let year = Validity::days(now, 365).expect("a year");
    let authority = || Authority::new("the lab's authority", year).expect("an authority");
    let trusted = authority();
    let validity = match kind {
        Expired => Validity { from: now - 2 * DAY, until: now - DAY },
        Good | OfAnother => year,
    };
    let certificate = match kind {
        OfAnother => authority().issue(&[name], validity),
        Good | Expired => trusted.issue(&[name], validity),
    };
    let acceptor = acceptor(&certificate.expect("a certificate"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let ((client, near), (far, server)) = (duplex(1 << 16), duplex(1 << 16));
        let connect = answer::connect(client, called, trusted.certificate().as_bytes(), CONNECT);
        let (answer, arrived, wire) =
            tokio::join!(connect, serve(server, acceptor), pass_on(near, far));
        let answer = answer.map_or_else(|error| error.to_string(), |bytes| format!("{bytes:?}"));
        Met { answer, wire, arrived: arrived.unwrap_or_default() }
    })
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn acceptor(Certificate { certificate, key }: &Certificate) -> TlsAcceptor {
    let chain = CertificateDer::pem_slice_iter(certificate.as_bytes());
    let chain = chain.collect::<Result<Vec<_>, _>>().expect("PEM");
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
    TlsAcceptor::from(Arc::new(config.expect("a certificate and its key")))
}

/// The server: what it got of a CONNECT, which it then answers.
async fn serve(socket: DuplexStream, acceptor: TlsAcceptor) -> io::Result<Vec<u8>> {
    let mut stream = acceptor.accept(socket).await?;
    let mut arrived = Vec::new();
    stream.read_buf(&mut arrived).await?;
    for _ in 0..100 {
        // The rest, if the packet comes in pieces; a client that waits already sends no more.
        tokio::select! {
            biased;
            rest = stream.read_buf(&mut arrived) => if rest? == 0 { break },
            () = tokio::task::yield_now() => {}
        }
    }
    stream.write_all(&CONNACK).await?;
    stream.flush().await?;
    Ok(arrived)
}

/// Somebody in between, who passes everything on: what went to the server.
async fn pass_on(near: DuplexStream, far: DuplexStream) -> Vec<u8> {
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (split(near), split(far));
    let there = async {
        let (mut seen, mut passed) = (Vec::new(), 0);
        while from_client.read_buf(&mut seen).await.is_ok_and(|size| size > 0) {
            if to_server.write_all(&seen[passed..]).await.is_err() {
                break;
            }
            passed = seen.len();
        }
        let _ = to_server.shutdown().await; // the server may be gone
        seen
    };
    let back = async {
        let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
        let _ = to_client.shutdown().await; // the client may be gone
    };
    tokio::join!(there, back).0
}
