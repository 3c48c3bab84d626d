//! A broker on a thread of its own, over TCP and over TLS, and certificates that are good and bad.
#![allow(dead_code)] // each file of tests uses a part
#![allow(clippy::unwrap_used)] // a helper that cannot go on fails its test

pub(crate) mod process;

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, SystemTime};

use broker::{Identity, Server, Settings, Tls};
use certificates::{Authority, Certificate, Validity};
use client::Options;
use mosquitto::Mosquitto;
use wire::Text;

/// How a client of this name comes to a mosquitto.
pub(crate) fn options(mosquitto: &Mosquitto, name: &str) -> Options {
    Options::new("127.0.0.1", mosquitto.port(), Text::new(name.to_owned()).unwrap())
}

/// A broker on a free port; tells it.
pub(crate) fn broker() -> String {
    let (plain, _) = served(free_port());
    plain.port().to_string()
}

/// A broker that shows this certificate, on two free ports: the first is the plain one.
pub(crate) fn broker_over_tls(certificate: &Certificate) -> (u16, u16) {
    let Certificate { certificate, key } = certificate;
    let identity = Identity::from_pem(certificate.as_bytes(), key.as_bytes()).unwrap();
    let tls = Tls { listen: ([127, 0, 0, 1], 0).into(), ..Tls::new(identity) };
    let (plain, over_tls) = served(Settings { tls: Some(tls), ..free_port() });
    (plain.port(), over_tls.unwrap().port())
}

fn free_port() -> Settings {
    Settings { listen: ([127, 0, 0, 1], 0).into(), ..Settings::default() }
}

/// Serves until the process ends; tells where.
fn served(settings: Settings) -> (SocketAddr, Option<SocketAddr>) {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::bind(settings).await.unwrap();
            tell.send((server.local_address(), server.tls_address())).unwrap();
            server.run(std::future::pending()).await.unwrap();
        });
    });
    told.recv().unwrap()
}

/// An authority of this name.
pub(crate) fn authority(name: &str) -> Authority {
    Authority::new(name, days(365)).unwrap()
}

/// So many days from now on.
pub(crate) fn days(days: u32) -> Validity {
    Validity::days(SystemTime::now(), days).unwrap()
}

/// An hour of the year 2001.
pub(crate) fn long_ago() -> Validity {
    let from = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    Validity { from, until: from + Duration::from_secs(60 * 60) }
}

/// An hour of the year 2100.
pub(crate) fn long_hence() -> Validity {
    let from = SystemTime::UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    Validity { from, until: from + Duration::from_secs(60 * 60) }
}
