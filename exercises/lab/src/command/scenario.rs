//! `lab scenario`: plays a scenario of the talk, and shows every packet of it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use lab::{Audience, Choices, Lab, LabError, OtherBroker, Reader, SCENARIOS, Scenario, Transcript};
use tracer::capture::CaptureFile;
use tracer::output::{Failure, OutputOptions};

use super::broker::BrokerOptions;
use super::by_hand;
use super::capture::{self, Captured};
use super::inputs;
use super::screen::{Screen, turn_the_page, wait_for_enter};

/// Play a scenario of the talk: broker and clients in one process, every packet shown
#[derive(Args)]
#[command(after_help = "\
Examples:
  lab scenario --list
  lab scenario retained
  lab scenario session --detail line
  lab scenario publish --set qos=2       with a choice of your own; --inputs says which there are
  lab scenario last-will --virtual       no waiting: the clock is the lab's own
  lab scenario qos --step --projector    one packet at a time, bright, for a room
  lab scenario all --detail line
  lab scenario publish --pcap publish.pcapng
  lab scenario session --by-hand         what to type in several terminals
  lab scenario all --broker localhost:1884 --detail line     on mosquitto, say")]
pub(super) struct PlayScenario {
    /// Its name, or all for one after the other
    #[arg(value_name = "NAME", required_unless_present = "list")]
    name: Option<String>,
    /// Say which scenarios there are
    #[arg(long, conflicts_with = "name")]
    list: bool,
    /// Play nothing, but say what to type in which terminal to play it yourself
    #[arg(long, conflicts_with_all = ["on_virtual_network", "step", "pcap", "broker"])]
    by_hand: bool,
    /// Play nothing, but say what may be chosen with --set
    #[arg(long, conflicts_with_all = ["by_hand", "list", "set"])]
    inputs: bool,
    /// Choose one of the scenario's inputs, such as qos=2; may be given several times
    #[arg(long, value_name = "INPUT=VALUE", conflicts_with = "by_hand")]
    set: Vec<String>,
    #[command(flatten)]
    manner: Manner,
    #[command(flatten)]
    broker: BrokerOptions,
}

/// How it is played.
#[derive(Args)]
struct Manner {
    /// Play on links and a clock of the lab's own instead of over TCP: at once, and the same each time
    #[arg(long = "virtual")]
    on_virtual_network: bool,
    /// Wait for Enter before each packet; the scenario is played beforehand
    #[arg(long)]
    step: bool,
    /// Write every packet to a capture file as well, for `tracer read` and Wireshark; over TLS the records,
    /// and the keys with which Wireshark reads them
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
}

impl PlayScenario {
    /// Whether it needs TLS, which not every build of the lab has.
    #[cfg(not(feature = "tls"))]
    pub(super) fn needs_tls(&self) -> bool {
        let is_here = self.name.as_deref() == Some("tls");
        let plays = !self.by_hand && !self.manner.on_virtual_network;
        self.broker.wants_tls() || (is_here && plays && self.broker.is_ours())
    }

    pub(super) fn run(&self, output: &OutputOptions) -> Result<(), Failure> {
        let Some(name) = &self.name else { return list() };
        let scenarios: Vec<&Scenario> = match (name.as_str(), Scenario::named(name)) {
            ("all", _) => SCENARIOS.iter().collect(),
            (_, Some(scenario)) => vec![scenario],
            (_, None) => return Err(Failure::Usage(unknown(name))),
        };
        if self.inputs {
            return Ok(inputs::print(&scenarios)?);
        }
        let plays = self.plays(&scenarios)?;
        if self.by_hand {
            return scenarios.iter().try_for_each(|scenario| by_hand::print(scenario, output));
        }
        let on = match self.broker.other()? {
            Some(broker) => On::Broker(broker),
            None if self.manner.on_virtual_network => On::VirtualNetwork,
            None => On::Tcp,
        };
        if let On::Broker(OtherBroker { host, port, .. }) = &on {
            tell(output, &elsewhere(host, *port))?;
        }
        let capture = self.manner.pcap.as_deref().map(capture::create).transpose()?;
        let play = Play { on, step: self.manner.step, capture };
        let played = play.all(&plays, output);
        if let (Some(path), Some(file)) = (&self.manner.pcap, &play.capture) {
            capture::finish(file, path)?;
        }
        played
    }

    /// What is to be played, with what was chosen.
    fn plays<'s>(
        &self,
        scenarios: &[&'s Scenario],
    ) -> Result<Vec<(&'s Scenario, Choices)>, Failure> {
        if scenarios.len() > 1 && !self.set.is_empty() {
            let advice = "--set chooses for one scenario: name one instead of all";
            return Err(Failure::Usage(advice.to_owned()));
        }
        scenarios.iter().map(|scenario| Ok((*scenario, self.choices(scenario)?))).collect()
    }

