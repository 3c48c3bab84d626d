//! An MQTT client over TCP and TLS: socket, framing and timers around [`client_core`], which decides.
//!
//! ```text
//!   your program ── Client ──▶ task ── Driver ──▶ client_core::Client     decides
//!                ◀─ Notices ─┘         │  ▲
//!                                      ▼  │ bytes
//!                                     socket
//! ```
//!
//! - [`Client`] is what programs use: it connects, publishes and subscribes, and connects again by itself
//!   if it was asked to. It runs in a task of its own.
//! - [`Driver`] is the layer below it, without a task: whoever holds it decides when something happens.
//!   The lab's scenarios use it.
//!
//! A [`Tap`](tap::Tap) sees each packet as the bytes that it is. Over TLS (feature `tls`) the handshake
//! comes first, and then the same packets.
//!
//! ```
//! use client::{Client, Notice, Options};
//! use delivery::Message;
//! use wire::{Qos, Text, TopicFilter, TopicName};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! # let settings = broker::Settings { listen: ([127, 0, 0, 1], 0).into(), ..Default::default() };
//! # let server = broker::Server::bind(settings).await?;
//! # let port = server.local_address().port();
//! # tokio::spawn(server.run(std::future::pending()));
//! let options = Options::new("127.0.0.1", port, Text::try_from("alice")?);
//! let (client, mut notices) = Client::connect(options).await?;
//! client.subscribe(TopicFilter::new("kitchen/#")?, Qos::AtLeastOnce).await?;
//!
//! let topic = TopicName::new("kitchen/temperature")?;
//! let message = Message { topic, payload: "21.5".into(), qos: Qos::AtLeastOnce, retain: false };
//! client.publish(message).await?;
//! assert!(matches!(notices.next().await, Some(Notice::Message(message)) if message.payload == "21.5"));
//! client.disconnect().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod backoff;
mod client;
mod driver;
mod error;
mod link;
mod options;
#[cfg(feature = "tls")]
mod over_tls;
mod task;
mod transport;

pub use backoff::Backoff;
pub use client::{Client, Notice, Notices};
pub use driver::Driver;
pub use error::{ConnectError, Ended};
pub use options::Options;
#[cfg(feature = "tls")]
pub use over_tls::connect_tls;
/// ```
/// use client::{ConnectError, HandshakeError, Options, Tls};
/// use wire::Text;
/// # use std::time::SystemTime;
/// # let validity = certificates::Validity::days(SystemTime::now(), 1)?;
/// # let authority = certificates::Authority::new("an authority", validity)?;
/// # let server = authority.issue(&["localhost"], validity)?;
/// # let identity = broker::Identity::from_pem(server.certificate.as_bytes(), server.key.as_bytes())?;
/// # let any = ([127, 0, 0, 1], 0).into();
/// # let tls = Some(broker::Tls { listen: any, ..broker::Tls::new(identity) });
/// # let settings = broker::Settings { listen: any, tls, ..Default::default() };
/// # let pem = authority.certificate().as_bytes();
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let broker = broker::Server::bind(settings).await?;
/// # let port = broker.tls_address().unwrap().port();
/// # tokio::spawn(broker.run(std::future::pending()));
///
/// let mut options = Options::new("localhost", port, Text::try_from("alice")?);
/// options.tls = Some(Tls::from_pem(pem)?); // or Tls::read("ca.pem")
/// let (client, _notices) = client::Client::connect(options.clone()).await?;
/// client.disconnect().await;
///
/// options.host = "127.0.0.1".to_owned(); // the same server, but its certificate is for localhost
/// match client::Client::connect(options).await {
///     Err(ConnectError::Tls { error: HandshakeError::WrongName { names, .. }, .. }) => {
///         assert_eq!(names, ["localhost"]);
///     }
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "tls")]
pub use tls::ClientSide as Tls;
#[cfg(feature = "tls")]
pub use tls::{HandshakeError, KeyLog, KeyLogFile, TrustError};
pub use transport::{Transport, connect_tcp};
