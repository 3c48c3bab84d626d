//! The terminal: keys in, screens out, and back to what it was, whatever happens.

use std::io::{self, IsTerminal, Write};
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::TryRecvError;
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, DisableMouseCapture, EnableMouseCapture};
use ratatui::crossterm::execute;
use tracer::output::Failure;
use tracer::view::{Model, Step};

use super::source::{News, Source};
use crate::command::interrupt;

/// How long a key is awaited, before records are looked for.
const TICK: Duration = Duration::from_millis(50);
/// What is said of a file with more lines than are kept.
const MORE: &str = "the file has more: --most N shows more lines, --client or --filter others";
/// Records that are taken before a key is looked for.
const MOST_RECORDS: usize = 2000;

/// Shows the source until somebody leaves; then prints what was copied. `model` is what shows it, in a
/// window of some size.
pub(super) fn run(source: &Source, model: impl FnOnce((u16, u16)) -> Model) -> Result<(), Failure> {
    if !io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "the view needs a terminal; for a pipe or a file use tracer read".to_owned(),
        ));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = Arc::clone(&stop);
    interrupt::on_interrupt(move || stopping.store(true, Ordering::Relaxed))?;
    let mut terminal = ratatui::try_init()?;
    let restore = Restore::new()?;
    // From the first look for events on it is noticed that the window changes its size.
    event::poll(Duration::ZERO)?;
    let size = terminal.size()?;
    let mut model = model((size.width, size.height));
    let ended = show(&mut terminal, &mut model, source, &stop);
    drop(restore);
    ended?;
    for copied in model.copied() {
        writeln!(io::stdout(), "{copied}")?;
    }
    Ok(())
}

fn show(
    terminal: &mut DefaultTerminal,
    model: &mut Model,
    source: &Source,
    stop: &AtomicBool,
) -> io::Result<()> {
    let mut has_changed = true;
    let mut is_over = false;
    while !stop.load(Ordering::Relaxed) {
        if !is_over {
            has_changed |= take(model, source, &mut is_over);
        }
        if has_changed {
            terminal.draw(|frame| model.draw(frame))?;
        }
        has_changed = event::poll(TICK)?;
        if has_changed {
            match model.input(&event::read()?) {
                Step::Continue => {}
                Step::Copy(text) => to_clipboard(&text)?,
                Step::Quit => return Ok(()),
            }
        }
    }
    Ok(())
}

/// Takes what has come; whether anything did.
fn take(model: &mut Model, source: &Source, is_over: &mut bool) -> bool {
    for taken in 0..MOST_RECORDS {
        match source.news.try_recv() {
            Ok(News::Record(record)) => {
                model.add(record);
                if model.is_full() {
                    *is_over = true;
                    model.say(MORE);
                    return true;
                }
            }
            Ok(News::End(why)) => {
                *is_over = true;
                model.say(why);
                return true;
            }
            Err(TryRecvError::Empty) => return taken > 0,
            Err(TryRecvError::Disconnected) => {
                *is_over = true;
                return true;
            }
        }
    }
    true
}

/// Has the terminal put the text into the clipboard (OSC 52), if it does such things.
fn to_clipboard(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout();
    write!(stdout, "\u{1b}]52;c;{}\u{7}", STANDARD.encode(text))?;
    stdout.flush()
}

/// The mouse is ours until this goes, or the program panics; then the terminal is as it was.
struct Restore;

impl Restore {
    fn new() -> io::Result<Self> {
        let before = panic::take_hook(); // which leaves the alternate screen and tells what happened
        panic::set_hook(Box::new(move |info| {
            let _ = execute!(io::stdout(), DisableMouseCapture);
            before(info);
        }));
        execute!(io::stdout(), EnableMouseCapture)?;
        Ok(Self)
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        if thread::panicking() {
            return; // the hook was here, and the cursor stands below what it told
        }
        let _ = execute!(io::stdout(), DisableMouseCapture);
        ratatui::restore();
    }
}
