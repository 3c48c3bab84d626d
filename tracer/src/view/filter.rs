//! Which packets are shown: those whose line has what was typed.

/// What was typed, for a search that does not care about upper and lower case.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    typed: String,
    wanted: String,
}

impl Filter {
    pub(super) fn typed(&self) -> &str {
        &self.typed
    }

    pub(super) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    pub(super) fn set(&mut self, typed: String) {
        self.wanted = typed.trim().to_lowercase();
        self.typed = typed;
    }

    /// Whether a line, which is in lower case already, is shown.
    pub(super) fn takes(&self, line: &str) -> bool {
        self.wanted.split_whitespace().all(|word| line.contains(word))
    }
}
