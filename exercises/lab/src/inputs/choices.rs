//! What was chosen.

use std::collections::BTreeMap;

use wire::Qos;

use super::{Input, InputError};
use crate::scenario::Scenario;

/// What was chosen for a scenario, and the usual for the rest.
#[derive(Clone, Debug)]
pub struct Choices {
    inputs: &'static [Input],
    chosen: BTreeMap<&'static str, String>,
}

impl Choices {
    /// The usual for everything.
    pub fn usual(scenario: &Scenario) -> Self {
        Self { inputs: scenario.inputs, chosen: BTreeMap::new() }
    }

    /// Chooses what the input of this name is.
    ///
    /// # Errors
    ///
    /// There is no such input, or it cannot be that.
    pub fn set(&mut self, name: &str, typed: &str) -> Result<(), InputError> {
        let input = self.inputs.iter().find(|input| input.name == name);
        let input = input.ok_or_else(|| InputError::Unknown {
            typed: name.to_owned(),
            names: self.inputs.iter().map(|input| input.name).collect(),
        })?;
        let value = input.check(typed)?;
        if value == input.usual {
            self.chosen.remove(input.name);
        } else {
            self.chosen.insert(input.name, value.to_owned());
        }
        Ok(())
    }

    /// Whether everything is as it is without a choice.
    pub fn are_usual(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Whether this input is as it is without a choice.
    pub(crate) fn is_usual(&self, input: &Input) -> bool {
        !self.chosen.contains_key(input.name)
    }

    /// What was chosen, as it was typed.
    pub(crate) fn text(&self, input: &Input) -> &str {
        self.chosen.get(input.name).map_or(input.usual, String::as_str)
    }

    /// An input of [`Kind::Qos`](super::Kind::Qos).
    pub(crate) fn qos(&self, input: &Input) -> Qos {
        self.text(input).parse().ok().and_then(Qos::new).unwrap_or(Qos::AtMostOnce)
    }

    /// An input of [`Kind::Flag`](super::Kind::Flag).
    pub(crate) fn flag(&self, input: &Input) -> bool {
        self.text(input) == "1"
    }

    /// An input of [`Kind::Number`](super::Kind::Number).
    pub(crate) fn number(&self, input: &Input) -> u16 {
        self.text(input).parse().unwrap_or_default()
    }
}
