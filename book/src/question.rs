//! Predict, then reveal: a question whose right answer is computed from what was played.
//!
//! ```text
//!   ```predict scenario=session count=PUBLISH to=bob
//!   How many of the three messages reach bob?
//!   - 3 | Each subscriber gets each message. | why this is right or wrong
//!   - 2 | …
//!   ```
//! ```
//!
//! The first word of a choice is what the trace would have to say; the one that it does say is right.
//! If none is, or two are, the build stops.

use std::fmt::Write;

use lab::Choices;
use tracer::value_text;

use crate::answer;
use crate::compare::Comparison;
use crate::html::escape;
use crate::options::Options;
use crate::play::{Moment, Passed, Played};
use crate::select::Selector;

/// What the trace is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// How many packets of a type, in some parts.
    Count { packet_type: String, from: Option<String>, to: Option<String>, parts: Parts },
    /// What stands in a field of a packet.
    Field { selector: Selector, key: String },
    /// Who sent a packet.
    Sender(Selector),
    /// How many bytes a packet has.
    Size(Selector),
    /// How many bits differ between a packet and a later one of the same kind.
    DifferentBits { selector: Selector, with: usize },
    /// How many packets are not as usual when something is chosen.
    Changed { set: String },
    /// What the broker answers to a packet of which a field is changed: `CONNACK 1`, or `nothing`.
    Answer { selector: Selector, set: String },
}

/// Parts of a scenario: what stands between the paragraphs that it tells.
pub(crate) type Parts = Option<(usize, usize)>;

impl Ask {
    pub(crate) fn read(options: &mut Options<'_>) -> Result<Self, String> {
        if let Some(packet_type) = options.optional("count")? {
            let (from, to) = (options.optional("from")?, options.optional("to")?);
            return Ok(Self::Count { packet_type, from, to, parts: parts(options)? });
        }
        let ask: String = options.needed("ask")?;
        if ask == "changed" {
            return Ok(Self::Changed { set: options.needed("set")? });
        }
        let selector = Selector::read(options)?;
        match ask.as_str() {
            "sender" => Ok(Self::Sender(selector)),
            "size" => Ok(Self::Size(selector)),
            "different-bits" => Ok(Self::DifferentBits { selector, with: options.needed("with")? }),
            "answer" => Ok(Self::Answer { selector, set: options.needed("set")? }),
            "field" => Ok(Self::Field { selector, key: options.needed("field")? }),
            other => Err(format!("'{other}' cannot be asked")),
        }
    }

    /// What the trace answers.
    pub(crate) fn answer(&self, played: &Played) -> Result<String, String> {
        match self {
            Self::Count { packet_type, from, to, parts } => {
                let is_it =
                    |end: &Option<String>, name: &str| end.as_ref().is_none_or(|end| end == name);
                let count = in_parts(played, *parts)
                    .filter(|passed| passed.type_name() == packet_type)
                    .filter(|passed| is_it(from, passed.from()) && is_it(to, passed.to()))
                    .count();
                Ok(count.to_string())
            }
            Self::Field { selector, key } => field_value(selector.pick(played)?, key),
            Self::Sender(selector) => Ok(selector.pick(played)?.from().to_owned()),
            Self::Size(selector) => Ok(selector.pick(played)?.bytes.len().to_string()),
            Self::DifferentBits { selector, with } => {
                let (one, other) = (selector.pick(played)?, selector.nth(*with).pick(played)?);
                let different: u32 = one
                    .bytes
                    .iter()
                    .zip(&other.bytes)
                    .map(|(one, other)| (one ^ other).count_ones())
                    .sum();
                Ok(different.to_string())
            }
            Self::Changed { set } => {
                let (name, value) = assignment(set)?;
                let mut choices = Choices::usual(played.scenario);
                choices.set(name, value).map_err(|error| error.to_string())?;
                let comparison = Comparison::of(played.scenario, &choices)?;
                Ok(comparison.changed().to_string())
            }
            Self::Answer { selector, set } => {
                let (key, value) = assignment(set)?;
                answer::to_changed(selector.pick(played)?, key, value)
            }
        }
    }
}

/// `set=qos=2`: what is set, and to what.
fn assignment(set: &str) -> Result<(&str, &str), String> {
    set.split_once('=').ok_or_else(|| format!("'{set}' sets nothing: write set=qos=2"))
}

/// `parts=2` or `parts=2-4`.
pub(crate) fn parts(options: &mut Options<'_>) -> Result<Parts, String> {
    let Some(text) = options.optional::<String>("parts")? else { return Ok(None) };
    let (from, to) = text.split_once('-').unwrap_or((&text, &text));
    match (from.parse(), to.parse()) {
        (Ok(from), Ok(to)) if from <= to => Ok(Some((from, to))),
        _ => Err(format!("'{text}' is no parts: write 2, or 2-4")),
    }
}

