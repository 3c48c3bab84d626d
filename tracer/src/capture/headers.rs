//! What stands in front of the bytes of a segment: Ethernet, IP and TCP header.
//!
//! ```text
//!   etherparse ─▶ headers without a payload, once for each direction of a connection
//!   each segment: a copy of them, in which four fields and the checksums are filled in
//! ```
//!
//! A broker that serves a million packets a second has to write as many headers, so this is short work:
//! a checksum is a sum (RFC 1071), and what is the same in all segments is summed up once.

use std::io;
use std::net::IpAddr;

use etherparse::checksum::Sum16BitWords;
use etherparse::{PacketBuilder, TcpHeader, TcpOptionElement::WindowScale};
use tap::{Connection, Direction};

use super::convention::{self, in_direction};

/// What a segment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Syn,
    SynAck,
    Ack,
    Data,
    Fin,
}

/// What differs from one segment of a kind to the next, beside its payload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub(super) sequence: u32,
    pub(super) acknowledgment: u32,
    pub(super) window: u16,
}

/// The headers of all segments of a kind in one direction, as they are without numbers and payload.
pub(super) struct Headers {
    bytes: Vec<u8>,
    /// Where the TCP header begins.
    tcp: usize,
    /// The sum that the checksum of the IP header is made of, if it has one: that of version 4.
    ipv4_sum: Option<Sum16BitWords>,
    /// The same for the TCP header, and for all that comes behind it.
    tcp_sum: Sum16BitWords,
}

/// Windows count in units of 2^14 bytes: the SYN says so.
const WINDOW_SHIFT: u8 = 14;

const TIME_TO_LIVE: u8 = 64;

/// Where the IP header begins, and where fields are in the packet (RFC 791 §3.1, RFC 8200 §3).
const IP: usize = 14;
const IPV4_LENGTH: usize = 2;
const IPV4_CHECKSUM: usize = 10;
const IPV6_LENGTH: usize = 4;

/// Where fields are in the TCP header (RFC 9293 §3.1).
const SEQUENCE: usize = 4;
const ACKNOWLEDGMENT: usize = 8;
const WINDOW: usize = 14;
const TCP_CHECKSUM: usize = 16;

impl Headers {
    /// Makes them, with this port for the server's.
    ///
    /// # Errors
    ///
    /// None that is known: etherparse refuses packets of 64 KiB and more.
    pub(super) fn new(
        connection: Connection,
        port: u16,
        direction: Direction,
        kind: Kind,
    ) -> io::Result<Self> {
        let (source, destination) = convention::ethernet(connection, direction);
        let (client, server) = convention::addresses(connection);
        let link = PacketBuilder::ethernet2(source, destination);
        let (network, is_ipv4) = match in_direction(direction, client, server) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                (link.ipv4(source.octets(), destination.octets(), TIME_TO_LIVE), true)
            }
            (source, destination) => {
                (link.ipv6(octets(source), octets(destination), TIME_TO_LIVE), false)
            }
        };
        let (source, destination) = in_direction(direction, connection.client.port(), port);
        let header = tcp_header(source, destination, kind)?;
        let mut bytes = Vec::new();
        let tcp_size = header.header_len();
        network.tcp_header(header).write_to_vec(&mut bytes, &[]).map_err(io::Error::other)?;
        let tcp = bytes.len() - tcp_size;
        Ok(Self {
            ipv4_sum: is_ipv4.then(|| sum_of(&bytes, IP + IPV4_CHECKSUM)),
            tcp_sum: sum_of(&bytes, tcp + TCP_CHECKSUM),
            bytes,
            tcp,
        })
    }

    /// Appends a frame: the headers with these numbers, and the payload.
    pub(super) fn frame(&self, numbers: Numbers, payload: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.bytes);
        let headers = &mut out[start..];
        self.fill_ip(&mut headers[IP..], payload.len());
        self.fill_tcp(&mut headers[self.tcp..], numbers, payload);
        out.extend_from_slice(payload);
    }

    fn fill_ip(&self, packet: &mut [u8], payload: usize) {
        if let Some(sum) = &self.ipv4_sum {
            // The sum has the length of the headers already.
            let sum = sum.clone().add_2bytes(length(payload));
            put(packet, IPV4_CHECKSUM, sum.ones_complement().to_ne_bytes());
            put(packet, IPV4_LENGTH, length(self.bytes.len() - IP + payload));
        } else {
            put(packet, IPV6_LENGTH, length(self.bytes.len() - self.tcp + payload));
        }
    }

    fn fill_tcp(&self, header: &mut [u8], numbers: Numbers, payload: &[u8]) {
        let sequence = numbers.sequence.to_be_bytes();
        let acknowledgment = numbers.acknowledgment.to_be_bytes();
        let window = numbers.window.to_be_bytes();
        let mut sum = self.tcp_sum.clone();
        let sum = sum.add_4bytes(sequence).add_4bytes(acknowledgment).add_2bytes(window);
        let sum = sum.add_2bytes(length(payload.len())).add_slice(payload);
        put(header, SEQUENCE, sequence);
        put(header, ACKNOWLEDGMENT, acknowledgment);
        put(header, WINDOW, window);
        put(header, TCP_CHECKSUM, sum.ones_complement().to_ne_bytes());
    }
}

