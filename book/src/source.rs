//! Code in a chapter: an item out of a file of this workspace, which the compiler has read as well.

use std::fs;
use std::path::Path;

/// The root of the workspace.
pub(crate) const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The item of this name (`play`, `Ladder`) as a block of Markdown, with its documentation.
pub(crate) fn markdown(file: &str, item: &str) -> Result<String, String> {
    let path = Path::new(WORKSPACE).join(file);
    let source = fs::read_to_string(&path).map_err(|error| format!("{file}: {error}"))?;
    let code = find(&source, item).ok_or_else(|| format!("{file} has no item '{item}'"))?;
    Ok(format!("*{file}:*\n\n```rust\n{code}\n```\n"))
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
    fn an_item_is_found_whole() {
        let code = markdown("exercises/lab/src/scenario/publish.rs", "play").unwrap();
        assert!(code.contains("fn play(lab: &mut Lab)"));
        assert!(code.ends_with("    Ok(())\n}\n```\n"));
        assert!(markdown("exercises/lab/src/scenario/publish.rs", "nothing").is_err());
    }
}
