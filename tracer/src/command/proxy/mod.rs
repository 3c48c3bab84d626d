//! `tracer proxy`: stands between clients and a broker, and shows what they say.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use clap::Args;
use tap::{Both, Tap};
use tokio::sync::oneshot;
use tracer::output::{Failure, OutputOptions};
use tracer::proxy::{self, Relayed};

use super::audience::Audience;
use super::interrupt;
use super::recording::Live;
use super::selection::Selection;

/// Stand between any client and any broker, and show what they say
#[derive(Args)]
#[command(after_help = "\
Examples:
  tracer proxy
  tracer proxy --listen 127.0.0.1:1884 --to test.mosquitto.org:1883
  tracer proxy --to 10.0.0.5 --detail line --client alice
  tracer proxy --pcap traffic.pcapng --wireshark 127.0.0.1:19001
  tracer proxy --pcap - | wireshark -k -i -

Then let the client use the proxy's port, and nothing else changes for it:
  mosquitto_pub -p 1884 -t greeting -m hello

The bytes pass untouched and at once, whether they are MQTT or not. Ctrl+C ends it, with exit code 0.")]
pub(super) struct Proxy {
    /// Where to listen for clients; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:1884")]
    listen: SocketAddr,
    /// The broker; its port is 1883 unless you say another one
    #[arg(long, value_name = "HOST[:PORT]", default_value = "127.0.0.1:1883", value_parser = broker)]
    to: String,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    live: Live,
}

impl Proxy {
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let mut audience = Audience::new(output, &self.selection, &self.live)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (queue, records) = tracer::queue();
        let tap: Arc<dyn Tap> = match audience.aside() {
            Some(aside) => Arc::new(Both(Arc::new(aside), Arc::new(queue))),
            None => Arc::new(queue),
        };
        let bound = proxy::Proxy::bind(self.listen, &*self.to, tap);
        let proxy = runtime.block_on(bound).map_err(|error| {
            let address = self.listen;
            Failure::Usage(format!(
                "cannot listen at {address}: {error}; try another port, or port 0 for a free one"
            ))
        })?;
        let (stop, stopped) = oneshot::channel::<()>();
        interrupt::on_interrupt(|| drop(stop))?;
        writeln!(io::stderr(), "listening on {}, relaying to {}", proxy.local_address(), self.to)?;
        audience.invite()?;
        let relaying = thread::Builder::new().name("proxy".to_owned()).spawn(move || {
            runtime.block_on(proxy.run(async {
                let _ = stopped.await; // nothing is sent: the sender goes
            }))
        })?;
        for record in records {
            audience.tell(record)?;
        }
        audience.finish()?;
        let relayed = relaying.join().unwrap_or_else(|_| Ok(Relayed::default()))?;
        writeln!(io::stderr(), "{relayed}")?;
        Ok(())
    }
}

/// `HOST`, `HOST:PORT`, `[IPv6]:PORT`, or an IPv6 address alone.
pub(super) fn broker(text: &str) -> Result<String, String> {
    const PORT: u16 = 1883;
    if text.parse::<SocketAddr>().is_ok() {
        return Ok(text.to_owned());
    }
    if let Ok(address) = text.trim_matches(['[', ']']).parse() {
        return Ok(SocketAddr::new(address, PORT).to_string());
    }
    match text.split_once(':') {
        None if !text.is_empty() => Ok(format!("{text}:{PORT}")),
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(text.to_owned())
        }
        _ => Err("a broker is HOST or HOST:PORT, such as test.mosquitto.org:1883".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_a_host_with_or_without_port() {
        assert_eq!(broker("example.org").unwrap(), "example.org:1883");
        assert_eq!(broker("example.org:8883").unwrap(), "example.org:8883");
        assert_eq!(broker("10.0.0.5").unwrap(), "10.0.0.5:1883");
        assert_eq!(broker("::1").unwrap(), "[::1]:1883");
        assert_eq!(broker("[::1]").unwrap(), "[::1]:1883");
        assert_eq!(broker("[::1]:1885").unwrap(), "[::1]:1885");
        for wrong in ["", ":1883", "host:", "host:port", "mqtt://host:1883"] {
            assert!(broker(wrong).is_err(), "{wrong}");
        }
    }
}
