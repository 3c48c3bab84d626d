//! What the text output has to fit: a width, and colour or none.

use owo_colors::Style;

/// The page that text is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many columns a line may have.
    pub width: usize,
    /// The colours, if any are shown. They never say anything that words and glyphs do not say as well.
    pub colour: Option<Palette>,
}

/// A choice among the sixteen colours of a terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// For who sits in front of the screen.
    #[default]
    Usual,
    /// For who sits at the other end of the room: everything is bright and bold, and nothing faint.
    Projector,
}

/// What words that are no part of a packet tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It is as it should be.
    Good,
    /// It is not.
    Bad,
    /// Look here first.
    Strong,
}

impl Page {
    /// Wide enough for every column of the dump, without colour: what a pipe or a file gets.
    pub const PLAIN: Self = Self { width: 118, colour: None };

    /// The narrowest page that the dump is made for.
    pub const NARROWEST: usize = 60;

    /// The words in the colour of their tone; as they are on a page without colour.
    pub fn paint(self, tone: Tone, words: &str) -> String {
        let Some(palette) = self.colour else { return words.to_owned() };
        let hue = match tone {
            Tone::Good => Hue::Payload,
            Tone::Bad => Hue::Wrong,
            Tone::Strong => Hue::Strong,
        };
        format!("{}{words}{RESET}", hue.prefix(palette))
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::PLAIN
    }
}

/// The hues of the dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hue {
    Plain,
    Faint,
    Strong,
    Header,
    HeaderNext,
    Variable,
    VariableNext,
    Payload,
    PayloadNext,
    Wrong,
    Event,
}

impl Hue {
    fn style(self, palette: Palette) -> Style {
        match palette {
            Palette::Usual => self.usual(),
            Palette::Projector => self.on_projector().bold(),
        }
    }

    fn on_projector(self) -> Style {
        let style = Style::new();
        match self {
            Self::Plain | Self::Faint => style.white(),
            Self::Strong | Self::VariableNext => style.bright_white(),
            Self::Header => style.bright_blue(),
            Self::HeaderNext => style.bright_cyan(),
            Self::Variable => style.bright_magenta(),
            Self::Payload => style.bright_green(),
            Self::PayloadNext | Self::Event => style.bright_yellow(),
            Self::Wrong => style.bright_red(),
        }
    }

    fn usual(self) -> Style {
        let style = Style::new();
        match self {
            Self::Plain => style,
            Self::Faint => style.bright_black(),
            Self::Strong => style.bold(),
            Self::Header => style.blue(),
            Self::HeaderNext => style.cyan(),
            Self::Variable => style.magenta(),
            Self::VariableNext => style.bright_magenta(),
            Self::Payload => style.green(),
            Self::PayloadNext => style.bright_green(),
            Self::Wrong => style.red().bold(),
            Self::Event => style.yellow(),
        }
    }

    /// The hue of a stream: those who talk at the same time are told apart by it as well.
    pub(crate) fn of_stream(number: u32) -> Self {
        const STREAMS: [Hue; 6] = [
            Hue::Header,
            Hue::Payload,
            Hue::Variable,
            Hue::HeaderNext,
            Hue::PayloadNext,
            Hue::VariableNext,
        ];
        STREAMS[number as usize % STREAMS.len()]
    }

    fn prefix(self, palette: Palette) -> String {
        self.style(palette).prefix_formatter().to_string()
    }
}

/// The escape sequences of all hues, made once.
#[derive(Clone, Debug)]
pub(crate) struct Hues(Vec<String>);

/// The escape sequence that ends every hue.
pub(crate) const RESET: &str = "\u{1b}[0m";

impl Hues {
    pub(crate) fn new(palette: Palette) -> Self {
        let all = [
            Hue::Plain,
            Hue::Faint,
            Hue::Strong,
            Hue::Header,
            Hue::HeaderNext,
            Hue::Variable,
            Hue::VariableNext,
            Hue::Payload,
            Hue::PayloadNext,
            Hue::Wrong,
            Hue::Event,
        ];
        Self(all.map(|hue| hue.prefix(palette)).into())
    }

    /// The hues for this page: none where it has no colour.
    pub(crate) fn of(page: Page) -> Option<Self> {
        page.colour.map(Self::new)
    }

    /// The escape sequence that begins this hue; empty for none.
    pub(crate) fn prefix(&self, hue: Hue) -> &str {
        &self.0[hue as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_on_a_projector_is_faint_or_italic() {
        for prefix in Hues::new(Palette::Projector).0 {
            let codes: Vec<&str> =
                prefix.trim_start_matches("\u{1b}[").trim_end_matches('m').split(';').collect();
            assert!(codes.contains(&"1"), "bold: {prefix:?}");
            assert!(!codes.contains(&"2") && !codes.contains(&"3"), "{prefix:?}");
            let is_bright =
                |code: &&str| ["37", "91", "92", "93", "94", "95", "96", "97"].contains(code);
            assert!(codes.iter().any(is_bright), "{prefix:?}");
        }
    }

    #[test]
    fn words_are_painted_on_a_page_with_colour_alone() {
        assert_eq!(Page::PLAIN.paint(Tone::Bad, "no"), "no");
        let page = Page { colour: Some(Palette::Projector), ..Page::PLAIN };
        let painted = page.paint(Tone::Bad, "no");
        assert!(painted.starts_with("\u{1b}[") && painted.ends_with(&format!("no{RESET}")));
    }
}
