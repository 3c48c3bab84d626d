//! What an audience saw and heard, to be looked at later.

use std::sync::{Arc, Mutex, PoisonError};

use tap::{Record, Tap};

use crate::audience::Audience;
use crate::error::LabError;
use crate::inputs::Choices;
use crate::lab::Lab;
use crate::scenario::Scenario;

/// An audience that remembers everything, in its order.
#[derive(Debug, Default)]
pub struct Transcript(Mutex<Vec<Moment>>);

#[derive(Clone, Debug)]
enum Moment {
    Seen(Record),
    Heard(String),
    Concluded(String),
}

impl Transcript {
    /// The transcript of a scenario on the virtual stage: the same each time.
    ///
    /// # Errors
    ///
    /// What went other than the scenario says.
    pub fn of(scenario: &Scenario) -> Result<Arc<Self>, LabError> {
        Self::with(scenario, &Choices::usual(scenario))
    }

    /// The same with choices of somebody's own.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn with(scenario: &Scenario, choices: &Choices) -> Result<Arc<Self>, LabError> {
        let transcript = Arc::new(Self::default());
        Lab::on_virtual_network(Arc::clone(&transcript) as Arc<dyn Audience>)
            .play_with(scenario, choices)?;
        Ok(transcript)
    }

    /// Shows it all to another audience.
    pub fn show(&self, audience: &dyn Audience) {
        self.show_in_steps(audience, || ());
    }

    /// Shows it to another audience, and calls `pause` before each thing that it is about to see.
    pub fn show_in_steps(&self, audience: &dyn Audience, pause: impl Fn()) {
        for moment in self.moments().clone() {
            match moment {
                Moment::Seen(record) => {
                    pause();
                    audience.record(record);
                }
                Moment::Heard(paragraph) => audience.hear(&paragraph),
                Moment::Concluded(remember) => audience.conclude(&remember),
            }
        }
    }

    /// What was seen, without the words in between.
    pub fn records(&self) -> Vec<Record> {
        let seen = |moment: &Moment| match moment {
            Moment::Seen(record) => Some(record.clone()),
            Moment::Heard(_) | Moment::Concluded(_) => None,
        };
        self.moments().iter().filter_map(seen).collect()
    }

    fn moments(&self) -> std::sync::MutexGuard<'_, Vec<Moment>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tap for Transcript {
    fn record(&self, record: Record) {
        self.moments().push(Moment::Seen(record));
    }
}

impl Audience for Transcript {
    fn hear(&self, paragraph: &str) {
        self.moments().push(Moment::Heard(paragraph.to_owned()));
    }

    fn conclude(&self, remember: &str) {
        self.moments().push(Moment::Concluded(remember.to_owned()));
    }
}
