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

#[cfg(test)]
mod tests {
    use lab::{Action, SCENARIOS, Tools};

    use super::*;

    /// `lab scenario --by-hand` tells people to type this.
    #[test]
    fn what_scenarios_tell_people_to_type_is_understood() {
        let mut tried = 0;
        for step in SCENARIOS.iter().flat_map(|scenario| scenario.by_hand.steps) {
            if matches!(step.action, Action::Subscribe(_) | Action::Publish(_)) {
                let words = step.action.words(Tools::Lab).unwrap();
                let own = words.iter().skip_while(|word| **word != "--").skip(1);
                let line: Vec<_> = ["client"].iter().chain(own).collect();
                if let Err(error) = Arguments::try_parse_from(&line) {
                    panic!("{line:?}: {error}");
                }
                tried += 1;
            }
        }
        assert!(tried > 20, "{tried}");
    }
}
