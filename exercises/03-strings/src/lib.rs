//! 03-strings: A length, and then the text
//!
//! Every text in MQTT, such as a Topic Name, stands behind its length. Write such a field and read it
//! back, and refuse what may not stand in one.
//!
//! Check it:  cargo test -p ex-03-strings
//! Read:      packet-format.html#strings in the book (cargo run -p book)

/// A text as a field: its length in two bytes, and its UTF-8. None if it cannot be one: it is too long
/// for its length, or has the character U+0000 in it.
pub fn write(text: &str) -> Option<Vec<u8>> {
    todo!("put the length in front of the text: what does it count?")
}

/// Why bytes are no text.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Some of them are missing.
    Incomplete,
    /// They are no well-formed UTF-8.
    NotUtf8,
    /// The character U+0000 is among them.
    HasNull,
}

/// Reads the text whose field begins these bytes. Others may follow it, which belong to the next field.
pub fn read(bytes: &[u8]) -> Result<String, Fault> {
    todo!("take as many bytes as the length says, and see whether they are good text")
}
