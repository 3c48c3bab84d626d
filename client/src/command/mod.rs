//! The command line of the client: `client pub` and `client sub`, with the short options of
//! `mosquitto_pub` and `mosquitto_sub`; `client request` and `client respond`, which talk by them.

mod connection;
mod exchange;
mod listening;
mod publish;
mod request;
mod respond;
mod security;
mod session;
mod subscribe;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracer::output::exit_code;

#[derive(Parser)]
#[command(
    name = "client",
    version,
    about = "A minimal MQTT 3.1.1 client, made for reading",
    arg_required_else_help = true,
    after_help = "\
Examples:
  client sub -t 'kitchen/#' -v
  client pub -t kitchen/temperature -m 21.5 -q 1
  client respond
  client request -m 'Hello DevDay !'
  client pub --help

Exit codes: 0 good, 1 the server refused, the connection failed or no reply came, 2 wrong usage."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Pub(publish::Publish),
    Sub(subscribe::Subscribe),
    Request(request::Request),
    Respond(respond::Respond),
}

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Pub(publish) => publish.run(),
        Command::Sub(subscribe) => subscribe.run(),
        Command::Request(request) => request.run(),
        Command::Respond(respond) => respond.run(),
    };
    exit_code("client", result)
}
