//! Code in a chapter: an item out of a file of this workspace, which the compiler has read as well. Of a
//! file of words it is what stands under a heading.

use std::fs;
use std::path::Path;

use crate::html::slug;

/// The root of the workspace.
pub(crate) const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The item of this name (`play`, `Ladder`) as a block of Markdown, with its documentation.
pub(crate) fn markdown(file: &str, item: &str) -> Result<String, String> {
    let path = Path::new(WORKSPACE).join(file);
    let source = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
    let none = || format!("{file} has no item '{item}'");
    if path.extension().is_some_and(|extension| extension == "md") {
        return section(&source, item).ok_or_else(none);
    }
    let code = find(&source, item).ok_or_else(none)?;
    Ok(format!("*{file}:*\n\n```rust\n{code}\n```\n"))
}

/// What stands under the heading whose words are joined by dashes: `The-map-of-the-house`.
fn section(source: &str, heading: &str) -> Option<String> {
    let mut sections = source.split("\n## ").skip(1).filter_map(|section| section.split_once('\n'));
    let (_, text) = sections.find(|(title, _)| slug(title) == slug(heading))?;
    Some(format!("{}\n", text.trim()))
}

/// An item at the left border: from its documentation to the line that closes it.
fn find(source: &str, item: &str) -> Option<String> {
    let lines: Vec<&str> = source.lines().collect();
    let names = |line: &&str| {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        !line.starts_with([' ', '/']) && {
            let kinds = ["fn", "struct", "enum", "trait", "static", "const", "impl"];
            words.any(|word| kinds.contains(&word)) && words.next() == Some(item)
        }
    };
    let at = lines.iter().position(names)?;
    let is_above = |line: &&&str| line.starts_with("///") || line.starts_with("#[");
    let above = lines[..at].iter().rev().take_while(is_above).count();
    let is_end = |line: &&str| {
        line.starts_with(['}', ']', ')']) || !line.starts_with(' ') && line.ends_with(';')
    };
    let length = lines[at..].iter().position(is_end)?;
    Some(lines[at - above..=at + length].join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_under_a_heading_is_found() {
        let text = "# A\n\n## One two\n\nwords\n\n### Deeper\n\n## Three\n\nmore\n";
        assert_eq!(section(text, "One-two").unwrap(), "words\n\n### Deeper\n");
        assert_eq!(section(text, "Three").unwrap(), "more\n");
        assert_eq!(section(text, "Four"), None);
    }

    #[test]
    fn an_item_is_found_whole() {
        let code = markdown("exercises/lab/src/scenario/publish.rs", "play").unwrap();
        assert!(code.contains("fn play(lab: &mut Lab, choices: &Choices)"));
        assert!(code.ends_with("    Ok(())\n}\n```\n"));
        assert!(markdown("exercises/lab/src/scenario/publish.rs", "nothing").is_err());
    }
}
