//! `lab dev sync`: makes the files of each exercise from its solution.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use catalogue::{Course, Exercise};
use tracer::output::Failure;

use super::members;
use crate::command::guide::reset::keep;
use crate::command::place;

/// A file that is made, and what is to stand in it.
pub(super) struct Made<'c> {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// The exercise whose learner may have written in it.
    edited: Option<&'c Exercise>,
}

impl Made<'_> {
    /// Whether the file is as it should be.
    pub(super) fn is_there(&self, root: &Path) -> bool {
        fs::read_to_string(root.join(&self.path)).is_ok_and(|text| text == self.text)
    }
}

pub(super) fn run() -> Result<(), Failure> {
    let course = place::course()?;
    let mut written = Vec::new();
    for made in made(&course)? {
        if !made.is_there(course.root()) {
            write(course.root(), &made)?;
            written.push(made.path.display().to_string());
        }
    }
    let told = match written.len() {
        0 => "everything is up to date".to_owned(),
        _ => format!("made anew: {}", written.join("\n           ")),
    };
    tell(&told)
}

/// All files that are made from the solutions.
pub(super) fn made(course: &Course) -> Result<Vec<Made<'_>>, Failure> {
    let mut all = Vec::new();
    for exercise in course.exercises() {
        let folder = Path::new("exercises").join(&exercise.id);
        let stub = exercise.stub().map_err(|fault| place::wrong(&fault))?;
        let readme = exercise.readme().map_err(|fault| place::wrong(&fault))?;
        let manifest = exercise.manifest();
        all.push(Made { path: folder.join("Cargo.toml"), text: manifest, edited: None });
        all.push(Made { path: folder.join("README.md"), text: readme, edited: None });
        all.push(Made { path: folder.join("src/lib.rs"), text: stub, edited: Some(exercise) });
    }
    let path = PathBuf::from("Cargo.toml");
    let manifest = fs::read_to_string(course.root().join(&path))?;
    let text = members::list(&manifest, course.exercises()).ok_or_else(|| {
        Failure::Wrong(Some("Cargo.toml has no place for the exercises among its members".into()))
    })?;
    all.push(Made { path, text, edited: None });
    Ok(all)
}

pub(super) fn tell(text: &str) -> Result<(), Failure> {
    use io::Write;
    writeln!(io::stdout(), "{text}")?;
    Ok(())
}

/// Writes a file. Somebody's work in it is kept.
fn write(root: &Path, made: &Made<'_>) -> Result<(), Failure> {
    let path = root.join(&made.path);
    if let Some(exercise) = made.edited
        && let Some(kept) = keep(root, exercise)?
    {
        tell(&format!("{}: the old one is kept as {}", made.path.display(), kept.display()))?;
    }
    fs::create_dir_all(path.parent().unwrap_or(root))?;
    fs::write(&path, &made.text)?;
    Ok(())
}
