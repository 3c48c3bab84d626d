//! What the text output has to fit: a width, and colour or none.

use owo_colors::Style;

/// The page that text is printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many columns a line may have.
    pub width: usize,
    /// Whether colour is shown. It never says anything that words and glyphs do not say as well.
    pub colour: bool,
}

impl Page {
    /// Wide enough for every column of the dump, without colour: what a pipe or a file gets.
    pub const PLAIN: Self = Self { width: 118, colour: false };

    /// The narrowest page that the dump is made for.
    pub const NARROWEST: usize = 60;
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
    fn style(self) -> Style {
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

    fn prefix(self) -> String {
        self.style().prefix_formatter().to_string()
    }
}

/// The escape sequences of all hues, made once.
#[derive(Clone, Debug)]
pub(crate) struct Hues(Vec<String>);

/// The escape sequence that ends every hue.
pub(crate) const RESET: &str = "\u{1b}[0m";

impl Hues {
    pub(crate) fn new() -> Self {
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
        Self(all.map(Hue::prefix).into())
    }

    /// The hues for this page: none where it has no colour.
    pub(crate) fn of(page: Page) -> Option<Self> {
        page.colour.then(Self::new)
    }

    /// The escape sequence that begins this hue; empty for none.
    pub(crate) fn prefix(&self, hue: Hue) -> &str {
        &self.0[hue as usize]
    }
}
