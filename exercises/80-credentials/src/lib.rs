//! 80-credentials: Who I am, for everybody to read
//!
//! Finish a CONNECT: its first part is there, what is missing is User Name and Password, which a client
//! may have or not. Set the flags, and write the fields. Then look at tests/expected/paolo.txt:
//! what can somebody read who sees this packet on its way?
//!
//! Check it:  cargo test -p ex-80-credentials
//! Read:      authentication.html#where-it-stands-in-connect in the book (cargo run -p book)

/// A CONNECT of alice, with a clean session. None for what no client may send.
pub fn connect(user_name: Option<&str>, password: Option<&[u8]>) -> Option<Vec<u8>> {
    let (flags, credentials) = credentials(user_name, password)?;
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, 0b0000_0010 | flags, 0, 60];
    body.extend(field(b"alice"));
    body.extend(credentials);
    let remaining_length = u8::try_from(body.len()).ok()?;
    Some([vec![0x10, remaining_length], body].concat())
}

/// Length and content.
pub fn field(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&length, content].concat()
}

/// The Connect Flags for User Name and Password, all others 0, and the end of the payload. None if they
/// may not be sent so.
pub fn credentials(user_name: Option<&str>, password: Option<&[u8]>) -> Option<(u8, Vec<u8>)> {
    todo!("set two flags, and write two fields, in their order")
}
