//! Costs as SVG. Both axes are logarithmic: what stays level does not grow, and what grows as its
//! number does climbs a step for each step to the right.

use std::fmt::Write;

use super::{Kind, Series, grouped, label};

const WIDTH: f64 = 380.0;
const TOP: f64 = 30.0;
const LEFT: f64 = 44.0;
/// How far the right end of a line is from the edge: its name stands there.
const RIGHT: f64 = 84.0;
/// Of a decade, from bottom to top.
const DECADE: f64 = 46.0;
const TEXT: f64 = 12.0;

/// Where everything is.
struct Axes {
    /// The decades that are shown, as powers of ten.
    across: (i32, i32),
    up: (i32, i32),
}

pub(super) fn svg(kind: &Kind, series: &[Series]) -> String {
    let axes = Axes::around(series);
    let height = axes.bottom() + 40.0;
    let mut out = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" aria-label=\"{}: microseconds of processor \
         time for each message, by the number of {}. The table below has the figures.\">\n",
        kind.title, kind.many,
    );
    axes.draw(&mut out, kind);
    for (index, series) in series.iter().enumerate() {
        axes.line(&mut out, index, series);
    }
    axes.names(&mut out, series);
    out.push_str("</svg>\n");
    out
}

impl Axes {
    fn around(series: &[Series]) -> Self {
        let points = || series.iter().flat_map(|series| &series.points);
        Self {
            across: decades(points().map(|(number, _)| f64::from(*number))),
            up: decades(points().map(|(_, cost)| *cost)),
        }
    }

    fn bottom(&self) -> f64 {
        TOP + DECADE * f64::from(self.up.1 - self.up.0)
    }

    fn x(&self, number: f64) -> f64 {
        let (first, last) = self.across;
        let share = (number.log10() - f64::from(first)) / f64::from((last - first).max(1));
        LEFT + share * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, cost: f64) -> f64 {
        self.bottom() - (cost.log10() - f64::from(self.up.0)) * DECADE
    }

    fn draw(&self, out: &mut String, kind: &Kind) {
        let right = WIDTH - RIGHT;
        out.push_str("<g class=\"axes\">\n");
        for power in self.up.0..=self.up.1 {
            let (y, cost) = (self.y(10_f64.powi(power)), 10_f64.powi(power));
            let _ = writeln!(
                out,
                "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/><text class=\"cost\" \
                 x=\"{:.1}\" y=\"{:.1}\" font-size=\"{TEXT}\">{cost}</text>",
                LEFT - 6.0,
                y + 4.0,
            );
        }
        for power in self.across.0..=self.across.1 {
            let x = self.x(10_f64.powi(power));
            let number = grouped(10_u32.saturating_pow(power.unsigned_abs()));
            let _ = writeln!(
                out,
                "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{:.1}\"/><text class=\"number\" \
                 x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{TEXT}\">{number}</text>",
                self.bottom(),
                self.bottom() + 16.0,
            );
        }
        let _ = writeln!(
            out,
            "<text x=\"4\" y=\"14\" font-size=\"{TEXT}\">µs for each message</text><text class=\"number\" \
             x=\"{:.1}\" y=\"{:.1}\" font-size=\"{TEXT}\">{}</text>\n</g>",
            f64::midpoint(LEFT, right),
            self.bottom() + 34.0,
            kind.many,
        );
    }

    fn line(&self, out: &mut String, index: usize, series: &Series) {
        let at = |(number, cost): &(u32, f64)| (self.x(f64::from(*number)), self.y(*cost));
        let corners: Vec<_> = series.points.iter().map(at).collect();
        let path: Vec<_> = corners.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            out,
            "<g class=\"series series-{}\"><polyline points=\"{}\"/>",
            index + 1,
            path.join(" ")
        );
        for (x, y) in &corners {
            let _ = match index {
                0 => write!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"),
                1 => {
                    let (x, y) = (x - 3.5, y - 3.5);
                    write!(out, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"7\" height=\"7\"/>")
                }
                _ => write!(out, "<path d=\"M{x:.1} {:.1}l4.5 8h-9z\"/>", y - 5.0),
            };
        }
        out.push_str("</g>\n");
    }

    /// The name of each line at its right end, from the lowest up, a line of text apart at least.
    fn names(&self, out: &mut String, series: &[Series]) {
        let end = |series: &Series| series.points.last().map_or(self.bottom(), |it| self.y(it.1));
        let mut ends: Vec<_> = series.iter().map(|series| (end(series), series)).collect();
        ends.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut free = f64::INFINITY;
        for (y, Series { broker, points }) in ends {
            let x = points.last().map_or(LEFT, |(number, _)| self.x(f64::from(*number)));
            let y = (y + 4.0).min(free);
            free = y - TEXT - 2.0;
            let _ = writeln!(
                out,
                "<text class=\"name\" x=\"{:.1}\" y=\"{y:.1}\" font-size=\"{TEXT}\">{}</text>",
                x + 9.0,
                label(broker),
            );
        }
    }
}

/// The powers of ten around these figures.
#[allow(clippy::cast_possible_truncation)] // of logarithms
fn decades(figures: impl Iterator<Item = f64>) -> (i32, i32) {
    let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
    for figure in figures {
        first = first.min(figure.log10().floor());
        last = last.max(figure.log10().ceil());
    }
    (first as i32, (last as i32).max(first as i32 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_as_its_number_does_climbs_a_decade_for_a_decade() {
        let points = vec![(10, 0.5), (100, 5.0), (1000, 50.0)];
        let axes = Axes::around(&[Series { broker: "ours".to_owned(), points }]);
        assert_eq!((axes.across, axes.up), ((1, 3), (-1, 2)));
        assert!((axes.y(0.5) - axes.y(5.0) - DECADE).abs() < 1e-9);
        assert!((axes.x(100.0) - axes.x(10.0) - (axes.x(1000.0) - axes.x(100.0))).abs() < 1e-9);
        assert!((axes.bottom() - axes.y(0.1)).abs() < 1e-9);
    }

    #[test]
    fn names_do_not_stand_on_each_other() {
        let series = ["ours", "a", "b"].map(|broker| Series {
            broker: broker.to_owned(),
            points: vec![(10, 1.0), (100, 1.0)],
        });
        let mut out = String::new();
        Axes::around(&series).names(&mut out, &series);
        let places: Vec<&str> =
            out.split(" y=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
        let places: Vec<f64> = places.iter().map(|it| it.parse().unwrap()).collect();
        assert!(places.is_sorted_by(|one, next| one - next >= TEXT), "{places:?}");
    }
}
