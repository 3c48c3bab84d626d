//! The TCP segment in a frame, under whatever link it was recorded.

use std::net::{IpAddr, SocketAddr};

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, LinkSlice, TransportSlice};
use pcap_parser::Linktype;
use tap::{Connection, Direction};

use super::convention::{self, in_direction};

/// A TCP segment, and what the frame around it tells.
pub(super) struct Segment<'f> {
    pub(super) source: SocketAddr,
    pub(super) destination: SocketAddr,
    /// The direction, if the lab wrote this frame. The ports are the real ones then.
    pub(super) direction: Option<Direction>,
    pub(super) sequence: u32,
    pub(super) acknowledgement: Option<u32>,
    pub(super) syn: bool,
    pub(super) fin: bool,
    pub(super) reset: bool,
    pub(super) payload: &'f [u8],
}

impl Segment<'_> {
    /// The connection, if the lab wrote this frame.
    pub(super) fn connection(&self) -> Option<Connection> {
        let (client, server) = in_direction(self.direction?, self.source, self.destination);
        Some(Connection { client, server })
    }
}

/// What a frame holds.
pub(super) enum Contents<'f> {
    Segment(Segment<'f>),
    /// A frame of the lab that concerns no connection.
    Nobody,
    /// Something that is not TCP, or a fragment of an IP packet.
    Other,
    /// A link type that is not known here.
    UnknownLink,
}

/// Linux' "cooked" frames: how long their headers are, and where those have the EtherType.
const COOKED: (usize, usize) = (16, 14);
const COOKED_2: (usize, usize) = (20, 0);

/// BSD's loopback: an address family in four bytes.
const FAMILY: usize = 4;

/// What some systems write for raw IP.
const RAW_BSD: Linktype = Linktype(12);
const RAW_OPENBSD: Linktype = Linktype(14);

/// Reads a frame of this link type.
pub(super) fn contents(link: Linktype, frame: &[u8]) -> Contents<'_> {
    let packet = match link {
        Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(frame).ok(),
        Linktype::LINUX_SLL => cooked(frame, COOKED),
        Linktype::LINUX_SLL2 => cooked(frame, COOKED_2),
        Linktype::NULL | Linktype::LOOP => {
            frame.get(FAMILY..).and_then(|packet| LaxSlicedPacket::from_ip(packet).ok())
        }
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 | RAW_BSD | RAW_OPENBSD => {
            LaxSlicedPacket::from_ip(frame).ok()
        }
        _ => return Contents::UnknownLink,
    };
    packet.map_or(Contents::Other, |packet| {
        if is_nobody(&packet) {
            return Contents::Nobody;
        }
        segment(&packet).map_or(Contents::Other, Contents::Segment)
    })
}

fn cooked(frame: &[u8], (header, ether_type): (usize, usize)) -> Option<LaxSlicedPacket<'_>> {
    let payload = frame.get(header..)?;
    let ether_type = frame.get(ether_type..ether_type + 2)?.try_into().ok()?;
    Some(LaxSlicedPacket::from_ether_type(EtherType(u16::from_be_bytes(ether_type)), payload))
}

fn is_nobody(packet: &LaxSlicedPacket<'_>) -> bool {
    matches!(&packet.link, Some(LinkSlice::Ethernet2(ethernet))
        if ethernet.ether_type().0 == convention::EVENT_ETHER_TYPE
            && ethernet.source() == convention::NOBODY)
}

fn segment<'f>(packet: &LaxSlicedPacket<'f>) -> Option<Segment<'f>> {
    let (source, destination) = addresses(packet.net.as_ref()?)?;
    let Some(TransportSlice::Tcp(tcp)) = &packet.transport else { return None };
    let mut source = SocketAddr::new(source, tcp.source_port());
    let mut destination = SocketAddr::new(destination, tcp.destination_port());
    let told = match &packet.link {
        Some(LinkSlice::Ethernet2(ethernet)) => {
            convention::from_ethernet(ethernet.source(), ethernet.destination())
        }
        _ => None,
    };
    match told {
        Some((port, Direction::ToServer)) => destination.set_port(port),
        Some((port, Direction::ToClient)) => source.set_port(port),
        None => {}
    }
    Some(Segment {
        source,
        destination,
        direction: told.map(|(_, direction)| direction),
        sequence: tcp.sequence_number(),
        acknowledgement: tcp.ack().then(|| tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin(),
        reset: tcp.rst(),
        payload: tcp.payload(),
    })
}

fn addresses(net: &LaxNetSlice<'_>) -> Option<(IpAddr, IpAddr)> {
    match net {
        LaxNetSlice::Ipv4(packet) => {
            let header = packet.header();
            Some((header.source_addr().into(), header.destination_addr().into()))
        }
        LaxNetSlice::Ipv6(packet) => {
            let header = packet.header();
            let canonical = |address: std::net::Ipv6Addr| address.to_canonical();
            Some((canonical(header.source_addr()), canonical(header.destination_addr())))
        }
        LaxNetSlice::Arp(_) => None,
    }
}
