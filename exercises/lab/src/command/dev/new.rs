//! `lab dev new`: an exercise to begin with.

use std::fs;

use clap::{Args, ValueEnum};
use tracer::output::Failure;

use super::sync;
use crate::command::place;

/// Begin a new exercise: solution, check and wrong answers, to be filled in
#[derive(Args)]
pub(super) struct New {
    /// Two digits and a name, such as 10-connect; the first digit is the chapter
    id: String,
    /// What the learner does
    #[arg(long, value_enum, default_value_t = KindName::Codec)]
    kind: KindName,
}

#[derive(Clone, Copy, ValueEnum)]
enum KindName {
    Codec,
    Behaviour,
    Reading,
}

impl New {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let course = place::course()?;
        let number = self.id.get(..2).filter(|number| number.bytes().all(|b| b.is_ascii_digit()));
        let (Some(number), Some(b'-')) = (number, self.id.as_bytes().get(2)) else {
            return Err(Failure::Usage(format!("'{}' is no id such as 10-connect", self.id)));
        };
        if course.find(number).is_some() {
            return Err(Failure::Usage(format!("there is an exercise {number} already")));
        }
        let root = course.root();
        fs::create_dir_all(root.join(format!("exercises/{}/tests", self.id)))?;
        fs::create_dir_all(root.join("exercises/wrong"))?;
        let (solution, check, wrong) = self.kind.templates();
        let fill = |template: &str| template.replace("{id}", &self.id).replace("{number}", number);
        fs::write(root.join(format!("exercises/solutions/ex{number}.rs")), fill(solution))?;
        fs::write(root.join(format!("exercises/{}/tests/check.rs", self.id)), fill(check))?;
        if let Some(wrong) = wrong {
            fs::write(root.join(format!("exercises/wrong/ex{number}.diff")), fill(wrong))?;
        }
        sync::run()?;
        sync::tell("now fill in the solution, then: cargo bless && cargo lab dev check")
    }
}

impl KindName {
    /// Solution, check, and wrong answers.
    fn templates(self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Codec => (
                include_str!("templates/codec_solution.rs"),
                include_str!("templates/codec_check.rs"),
                Some(include_str!("templates/codec_wrong.diff")),
            ),
            Self::Behaviour => (
                include_str!("templates/behaviour_solution.rs"),
                include_str!("templates/behaviour_check.rs"),
                Some(include_str!("templates/behaviour_wrong.diff")),
            ),
            Self::Reading => (
                include_str!("templates/reading_solution.rs"),
                include_str!("templates/reading_check.rs"),
                None,
            ),
        }
    }
}
