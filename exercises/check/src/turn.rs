//! The order in which failures are told. Tests run side by side, and whichever ends first is told first; but
//! what is wrong in step 3 may follow from what is wrong in step 1.
//!
//! The test harness calls each thread by its test, and starts them in the order of their names. So a step
//! that fails waits for those before it, as far as they are there. It learns that one of them is over when
//! its thread ends: then the harness has been told.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The steps that have begun, and are not over.
static RUNNING: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
/// One of them is over.
static OVER: Condvar = Condvar::new();

thread_local! {
    /// The step that runs in this thread.
    static STEP: Option<Step> = Step::of_this_thread();
}

/// A step, from its first call of the learner's code to the end of its thread.
struct Step(String);

impl Step {
    fn of_this_thread() -> Option<Self> {
        let thread = thread::current();
        let name = thread.name().filter(|name| name.starts_with("step"))?.to_owned();
        running().insert(name.clone());
        Some(Self(name))
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        running().remove(&self.0);
        OVER.notify_all();
    }
}

/// This thread's step begins, if it is the thread of one.
pub(crate) fn begin() {
    STEP.with(|_| ());
}

/// Waits until every step before this one is over.
pub(crate) fn wait() {
    STEP.with(|step| {
        let Some(Step(name)) = step else { return };
        let others_first =
            |running: &mut BTreeSet<String>| running.first().is_some_and(|first| first < name);
        drop(OVER.wait_while(running(), others_first).unwrap_or_else(PoisonError::into_inner));
    });
}

fn running() -> MutexGuard<'static, BTreeSet<String>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_step_waits_for_those_before_it() {
        let (begun, first_has_begun) = mpsc::channel();
        let (told, order) = mpsc::channel();
        let (go, may_end) = mpsc::channel::<()>();
        let second_told = told.clone();
        let first = thread::Builder::new().name("step1_first".to_owned()).spawn(move || {
            begin();
            let _ = begun.send(());
            let _ = may_end.recv();
            let _ = told.send(1);
        });
        assert!(first_has_begun.recv().is_ok());
        let second = thread::Builder::new().name("step2_second".to_owned()).spawn(move || {
            begin();
            let _ = go.send(());
            wait();
            let _ = second_told.send(2);
        });
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(order.iter().collect::<Vec<_>>(), [1, 2]);
    }
}
