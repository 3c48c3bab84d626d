//! Session keys on their way to a capture.

use std::sync::{Arc, Mutex, PoisonError};

/// Takes session keys from those who agreed on them, and keeps them until the next record is written.
/// Keys are never dropped, and never overtaken: whoever records what they are for adds them before.
#[derive(Clone, Default)]
pub struct Keys(Arc<Mutex<String>>);

impl Keys {
    /// Adds a line of a key log, without its end.
    pub fn add(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push_str(line);
        lines.push('\n');
    }

    /// Takes out the lines that were added since the last call.
    pub fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
