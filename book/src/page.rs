//! One chapter: its directives replaced, and linked with each other.
//!
//! A chapter is read twice. First to learn which packets it shows and where its sequence diagrams are;
//! then to draw, so that arrows lead to the packets below them, and packets back to their arrows.

use std::collections::{BTreeMap, BTreeSet};

use crate::directive::Directive;
use crate::packet_view::View;
use crate::play::{Played, Plays};
use crate::select::Selector;
use crate::sequence::Diagram;
use crate::{
    capture, console, exercises_page, fields_page, flip, growth, inline, ladder, layout, live,
    question, rules_page, source, state, tables,
};

/// What is wrong in a chapter, and in which of its lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The directive, or the line.
    pub(crate) place: String,
    pub(crate) message: String,
}

/// A chapter while it is filled.
struct Page<'p> {
    /// The name of its file: each id begins with it.
    slug: &'p str,
    plays: &'p mut Plays,
    /// By scenario and number: the id of the view of each packet that the chapter shows.
    shown: BTreeMap<String, BTreeMap<u64, String>>,
    /// Of each sequence diagram: its scenario, its packets and its id.
    sequences: Vec<(String, BTreeSet<u64>, String)>,
    /// How many sequences and questions were drawn.
    drawn: usize,
    asked: usize,
}

/// The Markdown of a chapter with its directives replaced. `slug` is the name of its file.
pub(crate) fn fill(markdown: &str, slug: &str, plays: &mut Plays) -> Result<String, Mistake> {
    let mut page =
        Page { slug, plays, shown: BTreeMap::new(), sequences: Vec::new(), drawn: 0, asked: 0 };
    let blocks = blocks(markdown)?;
    for block in &blocks {
        if let Block::Directive { place, directive, .. } = block {
            page.learn(directive).map_err(|message| mistake(place, message))?;
        }
    }
    let mut out = String::with_capacity(markdown.len());
    for block in blocks {
        match block {
            Block::Line(line) => {
                let filled = inline::fill(line, page.plays);
                out.push_str(&filled.map_err(|message| mistake(line, message))?);
            }
            Block::Code(line) => out.push_str(line),
            Block::Console(lines) => out.push_str(&console::html(&lines)),
            Block::Directive { place, directive, body } => {
                let drawn = page.draw(&directive, &body);
                out.push_str(&drawn.map_err(|message| mistake(place, message))?);
            }
        }
        out.push('\n');
    }
    Ok(out)
}

