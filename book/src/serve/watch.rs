//! Live reload: the book is built anew when its sources change, and open pages are told.
//!
//! It is built beside the folder that is served, and takes its place when it is whole: whoever asks for a
//! page meanwhile gets the last one, and so does everybody as long as a chapter has a mistake.

use std::convert::Infallible;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use mdbook_driver::errors::Result;
use tokio::sync::watch;

use super::Site;
use crate::command::{ROOT, build};

/// How often the sources are looked at.
const EVERY: Duration = Duration::from_millis(300);

/// Counts the builds since the server was started.
pub(super) type Builds = watch::Receiver<u64>;

/// The folder of the built book, which is whole whenever it is looked at.
pub(super) struct Folder {
    path: PathBuf,
    /// Held while a file is read, and while one build takes the place of another.
    turn: RwLock<()>,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, turn: RwLock::default() }
    }

    /// A file of the book, and the number of the build that it comes from.
    pub(super) fn read(&self, file: &Path, builds: &Builds) -> io::Result<(Vec<u8>, u64)> {
        let _turn = self.turn.read().unwrap_or_else(PoisonError::into_inner);
        Ok((fs::read(self.path.join(file))?, *builds.borrow()))
    }

    /// Builds the book beside this folder, puts it in its place, and counts it.
    fn rebuild(
        &self,
        tell: &watch::Sender<u64>,
        build: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        let (next, last) = (self.beside(".next"), self.beside(".last"));
        remove(&next)?;
        remove(&last)?;
        build(&next)?;
        {
            let _turn = self.turn.write().unwrap_or_else(PoisonError::into_inner);
            fs::rename(&self.path, &last)?;
            if let Err(error) = fs::rename(&next, &self.path) {
                fs::rename(&last, &self.path)?;
                return Err(error.into());
            }
            tell.send_modify(|count| *count += 1);
        }
        Ok(remove(&last)?)
    }

    /// The folder beside this one whose name ends so.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(ending);
        self.path.with_file_name(name)
    }
}

/// Removes a folder, if it is there.
fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Begins to look, in a thread of its own, which lives as long as the process.
pub(super) fn start(folder: Arc<Folder>) -> Builds {
    let (tell, builds) = watch::channel(0);
    std::thread::spawn(move || {
        let mut last = newest();
        loop {
            std::thread::sleep(EVERY);
            let now = newest();
            if now == last {
                continue;
            }
            last = now;
            let rebuilt = folder.rebuild(&tell, |next| build(Some(next)).map(drop));
            // The page stays as it is until the mistake is mended.
            if let Err(error) = rebuilt {
                let _ = writeln!(io::stderr(), "book: {error:#}");
            }
        }
    });
    builds
}

/// An event with the number of the build: of the one that there is, and of each that follows.
pub(super) async fn reload(
    State(site): State<Site>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut builds = site.builds.clone();
    builds.mark_changed();
    let events = unfold(builds, |mut builds| async {
        builds.changed().await.ok()?;
        let build = *builds.borrow_and_update();
        Some((Ok(Event::default().event("built").data(build.to_string())), builds))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// When the sources were changed last, and how many there are.
fn newest() -> (Option<SystemTime>, usize) {
    let mut newest = (None, 0);
    for place in ["book.toml", "chapters", "theme"] {
        visit(&Path::new(ROOT).join(place), &mut newest);
    }
    newest
}

fn visit(path: &Path, newest: &mut (Option<SystemTime>, usize)) {
    if let Ok(entries) = fs::read_dir(path) {
        entries.flatten().for_each(|entry| visit(&entry.path(), newest));
    } else if let Ok(time) = fs::metadata(path).and_then(|metadata| metadata.modified()) {
        newest.0 = newest.0.max(Some(time));
        newest.1 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A book of two pages that name their build.
    fn write(folder: &Path, number: u64) {
        fs::create_dir(folder).unwrap();
        for page in ["index.html", "glossary.html"] {
            fs::write(folder.join(page), number.to_string()).unwrap();
        }
    }

    /// Where such a book stands that was built once, and who counts.
    fn first_build() -> (tempfile::TempDir, Folder, (watch::Sender<u64>, Builds)) {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path().join("book"));
        write(&folder.path, 0);
        (place, folder, watch::channel(0))
    }

    #[test]
    fn every_page_is_there_while_the_book_is_built_again_and_again() {
        let (place, folder, (tell, builds)) = first_build();
        std::thread::scope(|scope| {
            let builder = scope.spawn(|| {
                for number in 1..=300 {
                    let build = |next: &Path| {
                        write(next, number);
                        Ok(())
                    };
                    folder.rebuild(&tell, build).unwrap();
                }
            });
            while !builder.is_finished() {
                for page in ["index.html", "glossary.html"] {
                    let (text, build) = folder.read(Path::new(page), &builds).unwrap();
                    assert_eq!(String::from_utf8(text).unwrap(), build.to_string());
                }
            }
        });
        assert_eq!(*builds.borrow(), 300);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_build_that_fails_leaves_the_book_as_it_is() {
        let (_place, folder, (tell, builds)) = first_build();
        let build = |next: &Path| {
            fs::create_dir(next)?; // as far as it came
            Err(io::Error::other("a chapter has a mistake").into())
        };
        folder.rebuild(&tell, build).unwrap_err();
        let (text, build) = folder.read(Path::new("index.html"), &builds).unwrap();
        assert_eq!((text, build), (b"0".to_vec(), 0));
    }
}