    fn choices(&self, scenario: &Scenario) -> Result<Choices, Failure> {
        let mut choices = Choices::usual(scenario);
        for set in &self.set {
            let (name, value) = set.split_once('=').ok_or_else(|| {
                Failure::Usage(format!(
                    "--set {set}: an input is chosen as NAME=VALUE, such as qos=2"
                ))
            })?;
            choices.set(name, value).map_err(|error| Failure::Usage(format!("--set {error}")))?;
        }
        Ok(choices)
    }
}

/// Where and how to play.
struct Play {
    on: On,
    step: bool,
    capture: Option<Arc<CaptureFile>>,
}

enum On {
    Tcp,
    VirtualNetwork,
    Broker(OtherBroker),
}

/// Plays what a first visitor sees.
pub(super) fn play_first(output: &OutputOptions) -> Result<(), Failure> {
    let (play, first) = (Play { on: On::Tcp, step: false, capture: None }, &SCENARIOS[0]);
    play.one(first, &Choices::usual(first), output)
}

/// Tells the visitor something outside of any scenario.
pub(super) fn tell(output: &OutputOptions, paragraph: &str) -> Result<(), Failure> {
    let reader = reader(output);
    reader.hear(paragraph);
    Ok(reader.printer().result()?)
}

impl Play {
    fn all(&self, plays: &[(&Scenario, Choices)], output: &OutputOptions) -> Result<(), Failure> {
        for (scenario, choices) in plays {
            if plays.len() > 1 {
                tell(output, &format!("{}: {}", scenario.name, scenario.about))?;
            }
            self.one(scenario, choices, output)?;
        }
        Ok(())
    }

    fn one(
        &self,
        scenario: &Scenario,
        choices: &Choices,
        output: &OutputOptions,
    ) -> Result<(), Failure> {
        let (reader, played) = if self.step {
            self.step_through(scenario, choices, output)
        } else {
            let reader = Arc::new(reader(output));
            let played = self.before(Arc::clone(&reader) as _, scenario, choices);
            (reader, played)
        };
        reader.printer().result()?;
        played.map_err(|error| Failure::Wrong(Some(format!("scenario {}: {error}", scenario.name))))
    }

    /// Plays the whole scenario, then shows it one packet after the other.
    fn step_through(
        &self,
        scenario: &Scenario,
        choices: &Choices,
        output: &OutputOptions,
    ) -> (Arc<Reader<Paper>>, Result<(), LabError>) {
        let transcript = Arc::new(Transcript::default());
        let played = self.before(Arc::clone(&transcript) as _, scenario, choices);
        let paper = Screen::new(io::stdout(), output.projector.then_some(turn_the_page as fn()));
        let shown = paper.shown();
        let reader = Arc::new(Reader::new(output.printer(paper), output.page()));
        transcript.show_in_steps(&*reader, || {
            if shown.is_nothing() {
                return; // a connection was opened, say: there is no line of it
            }
            if output.projector {
                turn_the_page();
            } else {
                wait_for_enter();
            }
            shown.begin_anew();
        });
        (reader, played)
    }

    /// Plays it before this audience.
    fn before(
        &self,
        audience: Arc<dyn Audience>,
        scenario: &Scenario,
        choices: &Choices,
    ) -> Result<(), LabError> {
        let audience = match &self.capture {
            Some(file) => Arc::new(Captured { audience, file: Arc::clone(file) }),
            None => audience,
        };
        let mut lab = match &self.on {
            On::Tcp => Lab::on_tcp(audience)?,
            On::VirtualNetwork => Lab::on_virtual_network(audience),
            On::Broker(broker) => Lab::on_broker(broker.clone(), audience)?,
        };
        lab.play_with(scenario, choices)
    }
}

/// Standard output, which may be a screen that shows no more than fits.
type Paper = Screen<io::Stdout, fn()>;

fn reader(output: &OutputOptions) -> Reader<Paper> {
    Reader::new(output.printer(Screen::new(io::stdout(), None)), output.page())
}

/// What is different on somebody else's broker.
fn elsewhere(host: &str, port: u16) -> String {
    format!(
        "On the broker at {host}:{port}. You see what the clients see; what goes on within the broker it \
         does not tell. After each step every client asks with a PINGREQ whether all has arrived; these \
         packets of the lab are left out below. What the scenario makes the broker keep is deleted at its \
         end."
    )
}

fn list() -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    for Scenario { name, about, .. } in SCENARIOS {
        writeln!(out, "{name:<15} {about}")?;
    }
    writeln!(out, "\nPlay one with: cargo run -- scenario NAME")?;
    Ok(())
}

fn unknown(name: &str) -> String {
    let names: Vec<_> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
    format!("there is no scenario '{name}'; there are: {}, and all", names.join(", "))
}
