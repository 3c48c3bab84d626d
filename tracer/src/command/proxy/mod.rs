//! `tracer proxy`: stands between clients and a broker, and shows what they say.

#[cfg(not(feature = "tls"))]
mod left_out;
#[cfg(feature = "tls")]
mod prepared;
mod security;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use clap::Args;
use tap::{Both, Record, Tap};
use tokio::sync::oneshot;
use tracer::output::{Failure, OutputOptions, address};
use tracer::proxy::{self, Relayed};

use self::security::TlsOptions;
use super::audience::{Audience, AudienceOptions};
use super::interrupt;
use super::place::Place;
use super::recording::Form;
#[cfg(not(feature = "tls"))]
use left_out::Prepared;
#[cfg(feature = "tls")]
use prepared::Prepared;

/// Stand between any client and any broker, and show what they say
#[derive(Args)]
#[command(after_help = "\
Examples:
  tracer proxy
  tracer proxy --listen 127.0.0.1:1884 --to test.mosquitto.org:1883
  tracer proxy --to 10.0.0.5 --detail line --client alice
  tracer proxy --pcap traffic.pcapng --wireshark 127.0.0.1:19001
  tracer proxy --pcap - | wireshark -k -i -
  tracer proxy --lint
  tracer proxy --to localhost --cafile ca.pem --pcap traffic.pcapng
  tracer proxy --listen-cert server.pem --listen-key server.key

Then let the client use the proxy's port, and nothing else changes for it:
  mosquitto_pub -p 1884 -t greeting -m hello

The bytes pass untouched and at once, whether they are MQTT or not. Ctrl+C ends it, with exit code 0. \
With --lint it is 1 if a rule was broken.")]
pub(super) struct Proxy {
    /// Where to listen for clients; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", value_parser = address, default_value = "127.0.0.1:1884")]
    listen: SocketAddr,
    /// The broker; its port is 1883, over TLS 8883, unless you say another one
    #[arg(long, value_name = "HOST[:PORT]", default_value = "127.0.0.1")]
    to: Place,
    #[command(flatten)]
    audience: AudienceOptions,
    #[command(flatten)]
    tls: TlsOptions,
}

impl Proxy {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let secured = self.tls.prepare(&self.to)?;
        let form = secured.as_ref().map_or(Form::Packets, Prepared::form);
        let (has_records, to) = (form.has_records(), self.to.address(self.tls.sides.usual_port()));
        let mut audience = Audience::new(&self.audience, output, form)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (queue, told) = tracer::queue();
        let Taps { packets, records } = Taps::new(Arc::new(queue), &audience, has_records);
        let bound = proxy::Proxy::bind(self.listen, &*to, packets);
        let mut proxy = runtime.block_on(bound).map_err(|error| {
            let address = self.listen;
            Failure::Usage(format!(
                "cannot listen at {address}: {error}; try another port, or port 0 for a free one"
            ))
        })?;
        let sides = secured.as_ref().map_or(String::new(), |it| format!("; {}", it.sides()));
        let hands_out_keys = secured.as_ref().is_some_and(Prepared::hands_out_keys);
        if let Some(secured) = secured {
            if secured.reaches_broker() {
                audience.secured();
            }
            proxy = secured.secure(proxy, records);
        }
        let (stop, stopped) = oneshot::channel::<()>();
        interrupt::on_interrupt(|| drop(stop))?;
        writeln!(io::stderr(), "listening on {}, relaying to {to}{sides}", proxy.local_address())?;
        audience.invite()?;
        if hands_out_keys && self.audience.live.is_asked_for() {
            writeln!(io::stderr(), "{KEYS_INSIDE}")?;
        }
        let relaying = thread::Builder::new().name("proxy".to_owned()).spawn(move || {
            runtime.block_on(proxy.run(async {
                let _ = stopped.await; // nothing is sent: the sender goes
            }))
        })?;
        for record in told {
            audience.tell(record)?;
        }
        let judged = audience.finish()?;
        let relayed = relaying.join().unwrap_or_else(|_| Ok(Relayed::default()))?;
        writeln!(io::stderr(), "{relayed}")?;
        judged.result()
    }
}

const KEYS_INSIDE: &str =
    "the capture has the keys of the TLS sessions: whoever has it can read the traffic";

/// Who is told by the proxy of what.
struct Taps {
    packets: Arc<dyn Tap>,
    records: Option<Arc<dyn Tap>>,
}

impl Taps {
    /// `front` leads to those in front. With `has_records` a capture is to have TLS records.
    fn new(front: Arc<dyn Tap>, audience: &Audience, has_records: bool) -> Self {
        let aside = audience.aside().map(|aside| Arc::new(aside) as Arc<dyn Tap>);
        match (has_records, aside) {
            (true, None) if audience.captures_in_front() => {
                Self { packets: Arc::new(Nobody), records: Some(front) }
            }
            (true, aside) => Self { packets: front, records: aside },
            (false, None) => Self { packets: front, records: None },
            (false, Some(aside)) => Self { packets: Arc::new(Both(aside, front)), records: None },
        }
    }
}

/// Listens to nothing.
struct Nobody;

impl Tap for Nobody {
    fn record(&self, _: Record) {}
}
