//! CONNACK (MQTT 3.1.1 §3.2): the server's answer to CONNECT.

use std::fmt;

use super::header::{self, PacketType};
use crate::field::{Field, Group, Part};
use crate::requirements;
use crate::walk::{Walk, placeholder};

/// A CONNACK packet (§3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connack {
    /// Whether the server kept a session of this client (§3.2.2.2).
    pub session_present: bool,
    /// Whether the client is let in, and if not, why.
    pub return_code: ConnectReturnCode,
}

/// The Connect Return code of a CONNACK (§3.2.2.3). Codes without a meaning keep their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectReturnCode(pub u8);

impl ConnectReturnCode {
    /// 0: the client is let in.
    pub const ACCEPTED: Self = Self(0);
    /// 1: the server does not speak the protocol level that the client asks for.
    pub const UNACCEPTABLE_PROTOCOL_VERSION: Self = Self(1);
    /// 2: the Client Identifier is correct UTF-8, and not allowed.
    pub const IDENTIFIER_REJECTED: Self = Self(2);
    /// 3: the connection was made, but there is no MQTT service.
    pub const SERVER_UNAVAILABLE: Self = Self(3);
    /// 4: the User Name or the Password is not good.
    pub const BAD_USER_NAME_OR_PASSWORD: Self = Self(4);
    /// 5: this client may not connect.
    pub const NOT_AUTHORIZED: Self = Self(5);

    /// What the code says, in the words of the standard.
    pub const fn meaning(self) -> &'static str {
        match self.0 {
            0 => "accepted",
            1 => "refused: unacceptable protocol version",
            2 => "refused: identifier rejected",
            3 => "refused: server unavailable",
            4 => "refused: bad user name or password",
            5 => "refused: not authorized",
            _ => "reserved",
        }
    }
}

impl fmt::Display for ConnectReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.meaning())
    }
}

impl Connack {
    #[allow(clippy::trivially_copy_pass_by_ref)] // as all walks
    pub(crate) fn walk<W: Walk>(w: &mut W, connack: &Self) -> Result<Self, W::Error> {
        header::walk(w, PacketType::Connack)?;
        w.framed(|w| {
            let flags = w.group(&FLAGS, SESSION_PRESENT.put(connack.session_present.into()))?;
            w.ensure(!RESERVED.is_set(flags), &RESERVED, &requirements::CONNACK_RESERVED)?;
            let return_code = ConnectReturnCode(w.u8(&RETURN_CODE, connack.return_code.0)?);
            w.end(&requirements::NOTHING_FOLLOWS)?;
            Ok(Self { session_present: SESSION_PRESENT.is_set(flags), return_code })
        })
    }
}

placeholder!(Connack, Connack { session_present: false, return_code: ConnectReturnCode::ACCEPTED });

static FLAGS: Group = Group {
    whole: Field::new("Connect Acknowledge Flags", "connect_acknowledge_flags")
        .at("3.2.2.1", Part::VariableHeader)
        .filter("mqtt.conack.flags")
        .about("One bit that means something, and seven that are kept for later."),
    parts: &[&RESERVED, &SESSION_PRESENT],
};

static RESERVED: Field = Field::new("Reserved", "connect_acknowledge_reserved")
    .at("3.2.2.1", Part::VariableHeader)
    .bits(7, 1)
    .filter("mqtt.conack.flags.reserved")
    .about("Seven bits that are kept for later versions, and 0.")
    .explain(|value| match value.number() {
        0 => "Kept for later versions: anything but 0 makes the packet malformed.".into(),
        _ => "Kept for later versions: since they are not 0, the client hangs up.".into(),
    });

static SESSION_PRESENT: Field = Field::new("Session Present", "session_present")
    .at("3.2.2.2", Part::VariableHeader)
    .bits(0, 0)
    .filter("mqtt.conack.flags.sp")
    .about("Whether the server kept a session of this client.")
    .explain(|value| match value.number() {
        0 => "The server has no session of this client: it starts without subscriptions.".into(),
        _ => "The server kept the session: the subscriptions stand, and messages that waited \
              follow. With 0 the client would have to subscribe again."
            .into(),
    });

static RETURN_CODE: Field = Field::new("Connect Return code", "connect_return_code")
    .at("3.2.2.3", Part::VariableHeader)
    .filter("mqtt.conack.val")
    .about("Whether the client is let in, and if not, why.")
    .symbol(|number| match u8::try_from(number) {
        Ok(number) => ConnectReturnCode(number).meaning(),
        Err(_) => "",
    })
    .explain(|value| match value.number() {
        0 => "The client is let in. Any other code would be the last packet of this connection."
            .into(),
        1 => {
            "The server does not speak this Protocol Level; it hangs up behind this packet.".into()
        }
        2 => "The server does not take this Client Identifier; it hangs up behind this packet."
            .into(),
        3 => "There is no MQTT service behind this connection; the server hangs up.".into(),
        4 => "User Name or Password are not good; the server hangs up behind this packet.".into(),
        5 => "This client may not connect; the server hangs up behind this packet.".into(),
        _ => "A code that the standard keeps for later. It is a refusal all the same.".into(),
    });
