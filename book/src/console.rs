//! What is typed in a terminal. A line that is too long for a page ends between two words, and never
//! within an option; the prompts are apart from what is typed.

use std::fmt::Write;

use crate::html::escape;

/// The lines of a block as HTML. A line `? 1` tells with which exit code the next command ends.
pub(crate) fn html(lines: &[&str]) -> String {
    let mut out = String::from("<pre><code class=\"language-console nohighlight\">");
    let mut code = None;
    for line in lines {
        if let Some(expected) = line.strip_prefix("? ") {
            code = Some(expected);
            continue;
        }
        let (prompt, typed) = line.split_once("$ ").unwrap_or(("", line));
        let words: Vec<_> = typed
            .split(' ')
            .map(|word| format!("<span class=\"word\">{}</span>", escape(word)))
            .collect();
        let prompt = escape(prompt);
        let _ = writeln!(out, "<span class=\"prompt\">{prompt}$</span> {}", words.join(" "));
        if let Some(code) = code.take() {
            let _ =
                writeln!(out, "<span class=\"quiet\">ends with exit code {}</span>", escape(code));
        }
    }
    out.push_str("</code></pre>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_and_an_exit_code_stands_behind_its_command() {
        let html = html(&["sub$ lab --x <y>", "? 1", "$ lab"]);
        assert_eq!(
            html,
            "<pre><code class=\"language-console nohighlight\"><span class=\"prompt\">sub$</span> \
             <span class=\"word\">lab</span> <span class=\"word\">--x</span> <span \
             class=\"word\">&lt;y&gt;</span>\n<span class=\"prompt\">$</span> <span \
             class=\"word\">lab</span>\n<span class=\"quiet\">ends with exit code \
             1</span>\n</code></pre>\n"
        );
    }
}
