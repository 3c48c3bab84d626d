//! What the guide remembers: `.lab/progress`, a text file that may be read, copied, and thrown away.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use catalogue::fingerprint;

/// Where the learner is, what is done, and which hints were taken.
#[derive(Debug, Default)]
pub(super) struct Progress {
    path: PathBuf,
    at: Option<String>,
    /// The fingerprint of each file that passed.
    done: BTreeMap<String, u64>,
    hints: BTreeMap<String, usize>,
}

const HEAD: &str =
    "# Where you are in the exercises. `cargo lab check --all` finds out anew what is done.\n";

impl Progress {
    /// What is remembered in this repository. A line that says nothing known is passed over.
    pub(super) fn read(root: &Path) -> Self {
        let path = root.join(".lab/progress");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let mut progress = Self { path, ..Self::default() };
        for line in text.lines() {
            match *line.split_whitespace().collect::<Vec<_>>() {
                ["at", id] => progress.at = Some(id.to_owned()),
                ["done", id, hash] => {
                    let hash = u64::from_str_radix(hash, 16).unwrap_or_default();
                    progress.done.insert(id.to_owned(), hash);
                }
                ["hints", id, count] => {
                    progress.hints.insert(id.to_owned(), count.parse().unwrap_or_default());
                }
                _ => {}
            }
        }
        progress
    }

    /// The exercise that the learner is at.
    pub(super) fn at(&self) -> Option<&str> {
        self.at.as_deref()
    }

    /// Whether this very file has passed.
    pub(super) fn is_done(&self, id: &str, file: &str) -> bool {
        self.done.get(id) == Some(&fingerprint(file))
    }

    /// How many hints were taken.
    pub(super) fn hints(&self, id: &str) -> usize {
        self.hints.get(id).copied().unwrap_or_default()
    }

    /// The learner goes to this exercise.
    pub(super) fn go_to(&mut self, id: &str) -> io::Result<()> {
        self.at = Some(id.to_owned());
        self.write()
    }

    /// This file was checked.
    pub(super) fn checked(&mut self, id: &str, file: &str, is_right: bool) -> io::Result<()> {
        if is_right {
            self.done.insert(id.to_owned(), fingerprint(file));
        } else {
            self.done.remove(id);
        }
        self.write()
    }

    /// So many hints were taken.
    pub(super) fn took_hints(&mut self, id: &str, count: usize) -> io::Result<()> {
        self.hints.insert(id.to_owned(), count);
        self.write()
    }

    /// Nothing is known of this exercise any more.
    pub(super) fn forget(&mut self, id: &str) -> io::Result<()> {
        self.done.remove(id);
        self.hints.remove(id);
        self.write()
    }

    fn write(&self) -> io::Result<()> {
        let at = self.at.iter().map(|id| format!("at {id}\n"));
        let done = self.done.iter().map(|(id, hash)| format!("done {id} {hash:016x}\n"));
        let hints = self.hints.iter().map(|(id, count)| format!("hints {id} {count}\n"));
        let text: Vec<String> =
            [HEAD.to_owned()].into_iter().chain(at).chain(done).chain(hints).collect();
        fs::create_dir_all(self.path.parent().unwrap_or(&self.path))?;
        fs::write(&self.path, text.concat())
    }
}
