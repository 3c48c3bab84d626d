//! Answers to questions: what a learner read in a trace.

use std::fmt::Display;

use crate::exercise::Exercise;
use crate::report::{Report, Verdict};

impl Exercise {
    /// The code has to give the right answer, whose hash this is; so the answer does not stand in the
    /// check. `known` are wrong ones, each with what is to be said of it. Case and blanks at the ends do
    /// not count.
    ///
    /// # Errors
    ///
    /// A [`Report`] with what is known of the wrong answer, or with where to look.
    pub fn answer<A: Display + Send + 'static>(
        &self,
        question: &str,
        hash: u64,
        known: &[(&str, &str)],
        look: &str,
        code: impl FnOnce() -> A + Send + 'static,
    ) -> Verdict {
        self.right_answer(question, hash, known, look, &self.call(code)?.to_string())
    }

    fn right_answer(
        &self,
        question: &str,
        hash: u64,
        known: &[(&str, &str)],
        look: &str,
        answer: &str,
    ) -> Verdict {
        let answer = normal(answer);
        let actual = self.hash(question, &answer);
        if actual == hash {
            return Ok(());
        }
        let shown = answer.replace(char::is_control, "·");
        let report = Report::new("WRONG", &format!("`{question}` is not {shown}"));
        let report = match known.iter().find(|(wrong, _)| normal(wrong) == answer) {
            Some((_, remark)) => report.say(remark),
            None => report.say(look),
        };
        if self.is_solution() {
            return Err(report.say(&format!("The hash of this answer is {actual:#018x}.")));
        }
        Err(self.failed(report))
    }

    fn hash(&self, question: &str, answer: &str) -> u64 {
        catalogue::fingerprint(&format!("{}/{question}/{answer}", self.id))
    }
}

fn normal(answer: &str) -> String {
    answer.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXERCISE: Exercise = Exercise::new("99-some", "check");
    const KNOWN: [(&str, &str); 1] = [("1", "That is CONNECT.")];

    fn told(answer: &'static str) -> Result<(), String> {
        let hash = EXERCISE.hash("kind", "pingreq");
        EXERCISE
            .answer("kind", hash, &KNOWN, "Look at byte 0.", move || answer)
            .map_err(|report| report.text().to_owned())
    }

    #[test]
    fn the_right_answer_is_known_by_its_hash() {
        assert_eq!(told(" PINGREQ"), Ok(()));
    }

    #[test]
    fn a_wrong_one_gets_its_sentence() {
        assert_eq!(told("1"), Err("WRONG  `kind` is not 1\n  That is CONNECT.".to_owned()));
        assert_eq!(told("2"), Err("WRONG  `kind` is not 2\n  Look at byte 0.".to_owned()));
        assert_eq!(told("\0a"), Err("WRONG  `kind` is not ·a\n  Look at byte 0.".to_owned()));
    }
}
