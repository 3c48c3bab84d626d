//! `--inputs`: what may be chosen, instead of playing.

use std::io::{self, Write};

use lab::{Input, Scenario};

/// What may be chosen in each of these.
pub(super) fn print(scenarios: &[&Scenario]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for (number, Scenario { name, inputs, .. }) in scenarios.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{name}, chosen with --set INPUT=VALUE:\n")?;
        for Input { name, about, kind, usual, .. } in *inputs {
            writeln!(out, "  {name:<14} {about}")?;
            writeln!(out, "  {:<14} usually {usual}; may be {}", "", kind.words())?;
        }
    }
    Ok(())
}
