//! {id}: What it is about
//!
//! kind: codec
//! minutes: 10
//! part: core
//! page: packet-format.html
//! rules: MQTT-2.2.2-1
//! misconception: What many believe before.
//! hint: Where to look.
//! hint: What to think of.
//! hint: Nearly all of it.
//!
//! What the learner is to do, in two or three sentences.

/// What it gives, with units and ranges.
pub fn pingreq() -> Vec<u8> {
    // LAB: todo!("what is to be written here, in a few words")
    vec![0xc0, 0x00]
    // LAB-END
}
