//! `--by-hand`: what to type, instead of playing.

use std::io::{self, Write};

use lab::{Action, Scenario, Step, Tools};
use tracer::output::{Failure, OutputOptions};

use super::scenario::tell;

/// The column behind the names of the terminals.
const MARGIN: usize = 16;

/// What fits on most screens, and on paper.
const WIDEST: usize = 100;

/// Prints how to play this scenario by hand.
pub(super) fn print(scenario: &Scenario, output: &OutputOptions) -> Result<(), Failure> {
    let width = output.page().width.min(WIDEST).saturating_sub(MARGIN);
    let mut out = io::stdout().lock();
    writeln!(out, "{}: {}\n", scenario.name, scenario.about)?;
    writeln!(out, "Open a terminal for each name on the left, all in the folder of the lab.")?;
    for (tools, title) in [
        (Tools::Lab, "With the lab's own client:"),
        (Tools::Mosquitto, "The same with the talk's tools, mosquitto_sub and mosquitto_pub:"),
    ] {
        writeln!(out, "\n{title}\n")?;
        for step in scenario.by_hand.steps {
            write(&mut out, step, tools, width)?;
        }
    }
    writeln!(out, "\nIn Wireshark, on the loopback interface, with the display filter\n")?;
    writeln!(out, "  {}\n", scenario.by_hand.filter)?;
    writeln!(out, "you see {}.\n", scenario.by_hand.shows)?;
    drop(out);
    tell(output, &format!("To remember: {}", scenario.remember))
}

fn write(out: &mut impl Write, step: &Step, tools: Tools, width: usize) -> io::Result<()> {
    let name = match step.action {
        Action::Do(_) => format!("({})", step.terminal),
        _ => step.terminal.to_owned(),
    };
    let lines = match step.action {
        Action::Do(what) => vec![what.to_owned()],
        action => action.typed(tools, width).unwrap_or_default(),
    };
    for (number, line) in lines.iter().enumerate() {
        let name = if number == 0 { name.as_str() } else { "" };
        writeln!(out, "  {name:<0$}{line}", MARGIN - 2)?;
    }
    Ok(())
}
