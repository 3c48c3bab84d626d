//! 03-strings: A length, and then the text
//!
//! kind: codec
//! minutes: 25
//! part: core
//! page: packet-format.html#strings
//! rules: MQTT-1.5.3-1 MQTT-1.5.3-2 MQTT-1.5.3-3
//! misconception: The length counts characters, and the text ends with a zero byte.
//! hint: `str::len` counts bytes, `chars().count()` characters. `u16::try_from` says whether a length fits
//!   into two bytes, and `to_be_bytes` gives these two, the more significant one first.
//! hint: In read, take the two bytes of the length first, and then exactly as many bytes as it says:
//!   `get(2..2 + length)` is None if they are not there. `std::str::from_utf8` checks them, but it takes
//!   U+0000 for a good character.
//! hint: read: `let [high, low, rest @ ..] = bytes else { return Err(Fault::Incomplete) };`, then
//!   `rest.get(..length).ok_or(Fault::Incomplete)?`, then `from_utf8(…).map_err(|_| Fault::NotUtf8)?`, and
//!   at last look for '\0' with `contains`.
//!
//! Every text in MQTT, such as a Topic Name, stands behind its length. Write such a field and read it
//! back, and refuse what may not stand in one.

/// A text as a field: its length in two bytes, and its UTF-8. None if it cannot be one: it is too long
/// for its length, or has the character U+0000 in it.
pub fn write(text: &str) -> Option<Vec<u8>> {
    // LAB: todo!("put the length in front of the text: what does it count?")
    let length = u16::try_from(text.len()).ok()?;
    if text.contains('\0') {
        return None;
    }
    let mut bytes = length.to_be_bytes().to_vec();
    bytes.extend(text.bytes());
    Some(bytes)
    // LAB-END
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
    // LAB: todo!("take as many bytes as the length says, and see whether they are good text")
    let [high, low, rest @ ..] = bytes else { return Err(Fault::Incomplete) };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let text = rest.get(..length).ok_or(Fault::Incomplete)?;
    let text = std::str::from_utf8(text).map_err(|_| Fault::NotUtf8)?;
    if text.contains('\0') {
        return Err(Fault::HasNull);
    }
    Ok(text.to_owned())
    // LAB-END
}
