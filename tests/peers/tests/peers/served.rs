//! The lab's broker on a thread of its own, and what a peer has to know of it.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::thread;
use std::time::SystemTime;

use broker::{Identity, Passwords, Server, Settings, Tls};
use certificates::{Authority, Validity};

/// A broker that listens for plain MQTT.
pub(crate) fn plain() -> String {
    serve(settings()).0
}

/// A broker that lets in only paolo, who knows the password.
pub(crate) fn with_password() -> String {
    serve(Settings { authentication: Some(paolo()), ..settings() }).0
}

/// A broker that speaks TLS as well, and lets in only paolo.
pub(crate) struct Secured {
    pub(crate) port: String,
    /// The certificate of the broker's authority.
    pub(crate) trusted: tempfile::NamedTempFile,
    /// That of another authority.
    pub(crate) stranger: tempfile::NamedTempFile,
}

pub(crate) fn secured() -> Secured {
    let validity = Validity::days(SystemTime::now(), 1).unwrap();
    let [authority, stranger] =
        ["an authority", "a stranger"].map(|name| Authority::new(name, validity).unwrap());
    let server = authority.issue(&["127.0.0.1"], validity).unwrap();
    let identity =
        Identity::from_pem(server.certificate.as_bytes(), server.key.as_bytes()).unwrap();
    let tls = Tls { listen: ([127, 0, 0, 1], 0).into(), ..Tls::new(identity) };
    let settings = Settings { tls: Some(tls), authentication: Some(paolo()), ..settings() };
    let [trusted, stranger] = [authority, stranger].map(|authority| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, authority.certificate()).unwrap();
        file
    });
    let port = serve(settings).1.unwrap();
    Secured { port, trusted, stranger }
}

fn settings() -> Settings {
    Settings { listen: ([127, 0, 0, 1], 0).into(), ..Settings::default() }
}

fn paolo() -> Arc<Passwords> {
    let mut passwords = Passwords::default();
    passwords.insert("paolo", b"devday", NonZeroU32::MIN).unwrap();
    Arc::new(passwords)
}

/// Serves until the process ends; tells the ports, the second one for TLS.
fn serve(settings: Settings) -> (String, Option<String>) {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::bind(settings).await.unwrap();
            let port = |address: std::net::SocketAddr| address.port().to_string();
            tell.send((port(server.local_address()), server.tls_address().map(port))).unwrap();
            server.run(std::future::pending()).await.unwrap();
        });
    });
    told.recv().unwrap()
}
