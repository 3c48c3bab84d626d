//! Both ends of TLS, for whatever speaks over it: broker, client, and who stands between them.
//!
//! ```text
//!   ClientSide ── handshake ──▶ checks: who signed the certificate, for which name, until when?
//!                               what fails is a HandshakeError
//!   ServerSide ── handshake ──▶ shows its Identity; what the client has against it is a Refusal
//!       └─ both tell their keys to a KeyLog, if there is one: KeyLines is one that makes text of them
//! ```
//!
//! Without the check TLS would keep a secret, but nobody would know with whom: that is why there is no
//! option to leave it out.

mod client_side;
mod handshake_error;
mod identity;
mod key_lines;
mod refusal;
mod server_side;

use tokio_rustls::rustls::{CommonState, ProtocolVersion};

pub use client_side::{ClientSide, TrustError};
pub use handshake_error::HandshakeError;
pub use identity::{Identity, IdentityError};
pub use key_lines::KeyLines;
pub use refusal::Refusal;
pub use server_side::{Acceptor, ServerSide};
pub use tokio_rustls::rustls::{KeyLog, KeyLogFile};
pub use tokio_rustls::{client, server};

/// What the two ends agreed on: `TLS 1.3 with TLS13_AES_256_GCM_SHA384`.
pub fn told(session: &CommonState) -> String {
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        _ => "TLS 1.2",
    };
    match session.negotiated_cipher_suite() {
        Some(suite) => format!("{version} with {:?}", suite.suite()),
        None => version.to_owned(),
    }
}
