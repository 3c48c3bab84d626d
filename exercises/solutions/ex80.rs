//! 80-credentials: Who I am, for everybody to read
//!
//! kind: codec
//! minutes: 25
//! part: core
//! sheets: day
//! page: authentication.html#where-it-stands-in-connect
//! rules: MQTT-3.1.2-18 MQTT-3.1.2-19 MQTT-3.1.2-20 MQTT-3.1.2-21 MQTT-3.1.2-22
//! misconception: Credentials are hidden, and a password needs no user name.
//! hint: Each of the two fields has a flag of its own in the Connect Flags, and stands at the end of the
//!   payload with a length of two bytes before it. Which of the two flags is the higher bit?
//! hint: User Name Flag is bit 7, Password Flag is bit 6. The User Name comes first. Without a User Name
//!   there may be no Password, so that case is None.
//! hint: Begin with `if user_name.is_none() && password.is_some() { return None; }`. Flags:
//!   `flags |= 0b1000_0000` for the one, `0b0100_0000` for the other. The payload gets
//!   `field(user_name.as_bytes())`, then `field(password)`.
//!
//! Finish a CONNECT: its first part is there, what is missing is User Name and Password, which a client
//! may have or not. Set the flags, and write the fields. Then look at tests/expected/paolo.txt:
//! what can somebody read who sees this packet on its way?

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
    // LAB: todo!("set two flags, and write two fields, in their order")
    if user_name.is_none() && password.is_some() {
        return None;
    }
    let (mut flags, mut payload) = (0, Vec::new());
    if let Some(user_name) = user_name {
        flags |= 0b1000_0000;
        payload.extend(field(user_name.as_bytes()));
    }
    if let Some(password) = password {
        flags |= 0b0100_0000;
        payload.extend(field(password));
    }
    Some((flags, payload))
    // LAB-END
}