fn in_parts(played: &Played, parts: Parts) -> impl Iterator<Item = &Passed> {
    let mut part = 0;
    let (from, to) = parts.unwrap_or((0, usize::MAX));
    played.moments.iter().filter_map(move |moment| {
        part += usize::from(matches!(moment, Moment::Said(_)));
        match moment {
            Moment::Packet(passed) if (from..=to).contains(&part) => Some(&**passed),
            _ => None,
        }
    })
}

/// What stands in the field of this key, as the dump shows it.
pub(crate) fn field_value(passed: &Passed, key: &str) -> Result<String, String> {
    let spanned = passed.spans.iter().find(|spanned| spanned.field.key == key);
    let spanned = spanned.ok_or_else(|| format!("{} has no field '{key}'", passed.type_name()))?;
    Ok(value_text(spanned, &passed.bytes, 60).trim_matches('"').to_owned())
}

/// The question with its choices. `id` is unique in the book.
pub(crate) fn html(ask: &Ask, played: &Played, body: &str, id: &str) -> Result<String, String> {
    let answer = ask.answer(played)?;
    let (question, choices) = read(body)?;
    let right = choices.iter().filter(|choice| choice.key == answer).count();
    if right != 1 {
        return Err(format!("the trace says '{answer}', and {right} choices say so"));
    }
    let mut out = format!(
        "<fieldset class=\"predict\" id=\"{id}\"><legend>Predict</legend>\n<p>{}</p>\n",
        inline(question),
    );
    for (number, choice) in choices.iter().enumerate() {
        let (class, mark) =
            if choice.key == answer { ("right", "✓ Right.") } else { ("wrong", "✗ No.") };
        let _ = writeln!(
            out,
            "<input type=\"radio\" name=\"{id}\" id=\"{id}-{number}\"><label \
             for=\"{id}-{number}\">{}</label><p class=\"why {class}\"><strong>{mark}</strong> {}</p>",
            inline(choice.label),
            inline(choice.why),
        );
    }
    out.push_str("</fieldset>\n");
    Ok(out)
}

struct Choice<'b> {
    key: &'b str,
    label: &'b str,
    why: &'b str,
}

fn read(body: &str) -> Result<(&str, Vec<Choice<'_>>), String> {
    let (question, choices) =
        body.split_once("\n- ").ok_or("a question needs choices, each behind '- '")?;
    let choices: Result<Vec<_>, String> = choices
        .split("\n- ")
        .map(|choice| {
            let words: Vec<_> = choice.split('|').map(str::trim).collect();
            match words.as_slice() {
                [key, label, why] => Ok(Choice { key, label, why }),
                _ => Err(format!("a choice is key | label | why: '{choice}'")),
            }
        })
        .collect();
    Ok((question.trim(), choices?))
}

/// Text in which `code` is marked by backticks.
pub(crate) fn inline(text: &str) -> String {
    let mut out = String::new();
    for (index, piece) in text.split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(out, "<code>{}</code>", escape(piece));
        } else {
            out.push_str(&escape(piece));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "How many?\n- 1 | one | no\n- 2 | two | `both`\n";

    fn ask(words: &str) -> Ask {
        Ask::read(&mut Options::read(words.split(' ')).unwrap()).unwrap()
    }

    #[test]
    fn the_trace_knows_the_answer() {
        let played = Played::of("first-packets").unwrap();
        assert_eq!(ask("count=CONNECT").answer(&played).unwrap(), "2");
        let one = ask("ask=sender scenario=first-packets type=CONNECT nth=2");
        assert_eq!(one.answer(&played).unwrap(), "alice");
        let one = ask("ask=field scenario=first-packets type=CONNECT field=keep_alive");
        assert_eq!(one.answer(&played).unwrap(), "60 s");
        assert_eq!(ask("ask=changed set=retain=1").answer(&played).unwrap(), "1");
        let one = ask("ask=answer scenario=first-packets type=CONNECT set=protocol_level=5");
        assert_eq!(one.answer(&played).unwrap(), "CONNACK 1");
        let html = html(&ask("count=CONNECT"), &played, BODY, "q").unwrap();
        assert!(
            html.contains("<p class=\"why right\"><strong>✓ Right.</strong> <code>both</code>")
        );
    }

    #[test]
    fn a_question_without_a_right_answer_stops_the_build() {
        let played = Played::of("first-packets").unwrap();
        let error = html(&ask("count=PUBREC"), &played, BODY, "q").unwrap_err();
        assert_eq!(error, "the trace says '0', and 0 choices say so");
    }
}
