//! The packets of a scenario, as the lab plays it on the virtual stage: the same each time.

use lab::{Scenario, Transcript};
use tracer::{Conversation, Entry};

/// Plays the scenario and calls `see` with each entry of its conversation, in their order.
pub(crate) fn each_entry(scenario: &str, mut see: impl FnMut(&Entry<'_>)) -> Result<(), String> {
    let known =
        Scenario::named(scenario).ok_or_else(|| format!("there is no scenario '{scenario}'"))?;
    let transcript = Transcript::of(known).map_err(|error| error.to_string())?;
    let mut conversation = Conversation::default();
    for record in transcript.records() {
        if let Some(entry) = conversation.add(record) {
            if let Entry::Packet(seen) = &entry
                && let Err(error) = &seen.outcome
            {
                return Err(format!("packet {} does not decode: {error}", seen.number));
            }
            see(&entry);
        }
    }
    Ok(())
}
