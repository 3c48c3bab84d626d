//! Replaces each fence that asks for something of the lab by the HTML of it.

use mdbook_driver::book::{Book, BookItem, Chapter};
use mdbook_driver::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::directive::Directive;
use crate::{layout, packet_view, rules_table, sequence};

/// The preprocessor. It keeps nothing between chapters.
pub(crate) struct Lab;

impl Preprocessor for Lab {
    fn name(&self) -> &'static str {
        "lab"
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let mut failed = None;
        book.for_each_mut(|item| {
            if let BookItem::Chapter(chapter) = item
                && let Err(error) = fill(chapter)
            {
                failed.get_or_insert(error);
            }
        });
        failed.map_or(Ok(book), Err)
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == "html")
    }
}

fn fill(chapter: &mut Chapter) -> Result<()> {
    let name = chapter.name.clone();
    chapter.content =
        replace(&chapter.content).map_err(|error| error.context(format!("chapter \"{name}\"")))?;
    Ok(())
}

/// The Markdown with its directives replaced.
fn replace(markdown: &str) -> Result<String> {
    let mut out = String::with_capacity(markdown.len());
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        match line.strip_prefix("```").map(Directive::parse) {
            Some(Some(directive)) => {
                let directive = directive.map_err(|message| error_at(line, message))?;
                if !lines.by_ref().any(|line| line.trim_end() == "```") {
                    return Err(error_at(line, "its closing ``` is missing".to_owned()));
                }
                let html = render(&directive).map_err(|message| error_at(line, message))?;
                out.push_str(&html);
            }
            Some(None) => copy_fence(line, &mut lines, &mut out),
            None => out.push_str(line),
        }
        out.push('\n');
    }
    Ok(out)
}

fn error_at(line: &str, message: String) -> Error {
    Error::msg(message).context(line.to_owned())
}

/// Any other code block stays as it is.
fn copy_fence<'l>(first: &str, lines: &mut impl Iterator<Item = &'l str>, out: &mut String) {
    out.push_str(first);
    for line in lines {
        out.push('\n');
        out.push_str(line);
        if line.trim_end() == "```" {
            break;
        }
    }
}

fn render(directive: &Directive) -> Result<String, String> {
    match directive {
        Directive::Packet { scenario, number } => packet_view::html(scenario, *number),
        Directive::Sequence { scenario, from, to } => sequence::html(scenario, *from, *to),
        Directive::Layout { packet_type, version } => Ok(layout::html(*packet_type, *version)),
        Directive::Rules => Ok(rules_table::html()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_fences_stay_as_they_are() {
        let markdown = "a\n```rust\nlet x = 1;\n```\nb\n";
        assert_eq!(replace(markdown).unwrap(), markdown);
    }

    #[test]
    fn a_mistake_in_a_directive_stops_the_build_and_names_it() {
        let told = |markdown: &str| format!("{:#}", replace(markdown).unwrap_err());
        assert_eq!(
            told("```packet scenario=nowhere number=1\n```"),
            "```packet scenario=nowhere number=1: there is no scenario 'nowhere'"
        );
        assert_eq!(
            told("```packet scenario=publish number=999\n```"),
            "```packet scenario=publish number=999: scenario publish has no packet 999"
        );
        assert!(told("```layout packet=CONNECT").contains("closing"));
    }
}