fn tcp_header(source: u16, destination: u16, kind: Kind) -> io::Result<TcpHeader> {
    let mut header = TcpHeader::new(source, destination, 0, 0);
    header.syn = matches!(kind, Kind::Syn | Kind::SynAck);
    header.psh = kind == Kind::Data;
    header.fin = kind == Kind::Fin;
    header.ack = kind != Kind::Syn;
    if header.syn {
        header.set_options(&[WindowScale(WINDOW_SHIFT)]).map_err(io::Error::other)?;
    }
    Ok(header)
}

fn octets(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

/// The sum that the checksum at this place was made of: its complement.
fn sum_of(headers: &[u8], checksum: usize) -> Sum16BitWords {
    Sum16BitWords::new().add_2bytes([!headers[checksum], !headers[checksum + 1]])
}

/// As a length stands in a header. No frame is larger than one can say.
fn length(bytes: usize) -> [u8; 2] {
    u16::try_from(bytes).unwrap_or(u16::MAX).to_be_bytes()
}

fn put<const SIZE: usize>(header: &mut [u8], place: usize, value: [u8; SIZE]) {
    header[place..place + SIZE].copy_from_slice(&value);
}

#[cfg(test)]
mod tests {
    use etherparse::{NetSlice, SlicedPacket, TransportSlice};
    use proptest::prelude::*;

    use super::*;

    fn connections() -> impl Strategy<Value = Connection> {
        let ends = &["10.0.0.2:50000", "192.168.255.255:65535", "[2001:db8::1]:1", "[::1]:50000"];
        let ends = proptest::sample::select(&ends[..]);
        (ends.clone(), ends).prop_map(|(client, server)| Connection {
            client: client.parse().unwrap(),
            server: server.parse().unwrap(),
        })
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        use Kind::{Ack, Data, Fin, Syn, SynAck};
        proptest::sample::select(&[Syn, SynAck, Ack, Data, Fin][..])
    }

    proptest! {
        /// Whoever knows the format reads the same out of a frame, and finds its checksums right.
        #[test]
        fn a_frame_has_its_numbers_and_checksums(
            (connection, kind) in (connections(), kinds()),
            (sequence, acknowledgment, window) in any::<(u32, u32, u16)>(),
            payload in proptest::collection::vec(any::<u8>(), 0..200),
            to_server in any::<bool>(),
        ) {
            let direction = if to_server { Direction::ToServer } else { Direction::ToClient };
            let headers = Headers::new(connection, 1883, direction, kind).unwrap();
            let mut frame = Vec::new();
            headers.frame(Numbers { sequence, acknowledgment, window }, &payload, &mut frame);

            let packet = SlicedPacket::from_ethernet(&frame).unwrap();
            let Some(TransportSlice::Tcp(tcp)) = packet.transport else { panic!("no TCP") };
            let header = tcp.to_header();
            prop_assert_eq!(
                (header.sequence_number, header.acknowledgment_number, header.window_size),
                (sequence, acknowledgment, window)
            );
            prop_assert_eq!(tcp.payload(), &payload);
            let checksum = match packet.net.unwrap() {
                NetSlice::Ipv4(ip) => {
                    let ip = ip.header().to_header();
                    prop_assert_eq!(ip.header_checksum, ip.calc_header_checksum());
                    header.calc_checksum_ipv4(&ip, &payload).unwrap()
                }
                NetSlice::Ipv6(ip) => {
                    header.calc_checksum_ipv6(&ip.header().to_header(), &payload).unwrap()
                }
                NetSlice::Arp(_) => panic!("no IP"),
            };
            prop_assert_eq!(header.checksum, checksum);
        }
    }
}
