//! Words into a filter. What binds weakest is read first:
//!
//! ```text
//!   any  = all  { "||" all }
//!   all  = not  { "&&" not }
//!   not  = "!" not | "(" any ")" | term
//!   term = name [ comparison value | "contains" value | "matches" text ]
//!   name = a name | "len" "(" a name ")"
//! ```

use std::ops::Range;

use regex_lite::RegexBuilder;

use super::error::FilterError;
use super::evaluate::{Comparison, Literal, Node, Term, Test};
use super::names::{Name, nearest};
use super::words::{Word, words};

/// How deep parentheses and `!` may be nested: a limit to the stack, which nobody comes near to.
const DEPTH: usize = 64;

/// Reads a filter.
pub(super) fn parse(text: &str) -> Result<Node, FilterError> {
    let mut parser = Parser { text, words: words(text)?, next: 0, depth: 0 };
    let node = parser.any()?;
    match parser.peek() {
        Word::End => Ok(node),
        Word::Sign(")") => Err(parser.wrong("no parenthesis is open that this one could close")),
        _ => Err(parser.wrong("the filter could end here: put && or || between two questions")),
    }
}

struct Parser<'t> {
    text: &'t str,
    words: Vec<(Word, Range<usize>)>,
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Node, FilterError> {
        let mut nodes = vec![self.all()?];
        while self.takes(&["||"], &["or"]) {
            nodes.push(self.all()?);
        }
        Ok(alone(nodes, Node::Any))
    }

    fn all(&mut self) -> Result<Node, FilterError> {
        let mut nodes = vec![self.not()?];
        while self.takes(&["&&"], &["and"]) {
            nodes.push(self.not()?);
        }
        Ok(alone(nodes, Node::All))
    }

    fn not(&mut self) -> Result<Node, FilterError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.wrong("this is nested too deep"));
        }
        let node = if self.takes(&["!"], &["not"]) {
            Node::Not(Box::new(self.not()?))
        } else if self.takes(&["("], &[]) {
            let node = self.any()?;
            self.close()?;
            node
        } else {
            Node::Term(self.term()?)
        };
        self.depth -= 1;
        Ok(node)
    }

    fn term(&mut self) -> Result<Term, FilterError> {
        let place = self.place();
        let is_length = self.is_length();
        let name = self.name()?;
        if is_length {
            self.close()?;
        }
        let name_place = place.start..self.words[self.next - 1].1.end;
        let is_number = is_length || name.is_number();
        let test = if self.takes(&[], &["contains"]) {
            self.no_number(is_number, &name_place, "contains")?;
            Test::Contains(self.bytes()?)
        } else if self.takes(&["~"], &["matches"]) {
            self.no_number(is_number, &name_place, "matches")?;
            self.regular_expression()?
        } else if let Some(comparison) = self.comparison() {
            Test::Compare(comparison, self.literal(&name, is_number)?)
        } else {
            Test::IsThere
        };
        Ok(Term { name, is_length, test })
    }

    fn is_length(&mut self) -> bool {
        let begins = matches!(
            self.words.get(self.next..),
            Some([(Word::Name(name), _), (Word::Sign("("), _), ..]) if name == "len"
        );
        self.next += if begins { 2 } else { 0 };
        begins
    }

    fn name(&mut self) -> Result<Name, FilterError> {
        let word = match self.peek() {
            Word::Name(word) => word.clone(),
            Word::End if self.next == 0 => return Err(self.wrong("the filter is empty")),
            Word::End => return Err(self.wrong("a question is missing, such as mqtt.qos > 0")),
            _ => {
                return Err(self.wrong(
                    "a field is to be named here, such as mqtt.topic; it stands left of its value",
                ));
            }
        };
        let Some(name) = Name::find(&word) else {
            let advice = match nearest(&word).as_slice() {
                [] => "the names are those of Wireshark that the dump shows, such as mqtt.topic, \
                       and client, from, to, type, stream, number, size, malformed"
                    .to_owned(),
                [near] => format!("did you mean {near}?"),
                near => format!("did you mean one of {}?", near.join(", ")),
            };
            return Err(self.wrong(&format!("'{word}' is no field that is known here; {advice}")));
        };
        self.next += 1;
        Ok(name)
    }

    fn comparison(&mut self) -> Option<Comparison> {
        const ALL: [(&str, &str, Comparison); 6] = [
            ("==", "eq", Comparison::Equal),
            ("!=", "ne", Comparison::Unequal),
            ("<=", "le", Comparison::LessOrEqual),
            (">=", "ge", Comparison::GreaterOrEqual),
            ("<", "lt", Comparison::Less),
            (">", "gt", Comparison::Greater),
        ];
        ALL.into_iter()
            .find(|(sign, word, _)| self.takes(&[sign], &[word]))
            .map(|(_, _, comparison)| comparison)
    }

    fn literal(&mut self, name: &Name, is_number: bool) -> Result<Literal, FilterError> {
        let literal = match self.peek().clone() {
            Word::Number(number) if is_number => Literal::Number(number),
            Word::Bytes(bytes) if !is_number => Literal::Bytes(bytes),
            Word::Name(word) if is_number => match (name.symbol(&word), &*word) {
                (Some(number), _) => Literal::Number(number),
                (None, "true" | "True") => Literal::Number(1),
                (None, "false" | "False") => Literal::Number(0),
                (None, _) => return Err(self.wrong("a number is needed here, such as 1 or 0x01")),
            },
            // A name without blanks needs no quotes, unless it is one of a field.
            Word::Name(word) if Name::find(&word).is_none() => Literal::Bytes(word.into_bytes()),
            Word::Name(_) => {
                return Err(self.wrong("a value is needed here; put it in quotes if this is one"));
            }
            _ if is_number => {
                return Err(self.wrong("a number is needed here, such as 1 or 0x01"));
            }
            _ => return Err(self.wrong("text is needed here, in quotes, or bytes as 68:69")),
        };
        self.next += 1;
        Ok(literal)
    }

    fn bytes(&mut self) -> Result<Vec<u8>, FilterError> {
        let Word::Bytes(bytes) = self.peek().clone() else {
            return Err(self.wrong("text is needed here, in quotes, or bytes as 68:69"));
        };
        self.next += 1;
        Ok(bytes)
    }

    fn regular_expression(&mut self) -> Result<Test, FilterError> {
        let pattern = self.bytes()?;
        self.next -= 1;
        let pattern = String::from_utf8_lossy(&pattern);
        let regex = RegexBuilder::new(&pattern).case_insensitive(true).build();
        let regex = regex.map_err(|error| {
            self.wrong(&format!("this is no regular expression: {error}; see docs.rs/regex-lite"))
        })?;
        self.next += 1;
        Ok(Test::Matches(regex))
    }

    fn no_number(
        &self,
        is_number: bool,
        place: &Range<usize>,
        operator: &str,
    ) -> Result<(), FilterError> {
        if is_number {
            let name = &self.text[place.clone()];
            let message = format!("{name} is a number, and {operator} is for text: compare it");
            return Err(FilterError::new(self.text, place.clone(), message));
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), FilterError> {
        if self.takes(&[")"], &[]) {
            return Ok(());
        }
        Err(self.wrong("a parenthesis is open: close it with )"))
    }

    /// Whether one of these comes next; then it is taken.
    fn takes(&mut self, signs: &[&str], names: &[&str]) -> bool {
        let taken = match self.peek() {
            Word::Sign(sign) => signs.contains(sign),
            Word::Name(name) => names.contains(&&**name),
            _ => false,
        };
        self.next += usize::from(taken);
        taken
    }

    /// The next word. The last one is the end, and never taken.
    fn peek(&self) -> &Word {
        self.words.get(self.next).map_or(&Word::End, |(word, _)| word)
    }

    fn place(&self) -> Range<usize> {
        let end = self.text.len()..self.text.len();
        self.words.get(self.next).map_or(end, |(_, place)| place.clone())
    }

    fn wrong(&self, message: &str) -> FilterError {
        FilterError::new(self.text, self.place(), message)
    }
}

/// One node needs nothing around it.
fn alone(mut nodes: Vec<Node>, several: fn(Vec<Node>) -> Node) -> Node {
    match (nodes.pop(), nodes.is_empty()) {
        (Some(node), true) => node,
        (Some(node), false) => {
            nodes.push(node);
            several(nodes)
        }
        (None, _) => several(nodes),
    }
}
