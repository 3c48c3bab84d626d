//! *Run*: a scenario, played over TCP on the lab's own broker, with what the reader chose.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Form, State};
use lab::{Choices, Lab, LabError, Scenario};

use super::Site;
use super::stream::{Answer, Pen, Refusal, answer};
use crate::compare::{Change, Comparison};
use crate::play::{Ear, Moment};

/// What a form sends.
pub(super) type Sent = Form<BTreeMap<String, String>>;

/// What the form sends besides the inputs.
const SCENARIO: &str = "scenario";

pub(super) async fn run(State(site): State<Site>, Form(sent): Sent) -> Result<Answer, Refusal> {
    let name = sent.get(SCENARIO).map_or("", String::as_str);
    let scenario = Scenario::named(name)
        .ok_or_else(|| Refusal::wrong(format!("there is no scenario '{name}'")))?;
    let mut choices = Choices::usual(scenario);
    for (name, value) in sent.iter().filter(|(name, _)| *name != SCENARIO) {
        choices.set(name, value).map_err(|error| Refusal::wrong(error.to_string()))?;
    }
    answer(site.turn()?, move |pen| {
        let comparison =
            Arc::new(Mutex::new(Comparison::of(scenario, &choices).unwrap_or_default()));
        let played = play(pen, scenario, &choices, Arc::clone(&comparison));
        if let Err(error) = played {
            pen.failed(&error.to_string());
        } else if let Some(words) = lock(&comparison).missing() {
            pen.paragraph("event", &words);
        }
    })
}

fn play(
    pen: &Pen,
    scenario: &Scenario,
    choices: &Choices,
    comparison: Arc<Mutex<Comparison>>,
) -> Result<(), LabError> {
    let told = pen.clone();
    let tell = move |moment: Moment| {
        let change = match &moment {
            Moment::Packet(passed) => lock(&comparison).next(passed),
            _ => Change::None,
        };
        told.moment(&moment, change);
    };
    Lab::on_tcp(Arc::new(Ear::new(tell)))?.play_with(scenario, choices)
}

fn lock(comparison: &Mutex<Comparison>) -> std::sync::MutexGuard<'_, Comparison> {
    comparison.lock().unwrap_or_else(PoisonError::into_inner)
}
