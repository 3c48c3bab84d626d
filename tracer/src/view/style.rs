//! The hues of the dump on a screen: the terminal's own colours, which its owner can read on dark and on
//! light.

use ratatui::style::{Color, Modifier, Style};

use crate::page::Hue;

/// The style of a hue; without colour, what is strong or wrong is bold, and all else plain.
pub(super) fn of(hue: Hue, colour: bool) -> Style {
    let plain = Style::new();
    let style = match hue {
        Hue::Strong | Hue::Wrong => plain.add_modifier(Modifier::BOLD),
        _ => plain,
    };
    if !colour {
        return style;
    }
    match hue {
        Hue::Plain | Hue::Strong => style,
        Hue::Faint => style.fg(Color::DarkGray),
        Hue::Header => style.fg(Color::Blue),
        Hue::HeaderNext => style.fg(Color::Cyan),
        Hue::Variable => style.fg(Color::Magenta),
        Hue::VariableNext => style.fg(Color::LightMagenta),
        Hue::Payload => style.fg(Color::Green),
        Hue::PayloadNext => style.fg(Color::LightGreen),
        Hue::Wrong => style.fg(Color::Red),
        Hue::Event => style.fg(Color::Yellow),
    }
}

/// What is chosen: the two colours of the terminal exchanged in the pane that has the keys, and bold in
/// the others.
pub(super) fn chosen(has_keys: bool) -> Style {
    let modifier = if has_keys { Modifier::REVERSED } else { Modifier::BOLD };
    Style::new().add_modifier(modifier)
}
