//! The terminal view: packets, fields and bytes side by side, as a state machine.
//!
//! ```text
//!   tap::Record ──▶ Model::add ──┐
//!   key, mouse ───▶ Model::input ┼─▶ Model ── Model::draw ──▶ ratatui's frame
//!   window ───────▶ Model::input ┘     └────▶ Step: go on, copy this, leave
//! ```
//!
//! There is no input and no output here. The command has the terminal, the files and the sockets.

mod areas;
mod draw;
mod filter;
mod input;
mod item;
mod kept;
mod model;
mod style;

pub use input::Step;
pub use kept::Keep;
pub use model::Model;
