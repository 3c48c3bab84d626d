//! State diagrams, drawn from a small description of each machine.
//!
//! The descriptions are in [`machines`]; a test drives the lab's own state machines through each of
//! their moves, so that a diagram cannot show what the code does not do.

mod drawing;
mod machines;

use std::fmt::Write;

use crate::html::escape;

/// What can be in which states, and what leads from one to another.
pub(crate) struct Machine {
    /// How a directive names it.
    name: &'static str,
    /// What stands above the diagram.
    title: &'static str,
    /// From top to bottom.
    states: &'static [&'static str],
    moves: &'static [Move],
}

/// A way from one state to another, or back to the same.
struct Move {
    /// An index into the states.
    from: usize,
    to: usize,
    /// What happens.
    on: &'static str,
    /// What is done then.
    does: &'static str,
}

/// The diagrams of these machines, side by side where there is room.
pub(crate) fn html(names: &str) -> Result<String, String> {
    let mut out = String::from("<div class=\"machines\">\n");
    for name in names.split(',') {
        let machine = machines::ALL.iter().find(|machine| machine.name == name);
        let machine = machine.ok_or_else(|| format!("there is no state diagram '{name}'"))?;
        figure(&mut out, machine);
    }
    out.push_str("</div>\n");
    Ok(out)
}

fn figure(out: &mut String, machine: &Machine) {
    let _ = write!(
        out,
        "<figure class=\"machine\">\n<figcaption><strong>{}</strong></figcaption>\n{}<details>\
         <summary>The same as text</summary>\n<ul>\n",
        machine.title,
        drawing::svg(machine),
    );
    for step in machine.moves {
        let _ = writeln!(
            out,
            "<li>{} → {}: on {}, {}</li>",
            machine.states[step.from],
            machine.states[step.to],
            escape(step.on),
            escape(step.does),
        );
    }
    out.push_str("</ul>\n</details>\n</figure>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_move_leads_from_a_state_to_a_state() {
        for machine in machines::ALL {
            for step in machine.moves {
                assert!(step.from < machine.states.len() && step.to < machine.states.len());
            }
            let html = html(machine.name).unwrap();
            assert!(!html.contains("\n\n"), "an empty line would end the HTML block");
            assert_eq!(html.matches("<li>").count(), machine.moves.len());
        }
        assert!(html("nothing").is_err());
    }
}
