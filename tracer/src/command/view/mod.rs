//! `tracer view`: the terminal view of a capture, or of what happens now.

#[cfg(not(feature = "view"))]
mod hand_over;
#[cfg(feature = "view")]
mod source;
#[cfg(feature = "view")]
mod terminal;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use tracer::output::{Failure, OutputOptions, address};
#[cfg(feature = "view")]
use tracer::view::{Keep, Model};

use super::place::Place;
use super::selection::Selection;
use super::tls_sides::SideOptions;

/// Walk through packets, fields and bytes in the terminal: a capture, or what happens now
#[derive(Args)]
#[command(after_help = "\
Examples:
  tracer view traffic.pcapng
  tcpdump -i lo -U -w - port 1883 | tracer view -
  tracer view large.pcapng --client alice
  tracer view --proxy 127.0.0.1:1884 --to test.mosquitto.org:1883
  tracer view --proxy 127.0.0.1:1884 --to localhost --cafile ca.pem
  tracer view --listen 127.0.0.1:19000        # and: broker --trace-to 127.0.0.1:19000

? tells the keys. What was copied goes to the terminal's clipboard, and is printed at the end.")]
#[cfg_attr(not(feature = "view"), allow(dead_code))] // the tracer that is handed over to reads them
pub(super) struct View {
    /// The capture; - is standard input, which may still grow
    #[arg(value_name = "FILE", required_unless_present_any = ["proxy", "listen"])]
    file: Option<PathBuf>,
    /// One more port on which the server speaks MQTT in the capture, beside 1883
    #[arg(long, value_name = "PORT")]
    port: Vec<u16>,
    /// Stand between clients and a broker, as tracer proxy does, and listen here
    #[arg(long, value_name = "ADDRESS", value_parser = address, conflicts_with_all = ["file", "listen"])]
    proxy: Option<SocketAddr>,
    /// The broker of --proxy; its port is 1883, over TLS 8883, unless you say another one
    #[arg(long, value_name = "HOST[:PORT]", default_value = "127.0.0.1")]
    to: Place,
    /// Take what brokers and clients stream here with --trace-to, as tracer listen does
    #[arg(long, value_name = "ADDRESS", value_parser = address, conflicts_with = "file")]
    listen: Option<SocketAddr>,
    /// Keep no more lines than this: of a file the first ones, of what happens now the last ones. A line
    /// takes some 200 bytes beside those of its packet
    #[arg(long, value_name = "LINES", default_value = "200000")]
    most: NonZeroUsize,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    sides: SideOptions,
}

impl View {
    #[cfg(feature = "view")]
    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        if let (Some(option), None) = (self.sides.asking(), self.proxy) {
            let message = format!("{option} is for a proxy: add --proxy ADDRESS to listen there");
            return Err(Failure::Usage(message));
        }
        let only = self.selection.filter()?;
        let is_file = self.file.as_ref().is_some_and(|file| file.is_file());
        let keep = if is_file { Keep::First } else { Keep::Last }(self.most.get());
        let source = source::open(self)?;
        let model = |size| {
            let colour = output.page().colour.is_some();
            Model::new(source.title.clone(), colour, size).keep(keep).only(only)
        };
        terminal::run(&source, model)
    }

    #[cfg(not(feature = "view"))]
    pub(super) fn run(&self, _: &OutputOptions) -> Result<(), Failure> {
        let with_tls = self.sides.asking().is_some();
        hand_over::to_a_tracer_with(if with_tls { "view,tls" } else { "view" })
    }
}
