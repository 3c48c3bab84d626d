//! *Run*: a scenario, played over TCP on the lab's own broker.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Form, State};
use lab::{Lab, LabError, Scenario};

use super::Site;
use super::stream::{Answer, Pen, Refusal, answer};
use crate::play::{Ear, Moment};

/// What a form sends.
pub(super) type Sent = Form<BTreeMap<String, String>>;

pub(super) async fn run(State(site): State<Site>, Form(sent): Sent) -> Result<Answer, Refusal> {
    let name = sent.get("scenario").map_or("", String::as_str);
    let scenario = Scenario::named(name)
        .ok_or_else(|| Refusal::wrong(format!("there is no scenario '{name}'")))?;
    answer(site.turn()?, move |pen| {
        let told = pen.clone();
        let tell = move |moment: Moment| told.moment(&moment, Vec::new());
        finish(pen, play(tell, |lab| lab.play(scenario)));
    })
}

/// Plays something over TCP, and tells each moment of it.
pub(super) fn play(
    tell: impl Fn(Moment) + Send + Sync + 'static,
    play: impl FnOnce(&mut Lab) -> Result<(), LabError>,
) -> Result<(), LabError> {
    play(&mut Lab::on_tcp(Arc::new(Ear::new(tell)))?)
}

/// Tells what went wrong, if anything did.
pub(super) fn finish(pen: &Pen, played: Result<(), LabError>) {
    if let Err(error) = played {
        pen.failed(&error.to_string());
    }
}
