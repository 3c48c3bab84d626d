//! An MQTT broker over TCP: sockets, framing and timers around [`broker_core`], which decides.
//!
//! ```text
//!   socket ─ read ─▶ take_frame ─▶ decode ─▶ Broker::step ─▶ encode ─▶ outbox ─ write ─▶ socket
//!            └──────────── task of the one connection ───────────┘      └─ of each receiver ─┘
//! ```
//!
//! Each Network Connection has one task. It steps the broker itself, under a lock, and puts what comes
//! out into the outboxes of whoever is to get it; so a message crosses one wake-up, and whatever waits
//! for one receiver goes out in one write. All of it runs on one thread, beside clients if need be.
//!
//! Over TLS (feature `tls`) the handshake comes first, and then the same. Where clients have to say who
//! they are, CONNECT goes through an [`Authentication`] on a thread of its own before the broker sees
//! it; `Passwords` (feature `passwords`) is one. What each may do stands in [`Permissions`].
//!
//! With a [`Store`] what has to outlive the process is written before it is acknowledged; a
//! `DiskStore` (feature `store`) is one.
//!
//! A [`Tap`](tap::Tap) sees each packet as the bytes that it is, in the broker's own order: what came in
//! when the broker takes it, what goes out when it is put into an outbox.
//!
//! ```
//! use broker::{Server, Settings};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let settings = Settings { listen: ([127, 0, 0, 1], 0).into(), ..Settings::default() };
//! let server = Server::bind(settings).await?;
//! assert_ne!(server.local_address().port(), 0, "a free port was taken");
//! server.run(async { /* when this ends, the broker stops */ }).await
//! # }).unwrap();
//! ```

mod authentication;
mod giving_up;
mod hub;
mod lines;
mod link;
mod listener;
mod outbox;
#[cfg(feature = "tls")]
mod over_tls;
#[cfg(feature = "passwords")]
mod passwords;
mod pause;
mod permissions;
mod receiving;
mod recording;
mod server;
mod settings;
mod settling;
mod store;

pub use authentication::{Authentication, Refusal};
pub use lines::{FileError, LineError};
pub use listener::BindError;
#[cfg(feature = "tls")]
pub use over_tls::Tls;
#[cfg(feature = "passwords")]
pub use passwords::{EditError, PasswordError, Passwords, ROUNDS, delete_password, set_password};
pub use permissions::{PermissionError, Permissions};
pub use server::Server;
pub use settings::Settings;
#[cfg(feature = "store")]
pub use store::DiskStore;
pub use store::{Store, StoreError, StoreProblem};
/// For [`Tls::key_log`].
#[cfg(feature = "tls")]
pub use tls::{Identity, IdentityError, KeyLog, KeyLogFile};
