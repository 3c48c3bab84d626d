//! Calls what a learner wrote, so that nothing which it may do hides what is to be said.
//!
//! The code runs in a thread of its own. A `todo!` or a panic is caught there, and told without the usual
//! words and the backtrace; a loop that never ends is left alone after two seconds, and ends with the test.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, Location, PanicHookInfo};
use std::process;
use std::sync::Once;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs, io, io::Write};

/// For how long the code may run.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);
/// How often its memory is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How much memory it may take, in bytes.
const MEMORY: u64 = 1 << 29;

/// Why the code gave no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// It is not written yet.
    Todo {
        /// File and line.
        place: String,
        /// What is to be written.
        text: String,
    },
    /// It panicked.
    Panic {
        /// File and line.
        place: String,
        /// Its message.
        text: String,
    },
    /// It did not come back in time.
    Endless,
}

/// A value of whatever type.
type Value = Box<dyn Any + Send>;

/// Calls the code, and gives what it gives.
pub(crate) fn guarded<T: Send + 'static>(
    patience: Duration,
    code: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Stopped> {
    let value = run(patience, Box::new(move || Box::new(code()) as Value))?;
    // It is a `T`, since nothing else was put in.
    value.downcast().map(|value| *value).map_err(|_| Stopped::Endless)
}

/// Calls code of any type: so this is compiled here, and not in each check for each of its calls.
fn run(patience: Duration, code: Box<dyn FnOnce() -> Value + Send>) -> Result<Value, Stopped> {
    catch_panics();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        GUARDED.set(true);
        let outcome = panic::catch_unwind(AssertUnwindSafe(code));
        let outcome = outcome.map_err(|_| CAUGHT.take().unwrap_or(Stopped::Endless));
        let _ = sender.send(outcome); // whoever waited may have given up
    });
    let (start, memory) = (Instant::now(), resident_memory());
    loop {
        match receiver.recv_timeout(LOOK.min(patience)) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Timeout) if start.elapsed() < patience => {
                if resident_memory() > memory.saturating_add(MEMORY) {
                    give_up();
                }
            }
            Err(_) => return Err(Stopped::Endless),
        }
    }
}

thread_local! {
    /// Whether this thread runs a learner's code.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// What stopped it.
    static CAUGHT: RefCell<Option<Stopped>> = const { RefCell::new(None) };
}

/// Keeps panics of guarded threads for the report. All others are told as before.
fn catch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |information| {
            if GUARDED.get() {
                CAUGHT.replace(Some(stopped(information)));
            } else {
                before(information);
            }
        }));
    });
}

fn stopped(information: &PanicHookInfo<'_>) -> Stopped {
    let place = information.location().map(place).unwrap_or_default();
    let payload = information.payload();
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    let text = payload.downcast_ref().copied().or(owned).unwrap_or("it says no more");
    match text.strip_prefix("not yet implemented") {
        Some(rest) => Stopped::Todo { place, text: rest.trim_start_matches(": ").to_owned() },
        None => Stopped::Panic { place, text: text.to_owned() },
    }
}

/// File and line. Of a panic inside the standard library, those of the learner's line that called it.
fn place(location: &Location<'_>) -> String {
    let of_library = location.file().starts_with("library/") || location.file().contains("/rustc/");
    let called = if of_library { calling() } else { None };
    called.unwrap_or_else(|| format!("{}:{}", location.file(), location.line()))
}

/// The learner's line that runs now: cargo runs a check in the folder of its exercise.
fn calling() -> Option<String> {
    let line = learners_line(&Backtrace::force_capture().to_string())?;
    let folder = env::current_dir().ok()?;
    Some(format!("exercises/{}/src/lib.rs:{line}", folder.file_name()?.to_str()?))
}

/// The innermost frame of this backtrace that is in the learner's file: `at ./src/lib.rs:20:34`.
fn learners_line(backtrace: &str) -> Option<u32> {
    let mut frames = backtrace.lines().filter_map(|line| line.trim_start().strip_prefix("at "));
    let place = frames.find_map(|frame| frame.strip_prefix("./src/lib.rs:"))?;
    place.split(':').next()?.parse().ok()
}

/// The memory of this process in bytes, where the system tells it; 0 elsewhere.
fn resident_memory() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()));
    pages.unwrap_or_default() * 4096
}

/// Ends the test at once: the thread cannot be stopped, and would take all memory of the machine.
fn give_up() -> ! {
    let _ = writeln!(
        io::stderr(),
        "\nWRONG  your code took more than half a gigabyte of memory, and was stopped:\n  \
         is there a loop that appends to something and never ends?"
    );
    process::exit(101)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_through() {
        assert_eq!(guarded(PATIENCE, || 7), Ok(7));
    }

    #[test]
    #[allow(clippy::todo)] // it is what the guard is for
    fn a_todo_says_where_and_what() {
        let stopped = guarded(PATIENCE, || -> u8 { todo!("shift it") }).unwrap_err();
        let Stopped::Todo { place, text } = stopped else { panic!("{stopped:?}") };
        assert!(place.contains("guard.rs:"), "{place}");
        assert_eq!(text, "shift it");
    }

    #[test]
    fn a_panic_says_where_and_why() {
        let empty: Vec<u8> = Vec::new();
        let stopped = guarded(PATIENCE, move || empty[1]).unwrap_err();
        let Stopped::Panic { place, text } = stopped else { panic!("{stopped:?}") };
        assert!(place.contains("guard.rs:") && text.contains("out of bounds"), "{place} {text}");
    }

    #[test]
    fn a_panic_of_the_library_is_told_at_the_line_that_called_it() {
        let backtrace = "\
            4: check::guard::place\n      at /lab/exercises/check/src/guard.rs:130:20\n\
            9: core::slice::index\n      at /rustc/59807616e1fa/library/core/src/slice/index.rs:1020:5\n\
            11: ex04::Framer::received\n      at ./src/lib.rs:20:34\n\
            12: check::step2\n      at ./tests/check.rs:70:9";
        assert_eq!(learners_line(backtrace), Some(20));
        assert_eq!(learners_line("0: main"), None);
    }

    #[test]
    fn a_loop_that_never_ends_is_left_alone() {
        let endless = || loop {
            thread::park();
        };
        assert_eq!(guarded(Duration::from_millis(1), endless), Err::<(), _>(Stopped::Endless));
    }
}
