//! Live reload: the book is built anew when its sources change, and open pages are told.

use std::convert::Infallible;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::watch;

use super::Site;
use crate::command::{ROOT, build};

/// How often the sources are looked at.
const EVERY: Duration = Duration::from_millis(300);

/// Counts the builds since the server was started.
pub(super) type Builds = watch::Receiver<u64>;

/// Begins to look, in a thread of its own, which lives as long as the process.
pub(super) fn start(folder: PathBuf) -> Builds {
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
            match build(Some(&folder)) {
                Ok(_) => tell.send_modify(|count| *count += 1),
                // The page stays as it is until the mistake is mended.
                Err(error) => {
                    let _ = writeln!(io::stderr(), "book: {error:#}");
                }
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
