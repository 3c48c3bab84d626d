//! The command line of the tracer: what can be asked, and which exit code answers.

mod annotated;
mod audience;
mod capture;
mod craft;
mod decode;
mod diff;
mod follow;
mod interrupt;
mod lint;
mod listen;
mod place;
mod progress;
mod proxy;
mod read;
mod recording;
mod remarks;
mod selection;
mod stats;
mod tls_sides;
mod view;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracer::output::OutputOptions;

#[derive(Parser)]
#[command(
    name = "tracer",
    version,
    about = "Shows every byte and bit of MQTT traffic, with its meaning",
    after_help = "Exit codes: 0 good, 1 a rule is broken or two packets differ, 2 wrong usage.",
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Subcommand)]
enum Command {
    Craft(Box<craft::Craft>),
    Decode(decode::Decode),
    Diff(diff::Diff),
    Lint(lint::Lint),
    Listen(listen::Listen),
    Proxy(Box<proxy::Proxy>),
    Read(read::Read),
    Stats(stats::Stats),
    View(Box<view::View>),
}

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Craft(craft) => craft.run(&arguments.output),
        Command::Decode(decode) => decode.run(&arguments.output),
        Command::Diff(diff) => diff.run(&arguments.output),
        Command::Lint(lint) => lint.run(&arguments.output),
        Command::Listen(listen) => listen.run(&arguments.output),
        Command::Proxy(proxy) => proxy.run(&arguments.output),
        Command::Read(read) => read.run(&arguments.output),
        Command::Stats(stats) => stats.run(&arguments.output),
        Command::View(view) => view.run(&arguments.output),
    };
    tracer::output::exit_code("tracer", result)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_options_agree_with_each_other() {
        Arguments::command().debug_assert();
    }
}
