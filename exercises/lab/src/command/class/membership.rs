//! Which class a learner has joined: `.lab/class`, a text file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A learner in a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::command) struct Membership {
    /// Where its broker is: `192.168.1.5:1883`.
    pub(super) broker: String,
    /// The name of the class.
    pub(super) class: String,
    /// What the learner wants to be called.
    pub(super) name: String,
}

const HEAD: &str =
    "# The class that hears how your exercises go. `cargo lab class leave` ends that.\n";

impl Membership {
    /// The one of this repository.
    pub(super) fn read(root: &Path) -> Option<Self> {
        let text = fs::read_to_string(path(root)).ok()?;
        let value = |key: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(' '));
            lines.find(|(known, _)| *known == key).map(|(_, value)| value.trim().to_owned())
        };
        Some(Self { broker: value("broker")?, class: value("class")?, name: value("name")? })
    }

    pub(super) fn write(&self, root: &Path) -> io::Result<()> {
        let Self { broker, class, name } = self;
        let path = path(root);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, format!("{HEAD}broker {broker}\nclass {class}\nname {name}\n"))
    }

    /// Forgets it.
    pub(super) fn remove(root: &Path) -> io::Result<()> {
        fs::remove_file(path(root))
    }
}

fn path(root: &Path) -> PathBuf {
    root.join(".lab/class")
}
