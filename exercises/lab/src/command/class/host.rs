//! `lab class host`: the broker of a class.

use std::io::{self, Write};

use broker::{Server, Settings};
use clap::Args;
use tracer::output::Failure;

use super::topics::name;
use super::{local, runtime, wrong};

/// The name of a class that has no other one.
pub(super) const CLASS: &str = "lab";
/// Where a class meets that meets on one machine.
pub(super) const PLACE: &str = "127.0.0.1:1883";

/// Run the broker of a class, and say how to come to it
#[derive(Args)]
pub(super) struct Host {
    /// Where to listen: an address of this machine in the network of the room
    #[arg(long, value_name = "ADDRESS[:PORT]", default_value = PLACE)]
    listen: String,
    /// The name of the class
    #[arg(long, value_name = "NAME", default_value = CLASS, value_parser = name)]
    class: String,
}

impl Host {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let listen = local::resolve(&self.listen).map_err(Failure::Usage)?;
        runtime()?.block_on(async {
            let settings = Settings { listen, ..Settings::default() };
            let server = Server::bind(settings).await.map_err(wrong)?;
            self.introduce(&server)?;
            let interrupted = async {
                let _ = tokio::signal::ctrl_c().await; // without signals it goes on until it is killed
            };
            server.run(interrupted).await.map_err(wrong)
        })?;
        writeln!(io::stdout(), "\nThe class is over, and what was told is forgotten.")?;
        Ok(())
    }

    fn introduce(&self, server: &Server) -> io::Result<()> {
        let address = server.local_address();
        let class =
            if self.class == CLASS { String::new() } else { format!(" --class {}", self.class) };
        writeln!(
            io::stdout(),
            "The class `{}` meets at {address}. Each learner types once:\n  \
             cargo lab class join NAME --at {address}{class}\n\
             and you, to see how far they are:\n  \
             cargo lab class board --at {address}{class}",
            self.class,
        )?;
        if address.ip().is_loopback() {
            writeln!(
                io::stdout(),
                "Only this machine can come. For a room: --listen with its address there."
            )?;
        }
        writeln!(io::stdout(), "Ctrl-C ends it.")
    }
}
