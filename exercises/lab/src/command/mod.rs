//! The command line of the lab: what a visitor can ask for.

mod book;
mod broker;
mod by_hand;
mod capture;
mod class;
mod dev;
mod guide;
mod hand_over;
mod inputs;
mod keys;
mod place;
mod scenario;
mod screen;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracer::output::{Failure, OutputOptions, exit_code};

#[derive(Parser)]
#[command(
    name = "lab",
    version,
    about = "MQTT on the Road, the lab: learn MQTT by looking at every packet",
    long_about = "MQTT on the Road, the lab: learn MQTT by looking at every packet.\n\n\
                  Without a command it plays the first scenario: one message from a publisher to a \
                  subscriber, with every packet that it takes.",
    after_help = "\
Examples:
  lab                                          the first packets
  lab scenario --list                          what there is to see
  lab scenario connection --detail explain     what each bit means
  lab scenario last-will --detail line         one line for each packet
  lab scenario qos --format json | jq .type    for machines
  lab list                                     the exercises, and where you are
  lab next                                     the next one; then: lab check, lab hint, lab watch
  lab book                                     the book, in which the scenarios run

From the repository, `cargo run --` or `cargo lab` stands for `lab`."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    output: OutputOptions,
}

#[derive(Subcommand)]
enum Command {
    Scenario(scenario::PlayScenario),
    Book(book::ReadBook),
    #[command(flatten)]
    Ask(guide::Ask),
    Class(class::Class),
    Dev(dev::Author),
}

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    let Arguments { command, output } = Arguments::parse();
    #[cfg(not(feature = "tls"))]
    if let Some(Command::Scenario(scenario)) = &command
        && scenario.needs_tls()
    {
        return hand_over::to_a_lab_with_tls();
    }
    let result = match command {
        None => first_visit(&output),
        Some(Command::Scenario(scenario)) => scenario.run(&output),
        Some(Command::Book(book)) => return book.run(),
        Some(Command::Ask(ask)) => ask.run(&output),
        Some(Command::Class(class)) => class.run(),
        Some(Command::Dev(author)) => author.run(),
    };
    exit_code("lab", result)
}

/// What a newcomer sees who types no more than `cargo run`.
fn first_visit(output: &OutputOptions) -> Result<(), Failure> {
    scenario::play_first(output)?;
    if output.format == tracer::Format::Text {
        scenario::tell(
            output,
            "Every bit above is real: a broker and two clients talked over TCP. What next?\n\n  \
             cargo run -- scenario connection --detail explain    what each bit means\n  \
             cargo run -- scenario --list                         the scenarios of the talk\n  \
             cargo run -- next                                    the first exercise\n  \
             cargo run -p tracer -- decode 30 05 00 01 61 68 69   bytes of your own",
        )?;
    }
    Ok(())
}
