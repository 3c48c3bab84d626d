//! The library against the lab's broker.
#![allow(clippy::unwrap_used)] // a test ends where it fails

use broker::{Server, Settings};
use client::{Client, ConnectError, Options};
use wire::Text;

#[tokio::test]
async fn a_client_without_a_name_has_a_clean_session_mqtt_3_1_3_7() {
    let settings = Settings { listen: ([127, 0, 0, 1], 0).into(), ..Settings::default() };
    let server = Server::bind(settings).await.unwrap();
    let port = server.local_address().port();
    tokio::spawn(server.run(std::future::pending()));

    let nameless = |clean_session| {
        let mut options = Options::new("127.0.0.1", port, Text::EMPTY);
        options.configuration.clean_session = clean_session;
        Client::connect(options)
    };
    assert!(nameless(true).await.is_ok());
    assert!(matches!(nameless(false).await, Err(ConnectError::NamelessSession)));
}
