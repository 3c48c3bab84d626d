//! How large things are in a sequence diagram. Units are CSS pixels where the diagram has its own size.

/// The measures of a diagram.
pub(super) struct Geometry {
    /// The whole width.
    pub(super) width: f64,
    /// What is left of the first lane, for the numbers, and right of the last one, for the sizes.
    pub(super) gutters: (f64, f64),
    /// The height of a packet, and of a note.
    pub(super) packet: f64,
    /// The size of text: names of packets, what they say, captions.
    pub(super) text: f64,
    pub(super) words: f64,
    /// The widest that the name of a lane may be.
    pub(super) shows_sizes: bool,
}

pub(super) const WIDE: Geometry = Geometry {
    width: 860.0,
    gutters: (46.0, 58.0),
    packet: 48.0,
    text: 14.0,
    words: 12.5,
    shows_sizes: true,
};

pub(super) const NARROW: Geometry = Geometry {
    width: 340.0,
    gutters: (22.0, 8.0),
    packet: 44.0,
    text: 12.5,
    words: 11.0,
    shows_sizes: false,
};

/// How wide a character is on average, as a part of the size of the text: as measured in Open Sans and
/// Source Code Pro, which the book brings along.
pub(super) const SANS: f64 = 0.54;
pub(super) const MONO: f64 = 0.602;

impl Geometry {
    /// How wide a text between the gutters can be.
    pub(super) fn room(&self) -> f64 {
        self.width - self.gutters.0 - self.gutters.1
    }

    /// The middle of a lane.
    #[allow(clippy::cast_precision_loss)] // a handful of lanes
    pub(super) fn lane(&self, index: usize, lanes: usize) -> f64 {
        let (left, right) = self.gutters;
        let each = (self.width - left - right) / lanes as f64;
        left + each * (index as f64 + 0.5)
    }

    /// How wide a text is.
    #[allow(clippy::cast_precision_loss)] // a line of text
    pub(super) fn measure(text: &str, size: f64, each: f64) -> f64 {
        text.chars().count() as f64 * size * each
    }

    /// Breaks a text into lines of at most this width.
    pub(super) fn wrap(text: &str, size: f64, each: f64, width: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(last)
                    if Self::measure(last, size, each)
                        + Self::measure(word, size, each)
                        + size * each
                        <= width =>
                {
                    last.push(' ');
                    last.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }

    /// Breaks a text into as few lines as [`Self::wrap`], and those about equally long: no word is left
    /// alone on the last one.
    pub(super) fn balanced(text: &str, size: f64, each: f64, width: f64) -> Vec<String> {
        let mut lines = Self::wrap(text, size, each, width);
        let mut narrower = width - size * each;
        while narrower > width / 2.0 {
            let more = Self::wrap(text, size, each, narrower);
            if more.len() > lines.len() {
                break;
            }
            lines = more;
            narrower -= size * each;
        }
        lines
    }

    /// The text, cut where it does not fit into this width.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a width is no number of millions
    pub(super) fn cut(text: &str, size: f64, each: f64, width: f64) -> String {
        let most = (width / (size * each)).max(1.0) as usize;
        if text.chars().count() <= most {
            return text.to_owned();
        }
        text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
    }

    /// Where a text of this width has its middle, near `wanted` and within the diagram.
    pub(super) fn within(&self, wanted: f64, width: f64) -> f64 {
        let (left, right) = self.gutters;
        let half = width.min(self.room()) / 2.0;
        wanted.clamp(left + half, self.width - right - half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_within_its_width() {
        let lines = Geometry::wrap("one two three four", 10.0, 0.5, 45.0);
        assert_eq!(lines, ["one two", "three", "four"]);
        assert_eq!(
            Geometry::balanced("one two three four", 10.0, 0.5, 75.0),
            ["one two", "three four"]
        );
        assert_eq!(Geometry::cut("abcdefgh", 10.0, 0.5, 25.0), "abcd…");
        assert_eq!(Geometry::cut("abc", 10.0, 0.5, 25.0), "abc");
    }

    #[test]
    fn a_text_near_the_border_is_moved_out_of_the_gutters() {
        for geometry in [&WIDE, &NARROW] {
            let (left, right) = geometry.gutters;
            assert!(geometry.within(geometry.width, 100.0) + 50.0 <= geometry.width - right);
            assert!(geometry.within(0.0, 100.0) - 50.0 >= left);
            let widest = geometry.within(0.0, 9999.0) + geometry.room() / 2.0;
            assert!((widest - geometry.width + right).abs() < 0.001);
        }
    }
}
