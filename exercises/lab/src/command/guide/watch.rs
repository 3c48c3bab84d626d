//! `lab watch`: each time the file is saved, the verdict.

use std::fs;
use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, SystemTime};

use clap::Args;
use tracer::output::Failure;

use super::check::{check, verdict};
use super::{Guide, hint, list, reset, say, walk};
use crate::command::keys::Keys;

/// Check each time the file is saved
#[derive(Args)]
#[command(after_help = "\
While it watches, type a letter; where keys do not count at once, and Enter:
  h  a hint      n  the next exercise      l  the list      r  begin anew      q  quit

It looks at the file every 300 ms, so it works over a network and in a container.")]
pub(in crate::command) struct Watch {
    /// Its number or name: 10, 10-connect [default: the one that you are at]
    exercise: Option<String>,
}

/// How often the file is looked at.
const LOOK: Duration = Duration::from_millis(300);

impl Watch {
    pub(super) fn run(&self, guide: &mut Guide) -> Result<(), Failure> {
        let exercise = guide.exercise(self.exercise.as_deref())?.clone();
        walk::go(guide, &exercise)?;
        if let Some(class) = &mut guide.class {
            class.be_present();
        }
        let keys = Typed::new();
        let mut seen = None;
        loop {
            let now = saved(guide);
            if now != seen {
                seen = now;
                verdict_now(guide, &keys)?;
            }
            match keys.next() {
                Some(key) if !answer(guide, &keys, &key)? => return Ok(()),
                Some(_) | None => {}
            }
        }
    }
}

/// Which exercise, and when its file was saved last.
fn saved(guide: &Guide) -> Option<(String, SystemTime)> {
    let exercise = guide.exercise(None).ok()?;
    let metadata = fs::metadata(guide.course.root().join(exercise.file())).ok()?;
    Some((exercise.id.clone(), metadata.modified().ok()?))
}

fn verdict_now(guide: &mut Guide, keys: &Typed) -> Result<(), Failure> {
    let exercise = guide.exercise(None)?.clone();
    let trial = check(guide, &exercise)?;
    if io::stdout().is_terminal() {
        say("\u{1b}[2J\u{1b}[H")?; // a clean page, so that the verdict stands at its top
    }
    say(&verdict(guide.page, &exercise, &trial))?;
    say_keys(keys)
}

fn say_keys(keys: &Typed) -> Result<(), Failure> {
    let enter = if keys.keys.at_once() { "" } else { ", and Enter" };
    say(&format!("\n[h]int  [n]ext  [l]ist  [r]eset  [q]uit{enter}; or save the file"))
}

/// Does what a key asks for. Tells whether to go on.
fn answer(guide: &mut Guide, keys: &Typed, key: &str) -> Result<bool, Failure> {
    match key {
        "h" => hint::more(guide)?,
        "n" => walk::next(guide)?,
        "l" => list::show(guide)?,
        "r" => {
            let exercise = guide.exercise(None)?.clone();
            say(&format!("Begin {} anew? A copy is kept. [y] does it", exercise.id))?;
            match keys.answer().as_deref() {
                Some("y" | "Y") => reset::reset(guide, &[exercise])?,
                _ => say("Nothing was changed.")?,
            }
        }
        "q" => return Ok(false),
        "" => return verdict_now(guide, keys).map(|()| true),
        other => say(&format!("'{other}' is none of h, n, l, r and q"))?,
    }
    say_keys(keys)?; // what was said may have pushed them off the screen
    Ok(true)
}

/// The keys that are typed.
struct Typed {
    keys: Keys,
    typed: Receiver<String>,
}

impl Typed {
    fn new() -> Self {
        let (sender, typed) = mpsc::channel();
        Self { keys: Keys::to(move |key| sender.send(key).is_ok()), typed }
    }

    /// What is typed to a question; `None` where nobody can type any more.
    fn answer(&self) -> Option<String> {
        self.typed.recv().ok()
    }

    /// The next key, if one comes before the file is looked at again. Where nobody can type any more, only
    /// the time passes.
    fn next(&self) -> Option<String> {
        match self.typed.recv_timeout(LOOK) {
            Ok(key) => Some(key),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                thread::park_timeout(LOOK);
                None
            }
        }
    }
}
