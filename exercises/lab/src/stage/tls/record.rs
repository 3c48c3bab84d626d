//! What anybody can read of TLS: the header of each record, and the first messages of a handshake
//! (RFC 8446 §4 and §5.1).

use std::fmt;

use tap::Direction;
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::{ContentType, HandshakeType, ProtocolVersion};

/// A record, as it passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TlsRecord {
    pub(super) direction: Direction,
    content_type: ContentType,
    version: ProtocolVersion,
    /// The bytes behind the header.
    length: usize,
    /// What is in it, where that can be read.
    readable: Option<String>,
}

/// One byte for the type, two for the version, two for the length of what follows.
const HEADER: usize = 5;

/// The bytes of one direction, until they are whole records.
#[derive(Debug)]
pub(super) struct Records {
    direction: Direction,
    bytes: Vec<u8>,
    /// Whether what follows is encrypted, whatever its type says.
    is_encrypted: bool,
}

impl Records {
    pub(super) fn new(direction: Direction) -> Self {
        Self { direction, bytes: Vec::new(), is_encrypted: false }
    }

    /// More bytes passed.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole record.
    pub(super) fn next(&mut self) -> Option<TlsRecord> {
        let [kind, major, minor, high, low] = *self.bytes.first_chunk::<HEADER>()?;
        let length = usize::from(u16::from_be_bytes([high, low]));
        let record = self.bytes.get(..HEADER + length)?;
        let content_type = ContentType::from(kind);
        let is_readable = content_type == ContentType::Handshake && !self.is_encrypted;
        let readable = if is_readable { message(record) } else { None };
        self.is_encrypted |= content_type == ContentType::ChangeCipherSpec;
        self.bytes.drain(..HEADER + length);
        let version = ProtocolVersion::from(u16::from_be_bytes([major, minor]));
        Some(TlsRecord { direction: self.direction, content_type, version, length, readable })
    }
}

/// The message that a record of a handshake begins with.
fn message(record: &[u8]) -> Option<String> {
    let kind = HandshakeType::from(*record.get(HEADER)?);
    let name = kind.as_str()?;
    Some(match called(record) {
        Some(host) => format!("{name}: calls {host}"),
        None => name.to_owned(),
    })
}

/// The name by which a ClientHello calls the server. Anybody may put anything there.
fn called(mut record: &[u8]) -> Option<String> {
    let mut acceptor = Acceptor::default();
    acceptor.read_tls(&mut record).ok()?;
    let accepted = acceptor.accept().ok()??;
    accepted.client_hello().server_name().map(|name| name.escape_debug().to_string())
}

impl fmt::Display for TlsRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = match self.direction {
            Direction::ToServer => "client ▶ broker",
            Direction::ToClient => "client ◀ broker",
        };
        let number = u8::from(self.content_type);
        let kind = match self.content_type {
            ContentType::ChangeCipherSpec => "change cipher spec",
            ContentType::Alert => "alert",
            ContentType::Handshake => "handshake",
            ContentType::ApplicationData => "application data",
            _ => "of a kind that is not known",
        };
        let version = match self.version {
            ProtocolVersion::TLSv1_0 => "TLS 1.0",
            ProtocolVersion::TLSv1_1 => "TLS 1.1",
            ProtocolVersion::TLSv1_2 => "TLS 1.2",
            ProtocolVersion::TLSv1_3 => "TLS 1.3",
            _ => "no TLS",
        };
        let unit = if self.length == 1 { "byte" } else { "bytes" };
        let readable = self.readable.as_deref().unwrap_or("");
        let size = format!("{:>4} {unit:<5}", self.length);
        let line = format!("{arrow}  {number} {kind:<18}  {version}  {size}  {readable}");
        f.write_str(line.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(records: &mut Records) -> Vec<String> {
        std::iter::from_fn(|| records.next()).map(|record| record.to_string()).collect()
    }

    #[test]
    fn records_are_read_whole_however_they_come() {
        let mut records = Records::new(Direction::ToClient);
        records.push(&[22, 3, 3, 0, 4, 2, 0]);
        assert_eq!(lines(&mut records), [] as [&str; 0]);
        records.push(&[0, 0, 20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 2, 9, 9]);
        assert_eq!(
            lines(&mut records),
            [
                "client ◀ broker  22 handshake           TLS 1.2     4 bytes  ServerHello",
                "client ◀ broker  20 change cipher spec  TLS 1.2     1 byte",
                "client ◀ broker  23 application data    TLS 1.2     2 bytes",
            ]
        );
    }

    #[test]
    fn what_is_encrypted_is_not_taken_for_a_message() {
        let mut records = Records::new(Direction::ToServer);
        records.push(&[20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 1, 2]);
        assert!(!lines(&mut records).concat().contains("ServerHello"));
    }

    #[test]
    fn any_bytes_will_do() {
        let mut records = Records::new(Direction::ToServer);
        records.push(&[22, 3, 1, 0, 0, 99, 7, 7, 0, 1, 0, 22, 3, 1, 0, 3, 1, 255, 255]);
        assert_eq!(lines(&mut records).len(), 3);
    }
}
