//! A machine as SVG: its states from top to bottom, and between two neighbours what leads from one to
//! the other. What leads back to the same state stands beside it, what jumps runs along the left.

use std::fmt::Write;

use super::{Machine, Move};
use crate::html::escape;

const WIDTH: f64 = 350.0;
/// The boxes of the states: their left edge, width and height.
const LEFT: f64 = 26.0;
const BOX: (f64, f64) = (148.0, 34.0);
const TEXT: f64 = 12.0;
const LEADING: f64 = 15.0;
/// Characters in a line of words: beside a box, and between two boxes.
const BESIDE: usize = 22;
const BETWEEN: usize = 34;

pub(super) fn svg(machine: &Machine) -> String {
    let mut pen = Pen { out: String::new(), y: 8.0, tops: Vec::new() };
    for state in 0..machine.states.len() {
        pen.state(machine, state);
    }
    pen.jumps(machine);
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {:.0}\" role=\"group\" aria-label=\"State diagram: \
         {}\">\n{}</svg>\n",
        pen.y + 4.0,
        escape(machine.title),
        pen.out,
    )
}

struct Pen {
    out: String,
    y: f64,
    /// The upper edge of each state.
    tops: Vec<f64>,
}

impl Pen {
    fn state(&mut self, machine: &Machine, state: usize) {
        let own: Vec<&Move> =
            machine.moves.iter().filter(|step| step.from == state && step.to == state).collect();
        let top = self.y;
        self.tops.push(top);
        let _ = writeln!(
            self.out,
            "<g class=\"state\"><rect x=\"{LEFT}\" y=\"{top:.1}\" width=\"{}\" height=\"{}\" \
             rx=\"8\"/><text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{TEXT}\">{}</text></g>",
            BOX.0,
            BOX.1,
            LEFT + BOX.0 / 2.0,
            top + BOX.1 / 2.0 + 4.0,
            machine.states[state],
        );
        let right = LEFT + BOX.0;
        let mut bottom = top + BOX.1;
        for step in own {
            let _ = writeln!(
                self.out,
                "<g class=\"move\"><path class=\"way\" d=\"M{right} {:.1}h16v18h-10\"/><path \
                 class=\"tip\" d=\"M{right} {:.1}l9 -4.5v9z\"/></g>",
                top + 8.0,
                top + 26.0,
            );
            bottom = bottom.max(self.words(step, right + 24.0, top + 10.0, BESIDE));
        }
        self.y = bottom + 4.0;
        self.gap(machine, state, top + BOX.1);
    }

    /// What leads between this state and the next one, either way.
    fn gap(&mut self, machine: &Machine, state: usize, from: f64) {
        let down = machine.moves.iter().filter(|step| step.from == state && step.to == state + 1);
        let up = machine.moves.iter().filter(|step| step.from == state + 1 && step.to == state);
        let steps: Vec<(bool, &Move)> =
            down.map(|step| (true, step)).chain(up.map(|step| (false, step))).collect();
        if steps.is_empty() {
            return;
        }
        let first = self.y + 12.0;
        let mut y = first;
        #[allow(clippy::cast_precision_loss)] // two ways at the most
        let way = |index: usize| LEFT + 20.0 + index as f64 * 22.0;
        let words = way(steps.len() - 1) + 14.0;
        let mut marks = Vec::new();
        for (_, step) in &steps {
            marks.push(y);
            y = self.words(step, words, y, BETWEEN) + 4.0;
        }
        let to = y + 2.0;
        for (index, (is_down, _)) in steps.iter().enumerate() {
            let (x, mark) = (way(index), marks[index] - 4.0);
            let (tip, shape, line) = if *is_down {
                (to, "l-4.5 -9h9z", (from, to - 8.0))
            } else {
                (from, "l-4.5 9h9z", (from + 8.0, to))
            };
            let _ = writeln!(
                self.out,
                "<g class=\"move\"><line class=\"way\" x1=\"{x}\" y1=\"{:.1}\" x2=\"{x}\" \
                 y2=\"{:.1}\"/><path class=\"tip\" d=\"M{x} {tip:.1}{shape}\"/><line \
                 class=\"lead\" x1=\"{x}\" y1=\"{mark:.1}\" x2=\"{:.1}\" y2=\"{mark:.1}\"/></g>",
                line.0,
                line.1,
                words - 3.0,
            );
        }
        self.y = to;
    }

    /// What leads past a neighbour: along the left, with its words below the last state.
    fn jumps(&mut self, machine: &Machine) {
        for step in machine.moves.iter().filter(|step| step.from.abs_diff(step.to) > 1) {
            let (from, to) = (self.tops[step.from] + BOX.1 / 2.0, self.tops[step.to] + BOX.1 / 2.0);
            let _ = writeln!(
                self.out,
                "<g class=\"move\"><path class=\"way\" d=\"M{LEFT} {from:.1}H8V{to:.1}H{:.1}\"/><path \
                 class=\"tip\" d=\"M{LEFT} {to:.1}l-9 -4.5v9z\"/></g>",
                LEFT - 8.0,
            );
            self.y = self.words(step, 8.0, self.y + 12.0, BETWEEN + 10) + 4.0;
        }
    }

    /// What happens, in bold, and what is done then, below it. Tells where the next line would be.
    fn words(&mut self, step: &Move, x: f64, y: f64, most: usize) -> f64 {
        let mut at = y;
        for (class, text) in [("on", step.on), ("does", step.does)] {
            for line in wrap(text, most) {
                let _ = writeln!(
                    self.out,
                    "<text class=\"{class}\" x=\"{x}\" y=\"{at:.1}\" font-size=\"{TEXT}\">{} </text>",
                    escape(&line),
                );
                at += LEADING;
            }
        }
        at
    }
}

fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.chars().count() + word.chars().count() < most => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
