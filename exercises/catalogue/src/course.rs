//! All exercises of a repository.

use std::fs;
use std::path::{Path, PathBuf};

use crate::exercise::Exercise;
use crate::fault::Fault;
use crate::head;
use crate::wrong::{self, Wrong};

/// The exercises, in their order.
#[derive(Clone, Debug)]
pub struct Course {
    root: PathBuf,
    exercises: Vec<Exercise>,
}

impl Course {
    /// The exercises of the repository at `root`.
    ///
    /// # Errors
    ///
    /// [`Fault`] names the file that cannot be read, and what is wrong in it.
    pub fn read(root: &Path) -> Result<Self, Fault> {
        let folder = root.join("exercises/solutions");
        let entries = fs::read_dir(&folder).map_err(|error| file(&folder, error))?;
        let mut exercises = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| file(&folder, error))?.path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(&path).map_err(|error| file(&path, error))?;
                let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                exercises.push(checked(&path, head::read(&name, &source)?)?);
            }
        }
        exercises.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(Self { root: root.to_owned(), exercises })
    }

    /// One exercise, by its id.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read); it reads the one source alone.
    pub fn read_one(root: &Path, id: &str) -> Result<Exercise, Fault> {
        let number = id.split('-').next().unwrap_or_default();
        let path = root.join(format!("exercises/solutions/ex{number}.rs"));
        let source = fs::read_to_string(&path).map_err(|error| file(&path, error))?;
        head::read(&path.display().to_string(), &source)
    }

    /// The root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All of them.
    pub fn exercises(&self) -> &[Exercise] {
        &self.exercises
    }

    /// The one that is meant by a number, an id, or the name of its package: `10`, `10-connect`,
    /// `ex-10-connect`, `ex10`.
    pub fn find(&self, name: &str) -> Option<&Exercise> {
        let bare = name.strip_prefix("ex").unwrap_or(name);
        let bare = bare.strip_prefix('-').unwrap_or(bare);
        let of_one_digit = format!("0{bare}");
        self.exercises.iter().find(|exercise| {
            [exercise.number(), &exercise.id].contains(&bare) || exercise.number() == of_one_digit
        })
    }

    /// The wrong answers to an exercise; none where there is no such file.
    ///
    /// # Errors
    ///
    /// [`Fault`] if the file is there and cannot be read, or does not fit the solution.
    pub fn wrong(&self, exercise: &Exercise) -> Result<Vec<Wrong>, Fault> {
        let name = format!("exercises/wrong/{}.diff", exercise.library());
        let path = self.root.join(&name);
        if !path.exists() {
            return Ok(Vec::new());
        }
        let source = fs::read_to_string(&path).map_err(|error| file(&path, error))?;
        wrong::read(&name, &source, &exercise.answer())
    }
}

/// An exercise whose number is that of its file.
fn checked(path: &Path, exercise: Exercise) -> Result<Exercise, Fault> {
    if path.file_stem().is_some_and(|stem| *stem == *exercise.library()) {
        return Ok(exercise);
    }
    let message = format!("exercise {} belongs into {}", exercise.id, exercise.source_path());
    Err(Fault::source(&path.display().to_string(), 1, message))
}

fn file(path: &Path, error: std::io::Error) -> Fault {
    Fault::File { path: path.to_owned(), error }
}