enum Block<'m> {
    Line(&'m str),
    /// A line of a code block, which stays as it is.
    Code(&'m str),
    /// What is typed in a terminal, line by line.
    Console(Vec<&'m str>),
    Directive {
        place: &'m str,
        directive: Directive,
        body: String,
    },
}

fn blocks(markdown: &str) -> Result<Vec<Block<'_>>, Mistake> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let info = line.trim_start_matches('`');
        let fence = &line[..line.len() - info.len()];
        if fence.len() < 3 {
            blocks.push(Block::Line(line));
            continue;
        }
        let mut body = Vec::new();
        // A longer fence shows a shorter one.
        let is_closing = |line: &str| line.trim_end() == fence;
        let closing = loop {
            match lines.next() {
                Some(line) if is_closing(line) => break line,
                Some(line) => body.push(line),
                None => return Err(mistake(line, format!("its closing {fence} is missing"))),
            }
        };
        if info == "console" || info == "console terminals" {
            blocks.push(Block::Console(body));
        } else if let Some(directive) = Directive::parse(info) {
            let directive = directive.map_err(|message| mistake(line, message))?;
            blocks.push(Block::Directive { place: line, directive, body: body.join("\n") });
        } else {
            let whole = [line].into_iter().chain(body).chain([closing]);
            blocks.extend(whole.map(Block::Code));
        }
    }
    Ok(blocks)
}

fn mistake(place: &str, message: String) -> Mistake {
    Mistake { place: place.to_owned(), message }
}

impl Page<'_> {
    /// The first reading.
    fn learn(&mut self, directive: &Directive) -> Result<(), String> {
        match directive {
            Directive::Packet(selector) => {
                let played = self.plays.of(&selector.scenario)?;
                let number = selector.pick(&played)?.number;
                let id = self.packet_id(selector, number);
                let shown = self.shown.entry(selector.scenario.clone()).or_default();
                if shown.insert(number, id).is_some() {
                    return Err("the chapter shows this packet already".to_owned());
                }
            }
            Directive::Sequence { scenario, parts } => {
                let (played, none) = (self.plays.of(scenario)?, BTreeMap::new());
                let range = parts.map(|(from, to)| from..=to);
                let diagram = Diagram::new(&played, range, String::new(), &none)?;
                let id = format!("{}-sequence-{}", self.slug, self.sequences.len() + 1);
                self.sequences.push((scenario.clone(), diagram.numbers().collect(), id));
            }
            _ => {}
        }
        Ok(())
    }

    fn packet_id(&self, selector: &Selector, number: u64) -> String {
        if selector.scenario == self.slug {
            format!("{}-{number}", self.slug)
        } else {
            format!("{}-{}-{number}", self.slug, selector.scenario)
        }
    }

    /// The second reading.
    fn draw(&mut self, directive: &Directive, body: &str) -> Result<String, String> {
        match directive {
            Directive::Packet(selector) => self.packet(selector),
            Directive::Sequence { scenario, parts } => {
                let played = self.plays.of(scenario)?;
                let none = BTreeMap::new();
                let shown = self.shown.get(scenario).unwrap_or(&none);
                let id = self.sequences.get(self.drawn).map_or("", |(_, _, id)| id).to_owned();
                let range = parts.map(|(from, to)| from..=to);
                let html = Diagram::new(&played, range, id, shown)?.html();
                self.drawn += 1;
                Ok(html)
            }
            Directive::Ladder { scenario } => Ok(ladder::html(&*self.play(scenario)?)),
            Directive::Capture { scenario } => capture::html(&*self.play(scenario)?),
            Directive::Run { scenario } => Ok(live::run(self.play(scenario)?.scenario)),
            Directive::Flip(selector) => {
                let played = self.play(&selector.scenario)?;
                let passed = selector.pick(&played)?;
                Ok(live::flip(passed, &selector.scenario, &flip::table(passed)))
            }
            Directive::Decode => Ok(live::decode()),
            Directive::Predict { scenario, ask } => {
                self.asked += 1;
                let id = format!("{}-question-{}", self.slug, self.asked);
                let body = inline::fill(body, self.plays)?;
                question::html(ask, &*self.play(scenario)?, &body, &id)
            }
            Directive::States { machines } => state::html(machines),
            Directive::Code { file, item } => source::markdown(file, item),
            Directive::Layout { packet_type, version } => Ok(layout::html(*packet_type, *version)),
            Directive::Types => Ok(tables::types()),
            Directive::Lengths { numbers } => tables::remaining_length(numbers),
            Directive::Values { packet_type, key, numbers } => {
                tables::values(*packet_type, key, numbers)
            }
            Directive::Matches { filters, topics } => tables::matches(filters, topics),
            Directive::Growth { of } => growth::html(of),
            Directive::Exercises { page } => exercises_page::markdown(page.as_deref()),
            Directive::Fields => Ok(fields_page::markdown()),
            Directive::Rules => rules_page::markdown(),
        }
    }

    fn play(&mut self, scenario: &str) -> Result<std::rc::Rc<Played>, String> {
        self.plays.of(scenario)
    }

    fn packet(&mut self, selector: &Selector) -> Result<String, String> {
        let played = self.play(&selector.scenario)?;
        let passed = selector.pick(&played)?;
        let sequence = self.sequences.iter().find(|(scenario, numbers, _)| {
            *scenario == selector.scenario && numbers.contains(&passed.number)
        });
        let sequence = sequence.map(|(_, _, id)| id.as_str());
        let id = self.packet_id(selector, passed.number);
        Ok(View::new(passed, id).sequence(sequence).html())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(markdown: &str) -> Result<String, Mistake> {
        fill(markdown, "publish", &mut Plays::default())
    }

    #[test]
    fn other_fences_stay_as_they_are() {
        let markdown = "a\n```rust\nlet x = 1;\n```\nb\n";
        assert_eq!(filled(markdown).unwrap(), markdown);
    }

    #[test]
    fn a_longer_fence_shows_a_directive_as_it_is_typed() {
        let markdown = "````text\n```types\n```\n````\n";
        assert_eq!(filled(markdown).unwrap(), markdown);
        let behind = filled(&format!("{markdown}```types\n```\n")).unwrap();
        assert!(behind.contains("<table class=\"types\">"));
    }

    #[test]
    fn a_question_has_values_as_a_sentence_has() {
        let html = filled(
            "```predict scenario=publish count=PUBACK parts=2\nOf {{= rules}} rules?\n- 1 | one | \
             yes\n- 2 | two | no\n```\n",
        );
        assert!(html.unwrap().contains("<p>Of 141 rules?</p>"));
    }

    #[test]
    fn arrows_and_packets_are_linked_both_ways() {
        let html = filled(
            "```sequence scenario=publish\n```\n```packet scenario=publish type=PUBLISH nth=2\n```\n",
        )
        .unwrap();
        let id = html.split("<figure class=\"packet\" id=\"").nth(1).unwrap();
        let id = id.split('"').next().unwrap();
        assert_eq!(html.matches(&format!("<a href=\"#{id}\">")).count(), 2, "one in each geometry");
        assert!(html.contains("<a href=\"#publish-sequence-1\">packet"));
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let told = |markdown: &str| {
            let Mistake { place, message } = filled(markdown).unwrap_err();
            format!("{place}: {message}")
        };
        assert_eq!(
            told("```packet scenario=nowhere type=CONNECT\n```"),
            "```packet scenario=nowhere type=CONNECT: there is no scenario 'nowhere'"
        );
        let twice = "```packet scenario=publish type=CONNECT\n```\n".repeat(2);
        assert!(told(&twice).ends_with("the chapter shows this packet already"));
        assert!(told("```layout packet=CONNECT").ends_with("its closing ``` is missing"));
        assert!(told("a {{= nothing}} b").starts_with("a {{= nothing}} b: "));
    }
}
