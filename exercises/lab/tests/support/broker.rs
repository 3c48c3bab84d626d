//! Brokers that the lab knows by nothing but their address.

use std::net::{Ipv4Addr, SocketAddr};

use broker::{Identity, Server, Settings, Tls};
use client::{Client, Notice, Options};
use delivery::Message;
use wire::{Qos, Text, TopicFilter, TopicName};

/// Our own broker, in a thread of its own until the tests end. Tells its port.
pub(crate) fn ours(settings: Settings) -> u16 {
    running(settings).local_address.port()
}

/// The same with TLS. Tells the port for that.
pub(crate) fn ours_over_tls(identity: Identity) -> u16 {
    let tls = Tls { listen: (Ipv4Addr::LOCALHOST, 0).into(), ..Tls::new(identity) };
    let settings = Settings { tls: Some(tls), ..Settings::default() };
    running(settings).tls_address.unwrap().port()
}

struct Addresses {
    local_address: SocketAddr,
    tls_address: Option<SocketAddr>,
}

fn running(settings: Settings) -> Addresses {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listen = (Ipv4Addr::LOCALHOST, 0).into();
            let server = Server::bind(Settings { listen, ..settings }).await.unwrap();
            let (local_address, tls_address) = (server.local_address(), server.tls_address());
            tell.send(Addresses { local_address, tls_address }).unwrap();
            server.run(std::future::pending()).await.unwrap();
        });
    });
    told.recv().unwrap()
}

/// That a broker keeps nothing: no retained message, and no session of a client of these names.
pub(crate) fn keeps_nothing(port: u16, names: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options =
            |name: &str| Options::new("127.0.0.1", port, Text::new(name.to_owned()).unwrap());
        let (client, mut notices) = Client::connect(options("inspector")).await.unwrap();
        client.subscribe(TopicFilter::new("#").unwrap(), Qos::AtLeastOnce).await.unwrap();
        let message = || Message {
            topic: TopicName::new("the/end").unwrap(),
            payload: "of it".into(),
            qos: Qos::AtLeastOnce,
            retain: false,
        };
        client.publish(message()).await.unwrap();
        assert_eq!(notices.next().await, Some(Notice::Message(message())), "something is retained");
        client.disconnect().await;

        for name in names {
            let mut options = options(name);
            options.configuration.clean_session = false;
            let (client, mut notices) = Client::connect(options).await.unwrap();
            client.publish(message()).await.unwrap();
            client.disconnect().await;
            let notice = notices.next().await;
            assert!(!matches!(notice, Some(Notice::Message(_))), "{name}'s session has {notice:?}");
        }
    });
}
