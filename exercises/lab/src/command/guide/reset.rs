//! `lab reset`: begin anew. What was written is kept.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use catalogue::{Chapter, Exercise};
use clap::Args;
use tracer::output::Failure;

use super::{Guide, say};
use crate::command::place;

/// Begin anew: an exercise, a chapter or all; what you wrote is kept
#[derive(Args)]
#[command(after_help = "\
Examples:
  lab reset 10             one exercise
  lab reset --chapter 4    all exercises whose number begins with 4
  lab reset --all --yes    all of them, without a question: for the next group")]
pub(in crate::command) struct Reset {
    /// Its number or name: 10, 10-connect
    #[arg(required_unless_present_any = ["chapter", "all"], conflicts_with_all = ["chapter", "all"])]
    exercise: Option<String>,
    /// Every exercise of this chapter, 0 to 9
    #[arg(long, value_name = "DIGIT", conflicts_with = "all")]
    chapter: Option<char>,
    /// Every exercise
    #[arg(long)]
    all: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Reset {
    pub(super) fn run(&self, guide: &mut Guide) -> Result<(), Failure> {
        let chosen = self.chosen(guide)?;
        let chosen_alone = (chosen.len() == 1).then(|| chosen[0].id.clone());
        let touched: Vec<Exercise> =
            chosen.into_iter().filter(|one| is_touched(guide, one)).collect();
        if touched.is_empty() {
            let what = chosen_alone.unwrap_or_else(|| "all of that".to_owned());
            return say(&format!("Nothing to do: {what} is as it was in the beginning."));
        }
        if !self.yes && !is_wanted(&touched)? {
            return say("Nothing was changed.");
        }
        reset(guide, &touched)
    }

    fn chosen(&self, guide: &Guide) -> Result<Vec<Exercise>, Failure> {
        let all = guide.course.exercises();
        match (self.chapter, &self.exercise) {
            (Some(digit), _) if !Chapter::ALL.iter().any(|chapter| chapter.digit == digit) => {
                Err(Failure::Usage(format!("there is no chapter '{digit}': they are 0 to 9")))
            }
            (Some(digit), _) => {
                Ok(all.iter().filter(|exercise| exercise.chapter() == digit).cloned().collect())
            }
            (None, Some(name)) => Ok(vec![guide.exercise(Some(name))?.clone()]),
            (None, None) => Ok(all.to_vec()),
        }
    }
}

/// Gives each of these its first file back.
pub(super) fn reset(guide: &mut Guide, exercises: &[Exercise]) -> Result<(), Failure> {
    for exercise in exercises {
        let stub = exercise.stub().map_err(|fault| place::wrong(&fault))?;
        let path = guide.course.root().join(exercise.file());
        if let Some(kept) = keep(guide.course.root(), exercise)? {
            say(&format!("{}: begun anew; yours is kept as {}", exercise.id, kept.display()))?;
        }
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(&path, stub)?;
        guide.progress.forget(&exercise.id)?;
        guide.tell(exercise.number(), "");
    }
    Ok(())
}

/// Copies the learner's file to where backups are; `None` if there is no file.
pub(in crate::command) fn keep(
    root: &Path,
    exercise: &Exercise,
) -> Result<Option<PathBuf>, Failure> {
    let path = root.join(exercise.file());
    if !path.exists() {
        return Ok(None);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let kept = PathBuf::from(format!(".lab/backups/{}/{now}.rs", exercise.id));
    fs::create_dir_all(root.join(&kept).parent().unwrap_or(root))?;
    fs::copy(&path, root.join(&kept))?;
    Ok(Some(kept))
}

fn is_touched(guide: &Guide, exercise: &Exercise) -> bool {
    let (file, stub) = (guide.file(exercise), exercise.stub());
    !matches!((file, stub), (Ok(file), Ok(stub)) if file == stub)
}

/// Asks the person at the keyboard.
fn is_wanted(exercises: &[Exercise]) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        let message = "nobody is here to ask: add --yes to begin anew without a question";
        return Err(Failure::Usage(message.to_owned()));
    }
    let ids: Vec<_> = exercises.iter().map(|exercise| exercise.id.as_str()).collect();
    write!(io::stderr(), "Begin {} anew? A copy is kept. [y/N] ", ids.join(", "))?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}
