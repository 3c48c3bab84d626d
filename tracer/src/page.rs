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

    /// The escape sequence that begins this hue; empty for none.
    pub(crate) fn prefix(self) -> String {
        self.style().prefix_formatter().to_string()
    }
}

/// Writes lines, and knows at which column it is.
pub(crate) struct Writer<'o> {
    out: &'o mut String,
    column: usize,
    hues: Option<&'o Hues>,
    lit: bool,
}

/// The escape sequences of all hues, made once.
#[derive(Clone, Debug)]
pub(crate) struct Hues(Vec<String>);

const RESET: &str = "\u{1b}[0m";
const SPACES: &str =
    "                                                                                ";

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
        Self(all.into_iter().map(Hue::prefix).collect())
    }

    /// The hues for this page: none where it has no colour.
    pub(crate) fn of(page: Page) -> Option<Self> {
        page.colour.then(Self::new)
    }
}

impl<'o> Writer<'o> {
    pub(crate) fn new(out: &'o mut String, hues: Option<&'o Hues>) -> Self {
        Self { out, column: 0, hues, lit: false }
    }

    pub(crate) fn column(&self) -> usize {
        self.column
    }

    pub(crate) fn hue(&mut self, hue: Hue) -> &mut Self {
        let Some(hues) = self.hues else { return self };
        if self.lit {
            self.out.push_str(RESET);
        }
        self.lit = hue != Hue::Plain;
        self.out.push_str(&hues.0[hue as usize]);
        self
    }

    /// Text of ASCII characters, or of others that take one column each.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.out.push_str(text);
        self.column += width(text);
        self
    }

    /// Spaces up to this column; one at least, so that columns never touch.
    pub(crate) fn to(&mut self, column: usize) -> &mut Self {
        let count = column.saturating_sub(self.column).max(1);
        self.spaces(count)
    }

    pub(crate) fn spaces(&mut self, count: usize) -> &mut Self {
        let mut left = count;
        while left > 0 {
            let part = left.min(SPACES.len());
            self.out.push_str(&SPACES[..part]);
            left -= part;
        }
        self.column += count;
        self
    }

    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        let mut digits = [0_u8; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let text = std::str::from_utf8(&digits[at..]).unwrap_or("");
        self.text(text)
    }

    /// Two hex digits.
    pub(crate) fn hex(&mut self, byte: u8) -> &mut Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        self.out.push(char::from(DIGITS[usize::from(byte & 0x0f)]));
        self.column += 2;
        self
    }

    pub(crate) fn end_line(&mut self) {
        if self.lit {
            self.out.push_str(RESET);
            self.lit = false;
        }
        let trimmed = self.out.trim_end_matches(' ').len();
        self.out.truncate(trimmed);
        self.out.push('\n');
        self.column = 0;
    }
}

/// How many columns a text takes up.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { unicode_width::UnicodeWidthStr::width(text) }
}

/// The words of a sentence, in lines of at most `width` columns.
pub(crate) fn wrap(text: &str, width_limit: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut();
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if width(line) + 1 + width(word) <= width_limit => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
